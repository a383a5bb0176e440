"""How the price of a booking is shared among builders, in the API."""

from __future__ import annotations

from uuid import UUID

from accounts.models import User
from bookings.billing.payouts import shares_of
from bookings.billing.rules import KIND
from bookings.models import Booking
from bookings.states import Side
from core.api import Out
from payments.payouts.fees import fee_percent_about
from payments.payouts.shares import divide


class SplitBuilder(Out):
    id: UUID
    display_name: str


class SplitOut(Out):
    builder: SplitBuilder
    percent: str
    amount: str


def splits_of(booking: Booking, sides: frozenset[Side]) -> list[SplitOut]:
    """Returns what each builder gets of the price after the fee, for the booking's builder and support; nothing where it is
    not shared. Up to three queries for a booking that is."""
    if not booking.splits or not sides & {Side.BUILDER, Side.SUPPORT}:
        return []
    shares = shares_of(booking.builder_id, booking.splits)
    names = dict(User.objects.filter(pk__in=[builder for builder, _ in shares]).values_list("pk", "display_name"))
    fee = fee_percent_about(KIND, booking.pk, booking.builder_id)
    amounts = divide(booking.price, fee, [percent for _, percent in shares])
    return [
        SplitOut(
            builder=SplitBuilder(id=builder, display_name=names.get(builder, "")),
            percent=f"{percent.normalize():f}",
            amount=booking.money(share.amount).on_the_wire(),
        )
        for (builder, percent), share in zip(shares, amounts, strict=True)
    ]
