"""Notifies builders of busy time that appeared over a session that is booked already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse

from accounts.notifications import NewNotification, notify
from connections.models import Connection
from core.hour_format import time_of_day
from scheduling.models import Reservation
from scheduling.outside.queries import booked_sessions


def notify_of_new_clashes(
    connection: Connection, *, new: Sequence[Reservation], before: Iterable[Reservation], now: datetime
) -> None:
    """Notifies the owner of each booked session that overlaps this new busy time, and overlapped none of the calendar
    `before`. Once for each session and event. One query if there is none."""
    window = (min(row.during.lower for row in new), max(row.during.upper for row in new))
    sessions = list(
        booked_sessions(connection.owner_id, now).filter(during__overlap=window).select_related("session_type")
    )
    earlier = list(before) if sessions else []
    for session in sessions:
        busy = _overlapping(session, new)
        if busy is not None and _overlapping(session, earlier) is None:
            notify(connection.owner, _notification(connection, session, busy))


def _overlapping(session: Reservation, busy: Iterable[Reservation]) -> Reservation | None:
    start, end = session.during.lower, session.during.upper
    return next((row for row in busy if row.during.lower < end and start < row.during.upper), None)


def _notification(connection: Connection, session: Reservation, busy: Reservation) -> NewNotification:
    owner = connection.owner
    start = session.during.lower.astimezone(ZoneInfo(owner.timezone))
    return NewNotification(
        kind="calendar",
        event=f"session {session.pk} clashes with {busy.source_key}",
        title=f"You are double-booked on {start:%A %-d %B}, {time_of_day(start, owner.hour_format)}",
        text=f"“{connection.name}” says that you are busy during {session.session_type}. Nothing was changed: move or "
        "cancel the session, or change your calendar.",
        path=reverse("scheduling:connections"),
        call="See the session",
    )
