"""How often somebody may book: per person, per network, and per mail address that nobody has proven."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest

from bookings.models import Booking
from bookings.wishes import Contact
from core.errors import Refusal, Refused
from core.limits import Limit
from core.requests import client_address

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def count_booking(request: HttpRequest, guest: Contact | None) -> None:
    """Counts one attempt to book; raises once there are too many."""
    Limit("bookings of an address", settings.LIMIT_BOOKINGS_PER_ADDRESS, MINUTE).hit(client_address(request))
    if request.user.is_authenticated:
        Limit("bookings of a person", settings.LIMIT_BOOKINGS_PER_PERSON, MINUTE).hit(str(request.user.pk))
    if guest is not None:
        Limit("bookings for a mail", settings.LIMIT_BOOKINGS_PER_MAIL, HOUR).hit(guest.email.lower())


def count_guest_booking(builder: UUID, network: str) -> None:
    """Counts one booking of a guest, in the transaction that makes it, so that one which is refused does not count.
    With the builder's time locked: two of the same network cannot pass the limit side by side."""
    limit = Limit("guests of a network with a builder", settings.LIMIT_GUEST_BOOKINGS_PER_NETWORK, HOUR)
    usage = limit.count(f"{builder}:{network}")
    if usage and usage.is_exceeded:
        sentence = "Too many sessions here were booked from your network within an hour. Sign in to book, or try later."
        raise Refused(Refusal.RATE_LIMITED, sentence, retry_after=usage.seconds)


def count_renewal(request: HttpRequest, booking: Booking) -> bool:
    """Counts a new link that is asked for, and returns whether it is to be mailed: few for one booking, and not many
    for one network. Whoever asks hears the same either way."""
    by_booking = Limit("renewed links of a booking", settings.LIMIT_LINKS_PER_BOOKING, HOUR).count(str(booking.pk))
    network = client_address(request)
    by_network = Limit("renewed links of a network", settings.LIMIT_LINKS_PER_NETWORK, HOUR).count(network)
    return not any(usage and usage.is_exceeded for usage in (by_booking, by_network))


def refuse_robots(request: HttpRequest) -> None:
    """A field that people do not see has been filled in."""
    if request.POST.get("website"):
        raise Refused(Refusal.RATE_LIMITED, retry_after=60)
