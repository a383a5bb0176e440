"""How often somebody may book: per person, per network, and per mail address that nobody has proven."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest

from accounts.sign_in.limits import LINKS, MAILS_NOBODY, TELLS_SOMEBODY
from bookings.agreement.requests import Contact
from bookings.models import Booking
from core.errors import Refusal, Refused
from core.limits import Limit
from core.post_limits import PostLimit
from core.requests import client_address

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OF_ADDRESS = Limit("bookings of an address", "LIMIT_BOOKINGS_PER_ADDRESS", MINUTE)
OF_PERSON = Limit("bookings of a person", "LIMIT_BOOKINGS_PER_PERSON", MINUTE)
FOR_MAIL = Limit("bookings for a mail", "LIMIT_BOOKINGS_PER_MAIL", HOUR)
_BOOKS = PostLimit(
    person=Limit("booking forms of a person", "LIMIT_BOOKINGS_PER_PERSON", MINUTE),
    network=Limit("booking forms of an address", "LIMIT_BOOKINGS_PER_ADDRESS", MINUTE),
)
_HOLDS = PostLimit(none_because="It mails nobody; how many times one may hold is limited where a time is taken.")

POSTS = {
    "bookings:choose": _BOOKS,  # and the limits of count_booking, as for each page that books
    "bookings:hold": _HOLDS,
    "bookings:extend": _HOLDS,
    "bookings:release": _HOLDS,
    "bookings:details": MAILS_NOBODY,
    "bookings:review": _BOOKS,
    "bookings:plan": _BOOKS,
    "bookings:wait": _BOOKS,
    "bookings:offer": _BOOKS,
    "bookings:renew_link": PostLimit(network=LINKS),  # and count_renewal
    "bookings:put": MAILS_NOBODY,
    "bookings:new_project": MAILS_NOBODY,
    "bookings:edit_project": MAILS_NOBODY,
    "bookings:close_project": MAILS_NOBODY,
    **dict.fromkeys(
        (
            "bookings:series",
            "bookings:leave",
            "bookings:client",
            "bookings:answer",
            "bookings:guest_act",
            "bookings:guest_end",
            "bookings:guest_move",
            "bookings:join",
            "bookings:guest_reminders",
            "bookings:guest_reviews",
            "bookings:guest_reply",
            "bookings:guest_deliverables",
            "bookings:guest_no_show",
            "bookings:guest_dispute",
            "bookings:act",
            "bookings:end",
            "bookings:move",
            "bookings:reviews",
            "bookings:reply",
            "bookings:deliverables",
            "bookings:no_show",
            "bookings:dispute",
            "bookings:remove",
            "bookings:skills",
            "bookings:report",
            "bookings:unconfirmed",
        ),
        TELLS_SOMEBODY,
    ),
}


def count_booking(request: HttpRequest, guest: Contact | None) -> None:
    """Counts one attempt to book; raises once there are too many."""
    OF_ADDRESS.hit(client_address(request))
    if request.user.is_authenticated:
        OF_PERSON.hit(str(request.user.pk))
    if guest is not None:
        FOR_MAIL.hit(guest.email.lower())


def count_guest_booking(builder: UUID, network: str) -> None:
    """Counts one booking of a guest, in the transaction that makes it, so that one which is refused does not count.
    With the builder's time locked: two of the same network cannot pass the limit side by side."""
    limit = Limit("guests of a network with a builder", "LIMIT_GUEST_BOOKINGS_PER_NETWORK", HOUR)
    usage = limit.count(f"{builder}:{network}")
    if usage and usage.is_exceeded:
        sentence = "Too many sessions here were booked from your network within an hour. Sign in to book, or try later."
        raise Refused(Refusal.RATE_LIMITED, sentence, retry_after=usage.seconds)


def count_renewal(request: HttpRequest, booking: Booking) -> bool:
    """Counts a new link that is asked for, and returns whether it is to be mailed: few for one booking, and not many
    for one network. Whoever asks hears the same either way."""
    by_booking = Limit("renewed links of a booking", "LIMIT_LINKS_PER_BOOKING", HOUR).count(str(booking.pk))
    network = client_address(request)
    by_network = Limit("renewed links of a network", "LIMIT_LINKS_PER_NETWORK", HOUR).count(network)
    return not any(usage and usage.is_exceeded for usage in (by_booking, by_network))


def refuse_robots(request: HttpRequest) -> None:
    """A field that people do not see has been filled in."""
    if request.POST.get("website"):
        raise Refused(Refusal.RATE_LIMITED, retry_after=60)
