"""Links that are keys: to one booking, for one purpose, until its link generation changes or the link ends. They sign
nobody in. A link ends 30 days after the session; one that was renewed carries the time at which it ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from bookings.models import Booking
from core.ids import parse_uuid

SEAL = 40  # hexadecimal digits: 160 bits
KEY = 32  # those of the booking's id
LASTS = timedelta(days=30)


class Purpose(StrEnum):
    MANAGE = "manage"  # shown to whoever booked as a guest
    MAIL = "mail"  # sent to the guest's address: whoever has it can read that mail
    ANSWER = "answer"  # sent to the builder


def token_for(booking: Booking, purpose: Purpose, until: datetime | None = None) -> str:
    """Returns the key; `until` is when a renewed one ends."""
    end = f"{int(until.timestamp()):08x}" if until else ""
    return f"{booking.pk.hex}{end}{_seal(booking, purpose, end, settings.SECRET_KEY)}"


def path_for(booking: Booking, purpose: Purpose, page: str = "guest_booking", *, until: datetime | None = None) -> str:
    name = "bookings:answer" if purpose == Purpose.ANSWER else f"bookings:{page}"
    return reverse(name, args=[token_for(booking, purpose, until)])


def page_of(booking: Booking, page: str = "booking") -> str:
    """Where whoever booked it sees it: by its reference, or a guest by their link."""
    if booking.client_id is None:
        return path_for(booking, Purpose.MANAGE, f"guest_{page}")
    return reverse(f"bookings:{page}", args=[booking.reference])


def opened(token: str, *purposes: Purpose) -> tuple[Booking, Purpose] | None:
    """Returns the booking that the link leads to, and for which of these purposes it was made, also when the link has
    ended; None for any other text."""
    identity = parse_uuid(token[:KEY])
    booking = Booking.objects.complete().filter(pk=identity).first() if identity else None
    if booking is None:
        return None
    for purpose in purposes:
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            if constant_time_compare(token[-SEAL:], _seal(booking, purpose, token[KEY:-SEAL], secret)):
                return booking, purpose
    return None


def has_ended(token: str, booking: Booking, now: datetime) -> bool:
    """Whether a good link opens nothing any more."""
    end = token[KEY:-SEAL]
    return now >= (datetime.fromtimestamp(int(end, 16), tz=UTC) if end else booking.ends_at + LASTS)


def _seal(booking: Booking, purpose: Purpose, end: str, secret: str) -> str:
    parts = [purpose, booking.pk.hex, str(booking.link_generation), *([end] if end else [])]
    return salted_hmac("bookings.links", ":".join(parts), secret=secret, algorithm="sha256").hexdigest()[:SEAL]
