"""The page of an event type inside ours: its address with what we know of the visitor, and how their booking is found.

Nothing that the frame says is believed. The address carries a key of this visitor, Calendly keeps it with the booking,
and the API is asked for a booking with that key.
"""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from accounts.models import User
from bookings.calendly.services import read_events
from bookings.models import Booking, CalendlyInvitee
from coaching.models import SessionType
from connections.calendly.accounts import account_of, details_of
from connections.calendly.client import CalendlyFault, calendly_of
from connections.oauth.services import AccountBroken
from core import clock
from core.service_calls import ServiceDown
from scheduling.calendly.busy import AHEAD, BEHIND

SECONDS = 8  # that a visitor waits for Calendly


def origin() -> str:
    """Returns the origin of Calendly's pages, which a frame may show."""
    parts = urlsplit(settings.CALENDLY_SITE)
    return f"{parts.scheme}://{parts.netloc}"


def is_there(session_type: SessionType) -> bool:
    """Whether the session type is booked on Calendly and has a page there that we may show."""
    return session_type.books_on_calendly and session_type.calendly_url.startswith(f"{origin()}/")


def key_of(holder: str, session_type: UUID) -> str:
    """Returns what marks bookings of this visitor. Only Waymark can make it."""
    return salted_hmac("calendly embed", f"{holder}:{session_type}").hexdigest()[:32]


def address(session_type: SessionType, *, key: str, person: User | None, is_frame: bool) -> str:
    """Returns the address of the page, filled in as far as we know the visitor."""
    query = {"utm_source": "waymark", "utm_content": key}
    if person is not None:
        query |= {"name": person.display_name, "email": person.email}
    if is_frame:
        host = urlsplit(settings.SITE_URL).netloc
        query |= {"embed_type": "Inline", "embed_domain": host, "hide_gdpr_banner": "1"}
    return f"{session_type.calendly_url}?{urlencode(query)}"


def booking_with(key: str, session_type: SessionType) -> Booking | None:
    """Returns the visitor's latest booking of this session type that was made on Calendly. One query."""
    rows = CalendlyInvitee.objects.filter(
        builder=session_type.builder_id, booking__session_type=session_type, tracking__utm_content=key
    )
    row = rows.select_related("booking").order_by("-id").first()
    return row.booking if row is not None else None


def look_now(builder: User) -> bool:
    """Reads the builder's events at Calendly now, without waiting for a webhook. Returns whether that worked."""
    account = account_of(builder)
    if account is None or account.is_broken:
        return False
    calendly, now = calendly_of(account, seconds=SECONDS), clock.now()
    try:
        details = details_of(account, calendly)
        events = list(calendly.events(details.user_uri, details.organization_uri, now - BEHIND, now + AHEAD))
        read_events(details=details, calendly=calendly, events=events, now=now)
    except (ServiceDown, AccountBroken, CalendlyFault):
        return False
    return True
