"""Limits how much of a builder's time visitors without an account may take together, held or booked, until they confirm
their addresses: a third of the open hours, and always one session."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from core.errors import Refused
from scheduling.intervals import Stretch
from scheduling.loading import load_hours, moment
from scheduling.models import Reservation, Seat
from scheduling.refusals import TimeRefusal
from scheduling.slots import Calendar, open_seconds

SHARE = 3  # at most a third of the open hours
FORTNIGHT = 14 * 86_400


def fortnight_of(start: int, now: int) -> Stretch:
    """Returns the period of fourteen days, counted from now, that contains the time."""
    first = now + max(0, start - now) // FORTNIGHT * FORTNIGHT
    return first, first + FORTNIGHT


def hours_around(start: int) -> Stretch:
    """Returns a window that contains the fortnight of this time, whatever `now` is once the lock is acquired."""
    return start - FORTNIGHT, start + FORTNIGHT


def check_share(*, builder: UUID, calendar: Calendar, during: tuple[datetime, datetime], now: datetime) -> None:
    """Refuses a time that would bring strangers above their share of its fortnight. Call it with the builder's time
    locked. One query."""
    window = fortnight_of(int(during[0].timestamp()), int(now.timestamp()))
    asked = (during[1] - during[0]).total_seconds()
    if _is_above(_taken_seconds(builder, window, now), asked, calendar, window):
        raise Refused(
            TimeRefusal.TOO_MANY_HOLDS,
            (
                "Guests who have not confirmed their addresses have taken all the times that they can. Sign in "
                "to book, or try again later."
            ),
        )


def is_share_used_up(builder: UUID, minutes: int, now: datetime) -> bool:
    """Whether strangers cannot take another session of this length in the next fourteen days. Two queries."""
    window = fortnight_of(0, int(now.timestamp()))
    calendar = load_hours([builder], window)[builder].calendar_for(None)
    return _is_above(_taken_seconds(builder, window, now), minutes * 60, calendar, window)


def has_stranger(reservation: Reservation, now: datetime) -> bool:
    """Whether a stranger has a seat in it, so that its time counts already. One query."""
    return _strangers_seats(now).filter(reservation=reservation).exists()


def _is_above(taken: float, asked: float, calendar: Calendar, window: Stretch) -> bool:
    """Whether the share is exceeded. One session is always allowed, since a third of few hours may be less than one."""
    return taken > 0 and (taken + asked) * SHARE > open_seconds(calendar, window)


def _strangers_seats(now: datetime) -> QuerySet[Seat]:
    """Returns live seats, held or booked, of visitors without an account."""
    return Seat.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=now), person__isnull=True, released_at__isnull=True
    )


def _taken_seconds(builder: UUID, window: Stretch, now: datetime) -> float:
    spans = Reservation.objects.filter(
        builder=builder,
        kind__in=["HOLD", "BOOKED"],
        released_at__isnull=True,
        during__overlap=(moment(window[0]), moment(window[1])),
        pk__in=_strangers_seats(now).values("reservation"),
    ).values_list("during", flat=True)
    seconds: float = sum((span.upper - span.lower).total_seconds() for span in spans)
    return seconds
