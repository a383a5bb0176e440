"""Booked sessions for pages about a builder's hours: those on time that was closed later, and those beside a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from accounts.models import User
from scheduling import loading
from scheduling.explain import describe_closed_day
from scheduling.models import Reservation
from scheduling.outside.booking_links import BookingLink, booking_links
from scheduling.outside.queries import booked_sessions
from scheduling.slots import Calendar, local_day, opening_around

LONGEST_BUFFER = timedelta(hours=12)


@dataclass(frozen=True)
class BookedSession:
    """A booked session, the links to its bookings, and why its time is closed now, if it is."""

    session: Reservation
    bookings: list[BookingLink]
    why: str = ""


def sessions_on_closed_time(builder: User, now: datetime) -> list[BookedSession]:
    """Returns the builder's sessions to come that closed days, holidays or time off have left without open hours.

    Sessions on weekdays without hours are left out: the builder has agreed to those. Four queries; one without sessions.
    """
    sessions = list(booked_sessions(builder.pk, now).select_related("session_type").order_by("during"))
    if not sessions:
        return []
    during = int(sessions[0].during.lower.timestamp()), int(sessions[-1].during.upper.timestamp())
    hours = loading.load_hours([builder.pk], during)[builder.pk]
    time_off = builder.reservations.filter(
        kind=Reservation.Kind.TIME_OFF, released_at__isnull=True, during__endswith__gt=now
    )
    off = [(entry.during.lower, entry.during.upper, entry.note) for entry in time_off]
    reasons = {}
    for session in sessions:
        why = _why_off(session, off) or _why_closed(hours.calendar_for(session.session_type_id), session)
        if why:
            reasons[session.pk] = why
    links = booking_links(list(reasons), now)
    return [
        BookedSession(session, links.get(session.pk, []), reasons[session.pk])
        for session in sessions
        if session.pk in reasons
    ]


def sessions_beside(
    builder: UUID, start: datetime, end: datetime, buffers: tuple[int, int], now: datetime
) -> list[BookedSession]:
    """Returns the booked sessions at this time, and those whose buffers, or the buffers given, reach it. Two queries."""
    around = booked_sessions(builder, now).filter(during__overlap=(start - LONGEST_BUFFER, end + LONGEST_BUFFER))
    sessions = [
        session
        for session in around.select_related("session_type").order_by("during")
        if start < session.during.upper + timedelta(minutes=max(buffers[0], session.buffer_after))
        and end + timedelta(minutes=max(buffers[1], session.buffer_before)) > session.during.lower
    ]
    links = booking_links([session.pk for session in sessions], now)
    return [BookedSession(session, links.get(session.pk, [])) for session in sessions]


def _why_off(session: Reservation, off: Sequence[tuple[datetime, datetime, str]]) -> str:
    """Returns the note of the time off that overlaps the session, in a sentence; an empty text if there is none."""
    for start, end, note in off:
        if start < session.during.upper and session.during.lower < end:
            return f"Time off: {note}." if note else "Time off."
    return ""


def _why_closed(calendar: Calendar, session: Reservation) -> str:
    """Returns why the session is outside the hours of a day that has other hours than usual; else an empty text."""
    start, end = (int(edge.timestamp()) for edge in (session.during.lower, session.during.upper))
    day = local_day(calendar, start)
    plan = calendar.plan_on(day)
    if plan is calendar.usual and day not in plan.dated and day not in plan.public_holidays:
        return ""
    opening = opening_around(calendar, start)
    return describe_closed_day(plan, day) if opening is None or opening[1] < end else ""
