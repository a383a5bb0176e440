"""Reads connected calendars, what was read in them, and sessions that they overlap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from connections.models import Connection
from core.compiled import CompiledQuery
from scheduling.models import Reservation

SHOWN = 5
UNREAD = "unread"  # the key of the time that is kept closed while a calendar cannot be read


@dataclass(frozen=True)
class Clash:
    """A booked session, and the name of the calendar that has something else at that time."""

    session: Reservation
    calendar: str


def calendars_of(builder: UUID) -> list[Connection]:
    """Returns the builder's calendars and accounts with theirs, without Calendly. Two queries."""
    return list(Connection.objects.calendars().added_by_hand().filter(owner=builder).prefetch_related("calendars"))


def next_busy(calendar: Connection, now: datetime) -> list[Reservation]:
    """Returns the next busy times that were read in a calendar."""
    rows = calendar.reservations.filter(released_at__isnull=True, during__endswith__gt=now).exclude(source_key=UNREAD)
    return list(rows.order_by("during")[:SHOWN])


def busy_between(calendar: Connection, start: int, end: int) -> list[Reservation]:
    """Returns the busy times that were read in a calendar and overlap these seconds since 1970."""
    window = (datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC))
    rows = calendar.reservations.filter(released_at__isnull=True, during__overlap=window).exclude(source_key=UNREAD)
    return list(rows.order_by("during"))


def clashes(builder: UUID, now: datetime) -> list[Clash]:
    """Returns the booked sessions to come during which a connected calendar says that the builder is busy. One query."""
    return [Clash(session, session.calendar) for session in _clashing.rows(builder, now)]


def _clashing_after(builder: UUID, now: datetime) -> QuerySet[Any]:
    busy = Reservation.objects.filter(
        builder=builder, kind="EXTERNAL", released_at__isnull=True, source__isnull=False,
        during__overlap=OuterRef("during"),
    ).exclude(source_key=UNREAD)  # fmt: skip
    sessions = booked_sessions(builder, now).annotate(calendar=Subquery(busy.order_by("during").values("note")[:1]))
    return sessions.filter(calendar__isnull=False).select_related("session_type").order_by("during")


_clashing = CompiledQuery(_clashing_after)


def booked_sessions(builder: UUID, now: datetime) -> QuerySet[Reservation]:
    """Returns the builder's booked sessions that are not over."""
    return Reservation.objects.filter(
        builder=builder, kind="BOOKED", released_at__isnull=True, during__endswith__gt=now
    )
