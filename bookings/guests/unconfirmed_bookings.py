"""Bookings of guests who have not confirmed their address: how many there are, and several cancelled at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from accounts.models import User
from bookings.agreement import services
from bookings.agreement.queries import unproven_ahead
from bookings.agreement.transitions import Actor
from bookings.models import Booking, BookingQuerySet
from bookings.states import Side, State
from coaching.models import SessionType
from core.errors import Refused
from scheduling.strangers import is_share_used_up

MANY = 5  # so many are worth a word to the builder


@dataclass(frozen=True)
class Notice:
    """What a builder is told about them."""

    count: int
    is_full: bool  # guests can take no more of the next two weeks


def unproven_of(builder: User, now: datetime) -> BookingQuerySet:
    """Returns those that are still ahead, soonest first. Those that count only after a proof lapse by themselves."""
    return Booking.objects.filter(unproven_ahead(now), builder=builder).counting().order_by("starts_at", "id")


def notice_for(builder: User, count: int, now: datetime) -> Notice | None:
    """Returns what the builder should hear, with so many of them ahead: no query for none, else three."""
    if not count:
        return None
    free = SessionType.objects.filter(builder=builder, is_active=True, category=SessionType.Category.FREE)
    shortest = free.aggregate(minutes=Min("default_minutes"))["minutes"]
    is_full = shortest is not None and is_share_used_up(builder.pk, shortest, now)
    return Notice(count, is_full) if is_full or count >= MANY else None


def end_all(*, bookings: Iterable[Booking], builder: User, reason: str) -> int:
    """Cancels or declines each of them, and returns how many. One that is over in the meantime stops no other."""
    by, count = Actor(Side.BUILDER, builder), 0
    for booking in bookings:
        end = services.decline if booking.state == State.PENDING else services.cancel
        try:
            count += end(booking=booking, by=by, reason=reason).state == State.CANCELLED
        except Refused:
            continue
    return count
