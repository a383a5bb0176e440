"""Schedules what builders get of bookings that are over, and says what payouts are for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from uuid import UUID

from django.db.models.functions import Coalesce

from bookings.billing import package_payouts
from bookings.billing.rules import KIND
from bookings.models import Booking
from bookings.states import State
from payments.models import Payment
from payments.payouts.scheduling import PayoutPlan, schedule
from payments.states import Provider
from payments.subjects import ShownSubject

OVER = (State.COMPLETED, State.CANCELLED)
BATCH = 500
WHOLE = Decimal(100)


def schedule_payouts() -> int:
    """Schedules the transfers of paid bookings that were completed, or cancelled with a fee, and of packages that are
    over; returns how many.

    The payments are the to-do list, so that nothing is forgotten if this was not run for a while.
    """
    total = 0
    while batch := _unscheduled():
        total += schedule(_plans(batch))
    return total + package_payouts.schedule_payouts()


def _unscheduled() -> dict[UUID, UUID]:
    """Returns payments that were taken and whose booking is over, by booking. One query."""
    payments = Payment.objects.filter(
        provider=Provider.STRIPE,
        shared_at__isnull=True,
        amount_paid__gt=0,
        subject_kind=KIND,
        subject_id__in=Booking.objects.filter(state__in=OVER).values("pk"),
    )
    return dict(payments.values_list("subject_id", "pk")[:BATCH])


def _plans(payments: dict[UUID, UUID]) -> list[PayoutPlan]:
    """Returns who gets what of these payments, and since when their bookings are over. One query."""
    over_at = Coalesce("cancelled_at", "completed_at", "ends_at")
    bookings = Booking.objects.filter(pk__in=payments).annotate(over_at=over_at)
    rows = bookings.values_list("pk", "builder_id", "splits", "over_at")
    return [
        PayoutPlan(payments[pk], over_at, shares_of(builder_id, splits)) for pk, builder_id, splits, over_at in rows
    ]


def shares_of(builder_id: UUID, splits: Sequence[Sequence[str]]) -> list[tuple[UUID, Decimal]]:
    """Returns the percentages of the builders of a booking: first its own builder's, which is what the others leave."""
    others = [(UUID(partner), Decimal(percent)) for partner, percent in splits]
    own = WHOLE - sum((percent for _, percent in others), Decimal(0))
    return [(builder_id, own), *others]


def shown_bookings(ids: Collection[UUID]) -> dict[UUID, ShownSubject]:
    """Returns title, client and address of these bookings. One query."""
    bookings = Booking.objects.filter(pk__in=ids).select_related("client", "guest")
    return {
        booking.pk: ShownSubject(booking.title, booking.client_name, booking.get_absolute_url()) for booking in bookings
    }
