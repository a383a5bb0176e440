"""`POST /api/bookings/{id}/pay`: the page on which a booking is paid."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Body, Router
from pydantic import Field

from accounts.models import User
from bookings.agreement.rules import sides_of
from bookings.agreement.signed_links import Purpose, has_ended, opened
from bookings.api.access import find
from bookings.billing.checkout import services
from bookings.billing.queries import bill_of
from bookings.models import Booking
from bookings.states import Side
from core import clock, flags
from core.api import In, Out, SuccessBody, anyone, signed_in
from core.errors import Refusal, Refused
from core.ids import parse_uuid
from core.scopes import Scope, needs
from payments.flags import PAYMENTS
from payments.refusals import PaymentRefusal
from scheduling.api import shown

router = Router(tags=["Bookings"])


class PayIn(In):
    """`manage_url` is the link of a guest to their booking, or the link to pay that was mailed; others sign in."""

    manage_url: str | None = Field(default=None, max_length=500)


class CheckoutOut(Out):
    url: str
    expires_at: str


class CheckoutAnswer(SuccessBody):
    checkout: CheckoutOut


def client_or_guest(request: HttpRequest) -> Any:
    """Authenticates a request to pay: with an account, whose booking is found before the body is checked, or with a link in
    the body."""
    person = anyone(request)
    if b'"manageUrl"' in request.body:
        return person
    if not request.user.is_authenticated:
        raise Refused(Refusal.NOT_AUTHENTICATED)
    match = request.resolver_match
    assert match is not None
    find(request.user, match.kwargs["id"])
    return person


@router.post(
    "/bookings/{id}/pay",
    response=CheckoutAnswer,
    auth=client_or_guest,
    by_alias=True,
    summary="Pay for a booking",
    operation_id="bookings_billing_api_pay",
)
@needs(Scope.BOOK)
def pay(request: HttpRequest, id: str, payload: Body[PayIn]) -> CheckoutAnswer:
    """By the client, or with the link of a guest. The page is the same until it has expired; paying on it is one charge."""
    booking = _by_link(id, payload.manage_url) if payload.manage_url else _own(request, id)
    if not flags.is_on(request, PAYMENTS):
        raise Refused(PaymentRefusal.NOTHING_DUE)
    checkout = services.start_paying(booking=booking)
    expires_at = shown(checkout.expires_at)
    assert expires_at is not None
    return CheckoutAnswer(checkout=CheckoutOut(url=checkout.address, expires_at=expires_at))


class UsedCreditOut(Out):
    """What was paid with credit now, and what is left to pay by card."""

    paid: str
    due: str
    currency: str


class UsedCreditAnswer(SuccessBody):
    credit: UsedCreditOut


def client_of_booking(request: HttpRequest) -> User:
    """Authenticates the client of a booking, which is found before the body is checked."""
    person: User = signed_in(request)
    match = request.resolver_match
    assert match is not None
    _own(request, match.kwargs["id"])
    return person


@router.post(
    "/bookings/{id}/credit",
    response=UsedCreditAnswer,
    auth=client_of_booking,
    by_alias=True,
    summary="Pay with credit",
    operation_id="bookings_billing_api_use_credit",
)
@needs(Scope.BOOK)
def use_credit(request: HttpRequest, id: str) -> UsedCreditAnswer:
    """By the client: as much of what is due as their credit covers. What is left is paid by card. Without credit it is a
    409 `no_account_credit`."""
    booking = _own(request, id)
    if not flags.is_on(request, PAYMENTS):
        raise Refused(PaymentRefusal.NOTHING_DUE)
    paid = services.use_credit(booking=booking)
    due = bill_of(booking).due
    return UsedCreditAnswer(credit=UsedCreditOut(paid=paid.on_the_wire(), due=due.on_the_wire(), currency=due.currency))


def _own(request: HttpRequest, identity: str) -> Booking:
    person = request.user
    if not isinstance(person, User):
        raise Refused(Refusal.NOT_AUTHENTICATED)
    booking = find(person, identity)
    if Side.CLIENT not in sides_of(person, booking):
        raise Refused(Refusal.FORBIDDEN)
    return booking


def _by_link(identity: str, link: str) -> Booking:
    """Returns the booking of a guest's link. A link that is invalid, over, or of another booking is a 404."""
    address = link.partition("#")[0].partition("?")[0]
    token = address.rstrip("/").rpartition("/")[2]
    key = opened(token, Purpose.PAY, Purpose.MANAGE, Purpose.MAIL)
    if key is None or has_ended(token, key[0], clock.now()) or key[0].pk != parse_uuid(identity):
        raise Http404
    return key[0]
