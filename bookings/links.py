"""Links that are keys: to one booking, for one purpose, until its link generation changes. They sign nobody in."""

from __future__ import annotations

from enum import StrEnum

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from bookings.models import Booking
from core.ids import parse_uuid

SEAL = 40  # hexadecimal digits: 160 bits


class Purpose(StrEnum):
    MANAGE = "manage"  # shown to whoever booked as a guest
    MAIL = "mail"  # sent to the guest's address: whoever has it can read that mail
    ANSWER = "answer"  # sent to the builder


def token_for(booking: Booking, purpose: Purpose) -> str:
    return f"{booking.pk.hex}{_seal(booking, purpose, settings.SECRET_KEY)}"


def path_for(booking: Booking, purpose: Purpose, page: str = "guest_booking") -> str:
    name = "bookings:answer" if purpose == Purpose.ANSWER else f"bookings:{page}"
    return reverse(name, args=[token_for(booking, purpose)])


def page_of(booking: Booking, page: str = "booking") -> str:
    """Where whoever booked it sees it: by its reference, or a guest by their link."""
    if booking.client_id is None:
        return path_for(booking, Purpose.MANAGE, f"guest_{page}")
    return reverse(f"bookings:{page}", args=[booking.reference])


def opened(token: str, *purposes: Purpose) -> tuple[Booking, Purpose] | None:
    """The booking that the link leads to, and for which of these purposes it was made; None for any other text."""
    identity = parse_uuid(token[:32])
    booking = Booking.objects.complete().filter(pk=identity).first() if identity else None
    if booking is None:
        return None
    for purpose in purposes:
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            if constant_time_compare(token[32:], _seal(booking, purpose, secret)):
                return booking, purpose
    return None


def _seal(booking: Booking, purpose: Purpose, secret: str) -> str:
    told = f"{purpose}:{booking.pk.hex}:{booking.link_generation}"
    return salted_hmac("bookings.links", told, secret=secret, algorithm="sha256").hexdigest()[:SEAL]
