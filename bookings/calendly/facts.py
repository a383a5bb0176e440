"""Converts an invitee and their event to the fields of a booking: client, place and answers.

No HTTP requests, no writes.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any

from accounts.models import User
from bookings.agreement.origins import BookingOrigin
from bookings.models import Booking
from coaching.models import Question, SessionType
from coaching.quotes import quote
from coaching.terms import offer_of, terms_of
from connections.calendly.wire import Event, Invitee
from core.links import BadLink, parse_link
from core.names import tidy
from core.zones import zone_names

MOST_ANSWER = 2000


@dataclass(frozen=True)
class MatchedAnswers:
    """Answers to questions that the session type asks too, and all others as they were given."""

    own: list[tuple[Question, str]]
    other: list[list[str]]


def client_of(invitee: Invitee, builder: User) -> User | None:
    """Returns the account whose proven address the invitee has. Builders do not book themselves."""
    address = User.objects.normalize_email(invitee.email)
    person = User.objects.filter(email=address, is_active=True).first()
    return person if person is not None and person.pk != builder.pk else None


def guest_name(invitee: Invitee) -> str:
    return tidy(invitee.name)[:80].strip() or "Somebody from Calendly"


def place_fields(event: Event) -> dict[str, Any]:
    """Returns where the session takes place, as the fields of a booking."""
    if event.location_kind in ("physical", "ask_invitee"):
        at = "client" if event.location_kind == "ask_invitee" else "builder"
        return {
            "is_remote": False,
            "location": tidy(event.location)[:300],
            "in_person_at": at,
            "meeting_url": "",
            "is_arranged_on_calendly": False,
        }
    return {
        "is_arranged_on_calendly": event.location_kind not in ("", "custom"),
        "is_remote": True,
        "location": "",
        "in_person_at": "",
        "meeting_url": _link(event.join_url or event.location),
    }


def origin_fields(invitee: Invitee) -> dict[str, str]:
    """Returns the campaign that Calendly has kept with the booking. `waymark` is what we send where there is none."""
    origin = BookingOrigin.of(invitee.tracking)
    return asdict(origin if origin.utm_source != "waymark" else replace(origin, utm_source=""))


def zone_of(invitee: Invitee, builder: User) -> str:
    return invitee.timezone if invitee.timezone in zone_names() else builder.timezone


def price_fields(session_type: SessionType, minutes: int) -> dict[str, Any]:
    """Returns what the booking costs here.

    A length without a price is free: what was paid on Calendly is kept apart.
    """
    offer = offer_of(session_type.builder_id)
    price = quote(terms_of(session_type, offer), minutes)
    if price is None:
        return {"rate": Decimal(0), "rate_type": "fixed", "total": Decimal(0), "currency": offer.currency}
    return {
        "rate": price.unit.amount,
        "rate_type": price.rate_type,
        "total": price.total.amount,
        "currency": price.total.currency,
    }


def matched_answers(session_type: SessionType, invitee: Invitee) -> MatchedAnswers:
    asked = {question.label: question for question in session_type.questions.all() if question.is_asked}
    own, other = [], []
    for label, text in invitee.answers:
        question = asked.pop(tidy(label)[:200].strip(), None)
        if question is not None:
            own.append((question, text[:MOST_ANSWER]))
        else:
            other.append([label[:200], text[:MOST_ANSWER]])
    return MatchedAnswers(own, other)


def links(event: Event, invitee: Invitee, *, is_ours: bool = False) -> dict[str, str]:
    """Returns the addresses at Calendly, as the fields of a booking. One that was made here is changed here."""
    if is_ours:
        return {"calendly_event_uri": event.uri[:300]}
    return {
        "calendly_event_uri": event.uri[:300],
        "calendly_cancel_url": _page(invitee.cancel_url),
        "calendly_reschedule_url": _page(invitee.reschedule_url),
    }


def differs(booking: Booking, values: dict[str, Any]) -> bool:
    return any(getattr(booking, name) != value for name, value in values.items())


def _link(text: str) -> str:
    if "://" not in text:
        return ""
    try:
        return parse_link(text)
    except BadLink:
        return ""


def _page(address: str) -> str:
    return address if len(address) <= 300 and address.startswith(("https://", "http://")) else ""
