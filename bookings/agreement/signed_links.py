"""Signed links that give access to one booking, for one purpose, without signing anybody in. A link is valid until the
booking's link generation changes or the link ends: 30 days after the session, or at the time that a renewed one
contains."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from bookings.models import Booking
from core.ids import parse_uuid

SIGNATURE_LENGTH = 40  # hexadecimal digits: 160 bits
ID_LENGTH = 32  # hexadecimal digits
LASTS = timedelta(days=30)


class Purpose(StrEnum):
    MANAGE = "manage"  # shown to whoever booked as a guest
    MAIL = "mail"  # sent to the guest's address, and so proves that they can read its mail
    ANSWER = "answer"  # sent to the builder
    PAY = "pay"  # only shows what is due and leads to the payment page


def token_for(booking: Booking, purpose: Purpose, until: datetime | None = None) -> str:
    """Returns the token of a link; `until` is when a renewed one ends."""
    end = f"{int(until.timestamp()):08x}" if until else ""
    return f"{booking.pk.hex}{end}{_signature(booking, purpose, end, settings.SECRET_KEY)}"


def path_for(booking: Booking, purpose: Purpose, page: str = "guest_booking", *, until: datetime | None = None) -> str:
    names = {Purpose.ANSWER: "bookings:answer", Purpose.PAY: "bookings:pay"}
    name = names.get(purpose, f"bookings:{page}")
    return reverse(name, args=[token_for(booking, purpose, until)])


def page_of(booking: Booking, page: str = "booking") -> str:
    """Returns the address of the booking's page for the client: by its reference, or by a signed link for a guest."""
    if booking.client_id is None:
        return path_for(booking, Purpose.MANAGE, f"guest_{page}")
    return reverse(f"bookings:{page}", args=[booking.reference])


def opened(token: str, *purposes: Purpose) -> tuple[Booking, Purpose] | None:
    """Returns the booking of a token and the purpose, out of these, that it was made for; None for an invalid token. It
    does not check whether the link has ended."""
    identity = parse_uuid(token[:ID_LENGTH])
    booking = Booking.objects.complete().filter(pk=identity).first() if identity else None
    if booking is None:
        return None
    for purpose in purposes:
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            if constant_time_compare(
                token[-SIGNATURE_LENGTH:], _signature(booking, purpose, token[ID_LENGTH:-SIGNATURE_LENGTH], secret)
            ):
                return booking, purpose
    return None


def has_ended(token: str, booking: Booking, now: datetime) -> bool:
    """Whether a validly signed link is past its end."""
    end = token[ID_LENGTH:-SIGNATURE_LENGTH]
    return now >= (datetime.fromtimestamp(int(end, 16), tz=UTC) if end else booking.ends_at + LASTS)


def _signature(booking: Booking, purpose: Purpose, end: str, secret: str) -> str:
    parts = [purpose, booking.pk.hex, str(booking.link_generation), *([end] if end else [])]
    return salted_hmac("bookings.links", ":".join(parts), secret=secret, algorithm="sha256").hexdigest()[
        :SIGNATURE_LENGTH
    ]
