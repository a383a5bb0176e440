"""Reads connected calendars, what was read in them, and sessions that they overlap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from connections.models import Connection
from scheduling.models import Reservation

SHOWN = 5
UNREAD = "unread"  # the key of the time that is kept closed while a calendar cannot be read


@dataclass(frozen=True)
class Clash:
    """A booked session, and the calendar that has something else at that time."""

    session: Reservation
    calendar: Connection


def calendars_of(builder: UUID) -> list[Connection]:
    return list(Connection.objects.calendars().filter(owner=builder))


def next_busy(calendar: Connection, now: datetime) -> list[Reservation]:
    """Returns the next busy times that were read in a calendar."""
    rows = calendar.reservations.filter(released_at__isnull=True, during__endswith__gt=now).exclude(source_key=UNREAD)
    return list(rows.order_by("during")[:SHOWN])


def clashes(builder: UUID, now: datetime) -> list[Clash]:
    """Returns the booked sessions to come during which a connected calendar says that the builder is busy."""
    busy = list(
        Reservation.objects.filter(
            builder=builder, kind="EXTERNAL", released_at__isnull=True, source__isnull=False, during__endswith__gt=now
        )
        .exclude(source_key=UNREAD)
        .select_related("source")
        .order_by("during")
    )
    if not busy:
        return []
    sessions = Reservation.objects.filter(
        builder=builder, kind="BOOKED", released_at__isnull=True, during__endswith__gt=now
    ).select_related("session_type")
    pairs = []
    for session in sessions.order_by("during"):
        other = next((entry for entry in busy if _overlap(session, entry)), None)
        if other is not None and other.source is not None:
            pairs.append(Clash(session, other.source))
    return pairs


def _overlap(session: Reservation, busy: Reservation) -> bool:
    return bool(session.during.lower < busy.during.upper and busy.during.lower < session.during.upper)
