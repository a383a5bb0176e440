"""Bookings of guests who have not confirmed their address: counts them for the builder, and cancels several at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from bookings.agreement import services
from bookings.agreement.queries import unproven_ahead
from bookings.agreement.transitions import Actor
from bookings.models import Booking, BookingQuerySet
from bookings.states import Side, State
from coaching.models import SessionType
from core.compiled import CompiledQuery
from core.errors import Refused
from scheduling.strangers import is_share_used_up

NOTICE_THRESHOLD = 5  # bookings from which on the builder sees a notice


@dataclass(frozen=True)
class UnconfirmedNotice:
    """The notice to a builder about upcoming bookings of guests who have not confirmed their address."""

    count: int
    is_full: bool  # whether guests have used up their share of the next two weeks


def unproven_of(builder: User, now: datetime) -> BookingQuerySet:
    """Returns the builder's upcoming bookings of guests with an unconfirmed address, soonest first.

    Bookings that do not count before the address is confirmed are left out: they lapse without it.
    """
    return Booking.objects.filter(unproven_ahead(now), builder=builder).counting().order_by("starts_at", "id")


def notice_for(builder: User, count: int, now: datetime) -> UnconfirmedNotice | None:
    """Returns the notice for a builder with `count` such bookings, or None if there is nothing to report.

    No query if `count` is zero, else three at most.
    """
    if not count:
        return None
    shortest = _shortest.first(builder.pk)
    is_full = shortest is not None and is_share_used_up(builder.pk, shortest, now)
    return UnconfirmedNotice(count, is_full) if is_full or count >= NOTICE_THRESHOLD else None


def _free_by_length(builder: UUID) -> QuerySet[SessionType, int]:
    free = SessionType.objects.filter(builder=builder, is_active=True, category=SessionType.Category.FREE)
    return free.order_by("default_minutes").values_list("default_minutes", flat=True)[:1]


_shortest = CompiledQuery(_free_by_length)


def end_all(*, bookings: Iterable[Booking], builder: User, reason: str) -> int:
    """Cancels or declines each booking, and returns how many are cancelled now.

    A booking that can no longer be cancelled is skipped and does not stop the others.
    """
    by, count = Actor(Side.BUILDER, builder), 0
    for booking in bookings:
        end = services.decline if booking.state == State.PENDING else services.cancel
        try:
            count += end(booking=booking, by=by, reason=reason).state == State.CANCELLED
        except Refused:
            continue
    return count
