"""Prepares a move: whether the time is free or why not, the nearest free times, and the mail to the client."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts.models import User
from bookings.agreement import emails
from bookings.agreement.rules import why_blocked
from bookings.agreement.transitions import Actor, new_event
from bookings.meetings.places import AT_CLIENT
from bookings.models import Booking
from bookings.states import Side, Verb, step_of
from core.mail import Email
from scheduling.loading import moment
from scheduling.queries import free_times, why_not_free

SNAP = timedelta(minutes=30)  # how far a dropped session may move to reach a free time
LOOK_BACK, LOOK_AHEAD = timedelta(days=7), timedelta(days=14)
MOST_NEAR = 5


@dataclass(frozen=True)
class MovePlan:
    """A time for a booking.

    `start` is where it would go: the time asked for, or a free one close to it; None if there is neither, and then
    `reasons` says why and `near` has the nearest free times.
    """

    asked: datetime
    start: datetime | None
    reasons: list[str] = field(default_factory=list)
    near: list[datetime] = field(default_factory=list)
    before: datetime | None = None
    after: datetime | None = None

    @property
    def has_snapped(self) -> bool:
        return self.start is not None and self.start != self.asked


def why_not_movable(booking: Booking, now: datetime) -> str | None:
    """Returns why the builder cannot move the booking to any time; None if they can."""
    step = step_of(booking.state, Verb.RESCHEDULE)
    if step is None or Side.BUILDER not in step.sides:
        return "This booking can no longer be moved."
    return why_blocked(booking, Verb.RESCHEDULE, Side.BUILDER, now)


def plan_move(booking: Booking, asked: datetime, now: datetime, *, snaps: bool) -> MovePlan:
    """Returns where the booking would go if it was moved to this time. Two queries; four if the time is not free.

    `snaps`: whether a time close to the one asked for is chosen where that one is not free, as after dragging.
    """
    free = allowed_starts(booking, max(asked - LOOK_BACK, now), max(asked, now) + LOOK_AHEAD, now)
    free = [start for start in free if start != booking.starts_at]
    closest = min(free, key=lambda start: abs(start - asked), default=None)
    is_close = closest is not None and abs(closest - asked) <= SNAP and snaps
    start = asked if asked in free else closest if is_close else None
    around = start or asked
    return MovePlan(
        asked=asked,
        start=start,
        reasons=[] if start else _reasons(booking, asked, now),
        near=[] if start else sorted(sorted(free, key=lambda other: abs(other - asked))[:MOST_NEAR]),
        before=max((other for other in free if other < around), default=None),
        after=min((other for other in free if other > around), default=None),
    )


def allowed_starts(booking: Booking, first: datetime, last: datetime, now: datetime) -> list[datetime]:
    """Returns the starts between two instants to which the booking can be moved. Two queries."""
    window = int(first.timestamp()), int(last.timestamp())
    slots = free_times(
        booking.session_type, booking.minutes, window, now, booking.seat.holder, _stretch(booking),
        travels=booking.in_person_at == AT_CLIENT,
    )  # fmt: skip
    return [moment(slot.start) for slot in slots]


def _reasons(booking: Booking, asked: datetime, now: datetime) -> list[str]:
    if asked == booking.starts_at:
        return ["The session is already at this time."]
    obstacles = why_not_free(
        booking.session_type, booking.minutes, asked, now, booking.seat.holder, _stretch(booking),
        travels=booking.in_person_at == AT_CLIENT,
    )  # fmt: skip
    return [obstacle.for_builder for obstacle in obstacles] or ["This time is not available."]


def _stretch(booking: Booking) -> tuple[int, int]:
    return int(booking.starts_at.timestamp()), int(booking.ends_at.timestamp())


def what_client_reads(
    booking: Booking, start: datetime, builder: User, now: datetime, end: datetime | None = None
) -> Email:
    """Returns the mail that the client gets about the move, or about another end. One query, for the answers."""
    length = booking.ends_at - booking.starts_at
    event = new_event(
        booking, Verb.RESCHEDULE, Actor(Side.BUILDER, builder), now, before=booking.state, started_at=booking.starts_at
    )
    event.starts_at, event.ends_at = start, end or start + length
    return emails.about(event, Side.CLIENT)
