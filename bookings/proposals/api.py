"""`/api/bookings/{id}/proposals`: other times that the builder suggests, and the client's answer."""

from __future__ import annotations

from ninja import Body, Router, Status

from accounts.access import SignedInRequest
from accounts.models import User
from bookings.agreement.rules import sides_of
from bookings.agreement.transitions import Actor
from bookings.api.access import as_builder, find, own_booking
from bookings.models import Booking, Proposal
from bookings.proposals import services as proposals
from bookings.proposals.schemas import ProposalAnswer, ProposalIn, ProposalOut
from bookings.states import Side
from core import clock
from core.api import renamed_fields
from core.errors import Refusal, Refused
from core.requests import find_or_404
from core.scopes import Scope, needs
from scheduling.outside.services import refresh_calendars_of

router = Router(tags=["Bookings"])


@router.post(
    "/bookings/{id}/proposals",
    response={201: ProposalAnswer},
    auth=own_booking,
    by_alias=True,
    summary="Suggest another time",
    operation_id="bookings_proposals_api_propose",
)
def propose(request: SignedInRequest, id: str, payload: Body[ProposalIn]) -> Status[ProposalAnswer]:
    """By the builder, beside the times suggested before. It is not reserved. The same time again is the same proposal."""
    booking = find(request.user, id)
    by = as_builder(request.user, booking)
    with renamed_fields(start="start_time"):
        (proposal,) = proposals.propose(booking=booking, starts=[payload.start_time], by=by, note=payload.note)
    return Status(201, _answer(proposal))


@router.post(
    "/bookings/{id}/proposals/{proposal_id}/accept",
    response=ProposalAnswer,
    auth=own_booking,
    by_alias=True,
    summary="Accept a suggested time",
    operation_id="bookings_proposals_api_accept",
)
@needs(Scope.BOOK)
def accept(request: SignedInRequest, id: str, proposal_id: str) -> ProposalAnswer:
    """By the client. The booking moves there and is confirmed; a time that was taken meanwhile is `slot_taken`."""
    proposal, by = _proposal(request.user, id, proposal_id)
    refresh_calendars_of(proposal.booking.builder_id)
    proposals.accept(proposal=proposal, by=by)
    return _answer(proposal)


@router.post(
    "/bookings/{id}/proposals/{proposal_id}/decline",
    response=ProposalAnswer,
    auth=own_booking,
    by_alias=True,
    summary="Decline a suggested time",
    operation_id="bookings_proposals_api_decline",
)
@needs(Scope.BOOK)
def decline(request: SignedInRequest, id: str, proposal_id: str) -> ProposalAnswer:
    """By the client. The booking and the other suggested times stay as they are."""
    proposal, by = _proposal(request.user, id, proposal_id)
    proposals.decline(booking=proposal.booking, by=by, only=proposal)
    return _answer(proposal)


def _proposal(person: User, booking_id: str, proposal_id: str) -> tuple[Proposal, Actor]:
    """Returns the proposal and its client. Anybody else is refused; another booking's proposal is not found."""
    booking = find(person, booking_id)
    proposal = find_or_404(Proposal.objects.filter(booking=booking).select_related("booking"), proposal_id)
    if Side.CLIENT not in sides_of(person, booking):
        raise Refused(Refusal.FORBIDDEN)
    return proposal, Actor(Side.CLIENT, person)


def _answer(proposal: Proposal) -> ProposalAnswer:
    fresh = Proposal.objects.get(pk=proposal.pk)
    booking = Booking.objects.get(pk=proposal.booking_id)
    return ProposalAnswer(proposal=ProposalOut.of(fresh, booking, clock.now()))
