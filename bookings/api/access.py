"""Access to bookings over the API, and the refusal of invalid values."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.models import User
from bookings.agreement.rules import sides_of
from bookings.agreement.transitions import Actor
from bookings.models import Booking
from bookings.states import Side
from core import links
from core.api import signed_in
from core.errors import Refusal, Refused
from core.requests import find_or_404


def own_booking(request: HttpRequest) -> User:
    """Authenticates a request for one booking: a booking of somebody else is a 404, before the body is checked."""
    person: User = signed_in(request)
    match = request.resolver_match
    assert match is not None
    find(person, match.kwargs["id"])
    return person


def find(person: User, identity: str) -> Booking:
    return find_or_404(Booking.objects.whole().visible_to(person), identity)


def link(url: str) -> str:
    try:
        links.validate_link(url[: links.LONGEST + 1])
    except ValidationError:
        raise wrong("deliverables", "Send links, like https://example.com/page.") from None
    if len(url) > links.LONGEST:
        raise wrong("deliverables", f"A link can have at most {links.LONGEST} characters.")
    return url


def as_builder(person: User, booking: Booking) -> Actor:
    if Side.BUILDER not in sides_of(person, booking):
        raise Refused(Refusal.FORBIDDEN)
    return Actor(Side.BUILDER, person)


def wrong(name: str, message: str) -> Refused:
    """Returns the refusal of one value, by its name in the API."""
    return Refused(Refusal.INVALID, fields={name: [message]})
