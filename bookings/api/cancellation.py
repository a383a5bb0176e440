"""`/api/bookings/{id}/cancellation`: what ending a booking would cost its caller now, and give back."""

from __future__ import annotations

from ninja import Router

from accounts.access import SignedInRequest
from bookings.agreement.rules import sides_of
from bookings.agreement.transitions import reachable
from bookings.api.access import find, own_booking
from bookings.billing.cancelling import cancellation_for
from bookings.billing.queries import bill_of
from core import clock
from core.api import Out, SuccessBody
from core.errors import Refusal, Refused
from core.openapi import InstantText, refused_with
from scheduling.api import shown

router = Router(tags=["Bookings"])


class CancellationCost(Out):
    """The fee, and how much of the payment or the reserved amount is returned. `until` is when the fee changes."""

    percent: int
    fee: str
    refund: str
    currency: str
    until: InstantText | None
    loses_credit: bool


class CancellationAnswer(SuccessBody):
    cost: CancellationCost


@router.get(
    "/bookings/{id}/cancellation",
    response=CancellationAnswer,
    auth=own_booking,
    by_alias=True,
    summary="What cancelling costs",
    operation_id="bookings_cancellation_api_cost",
    openapi_extra=refused_with(Refusal.INVALID_TRANSITION.status),
)
def cost(request: SignedInRequest, id: str) -> CancellationAnswer:
    """For the caller, now: the sums that cancelling, or declining, fixes if it is done before `until`."""
    booking, now = find(request.user, id), clock.now()
    sides = sides_of(request.user, booking)
    cancellation = cancellation_for(bill_of(booking), sides, now)
    if cancellation is None:
        raise Refused(Refusal.INVALID_TRANSITION, allowed=reachable(booking, sides, now))
    return CancellationAnswer(
        cost=CancellationCost(
            percent=cancellation.cost.percent,
            fee=cancellation.cost.fee.on_the_wire(),
            refund=cancellation.refund.on_the_wire(),
            currency=booking.currency,
            until=shown(cancellation.until),
            loses_credit=cancellation.cost.loses_credit,
        )
    )
