"""The page of an event type inside ours: its address with what we know of the visitor, and how their booking is found.

Messages from the frame are not trusted. The address carries a key of this visitor, Calendly keeps it with the booking,
and the API is asked for a booking with that key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qsl, urlencode, urlsplit
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
from scheduling.calendly.queries import questions_there

SECONDS = 8  # that a visitor waits for Calendly
MOST_EVENTS = 20  # events read while they wait: their booking is one of the latest
# What brought the visitor here, which Calendly keeps with the booking. `utm_content` is ours.
CAMPAIGN = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "salesforce_uuid")
LONGEST_TRACKING = 200
MOST_ANSWERS, LONGEST_ANSWER = 10, 300  # a1 to a10, so that the address does not become too long


@dataclass(frozen=True)
class Prefill:
    """What is known of the visitor: who they are, what they have answered so far, and what brought them here."""

    name: str = ""
    email: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)  # by the label of the question
    campaign: Mapping[str, str] = field(default_factory=dict)
    day: date | None = None


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


def addresses(session_type: SessionType, *, key: str, prefill: Prefill) -> tuple[str, str]:
    """Returns the addresses of the page for the frame and for a link, filled in as far as we know the visitor.

    One query if there are answers.
    """
    campaign = {name: prefill.campaign[name][:LONGEST_TRACKING] for name in CAMPAIGN if prefill.campaign.get(name)}
    query = {"utm_source": "waymark", **campaign, "utm_content": key, **_answers(session_type, prefill.answers)}
    query |= {name: value for name, value in (("name", prefill.name), ("email", prefill.email)) if value}
    if prefill.day is not None:
        query["date"] = prefill.day.isoformat()
    host = urlsplit(settings.SITE_URL).netloc
    in_frame = {"embed_type": "Inline", "embed_domain": host, "hide_gdpr_banner": "1"}
    page = urlsplit(session_type.calendly_url)
    own = {name: value for name, value in parse_qsl(page.query) if name not in in_frame}
    frame, link = (page._replace(query=urlencode(own | query | more), fragment="") for more in (in_frame, {}))
    return frame.geturl(), link.geturl()


def _answers(session_type: SessionType, answers: Mapping[str, str]) -> dict[str, str]:
    """Returns the answers by the position of their question at Calendly, from `a1` on."""
    if not any(answers.values()):
        return {}
    labels = questions_there(session_type.pk)[:MOST_ANSWERS]
    return {
        f"a{number}": answers[label][:LONGEST_ANSWER] for number, label in enumerate(labels, 1) if answers.get(label)
    }


def booking_with(key: str, session_type: SessionType) -> Booking | None:
    """Returns the visitor's latest booking of this session type that was made on Calendly. One query."""
    rows = CalendlyInvitee.objects.filter(
        builder=session_type.builder_id, booking__session_type=session_type, tracking__utm_content=key
    )
    row = rows.select_related("booking").order_by("-id").first()
    return row.booking if row is not None else None


def look_now(builder: User) -> bool:
    """Reads what has changed last among the builder's events at Calendly, without waiting for a webhook.

    Returns whether that worked.
    """
    account = account_of(builder)
    if account is None or account.is_broken:
        return False
    calendly, now = calendly_of(account, seconds=SECONDS), clock.now()
    try:
        details = details_of(account, calendly)
        events = list(calendly.events(details.user_uri, details.organization_uri, now - BEHIND, now + AHEAD))
        latest = sorted(events, key=lambda event: event.mark, reverse=True)[:MOST_EVENTS]
        read_events(details=details, calendly=calendly, events=latest, now=now)
    except (ServiceDown, AccountBroken, CalendlyFault):
        return False
    return True
