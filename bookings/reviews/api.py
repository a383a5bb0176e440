"""`/api/bookings/{id}/reviews`: reviews of completed sessions by either side."""

from __future__ import annotations

from ninja import Body, Router, Status

from accounts.access import SignedInRequest
from bookings.agreement.rules import sides_of
from bookings.agreement.transitions import Actor
from bookings.api.access import find, own_booking
from bookings.reviews import services as reviews
from bookings.reviews.schemas import ReviewAnswer, ReviewIn, ReviewOut
from bookings.states import Side
from core.errors import Refusal, Refused

router = Router(tags=["Bookings"])


@router.post(
    "/bookings/{id}/reviews",
    response={201: ReviewAnswer},
    auth=own_booking,
    by_alias=True,
    summary="Review a session",
    operation_id="bookings_after_api_review",
)
def review(request: SignedInRequest, id: str, payload: Body[ReviewIn]) -> Status[ReviewAnswer]:
    """One's own words; sent again before both are published, they are changed."""
    booking = find(request.user, id)
    side = next((side for side in (Side.CLIENT, Side.BUILDER) if side in sides_of(request.user, booking)), None)
    if side is None:
        raise Refused(Refusal.FORBIDDEN)
    written = reviews.write(booking=booking, by=Actor(side, request.user), rating=payload.rating, text=payload.text)
    return Status(201, ReviewAnswer(review=ReviewOut.of(written)))
