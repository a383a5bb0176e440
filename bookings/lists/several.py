"""Answers to several requests at once: each through the service for one, with a report of what was not possible."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from bookings.agreement import services
from bookings.agreement.rules import allowed_verbs, why_blocked
from bookings.agreement.transitions import Actor
from bookings.models import Booking
from bookings.states import Side, State, Verb
from core.errors import Refused

MOST = 50
VERBS = (Verb.CONFIRM, Verb.DECLINE)


@dataclass(frozen=True)
class RequestOutcome:
    """The result for one request: `problem` is empty if it was answered, and otherwise says why not."""

    reference: str
    problem: str = ""


def requests_named(builder: User, references: Iterable[str]) -> list[Booking]:
    """Returns the builder's bookings with these references, those to be answered first in front. One query."""
    wanted = [reference.strip().upper() for reference in references][:MOST]
    rows = Booking.objects.of_builder(builder).filter(reference__in=wanted).complete()
    return list(rows.order_by("answer_by", "starts_at", "id"))


def why_not(booking: Booking, verb: Verb, now: datetime) -> str:
    """Returns why the builder cannot give this answer now; an empty string if they can. No query."""
    if verb in allowed_verbs(booking, frozenset({Side.BUILDER}), now):
        return ""
    if booking.state == State.PENDING and booking.awaits_client:
        return "It is waiting for the client’s answer."
    if booking.state != State.PENDING:
        return f"It is {State(booking.state).label.lower()} already."
    return why_blocked(booking, verb, Side.BUILDER, now) or "It can no longer be answered."


def answer_several(
    *, bookings: Sequence[Booking], versions: dict[str, int], by: User, verb: Verb, reason: str = ""
) -> list[RequestOutcome]:
    """Confirms or declines each of the requests, as it was when the builder read it, and returns what became of each.

    One that cannot be answered stops none of the others.
    """
    actor = Actor(Side.BUILDER, by)
    answered = []
    for booking in bookings:
        version = versions.get(booking.reference)
        try:
            if verb == Verb.CONFIRM:
                services.confirm(booking=booking, by=actor, version=version)
            else:
                services.decline(booking=booking, by=actor, reason=reason, version=version)
        except Refused as error:
            problem = "" if _is_answered(booking, verb) else error.sentence
            answered.append(RequestOutcome(booking.reference, problem))
        else:
            answered.append(RequestOutcome(booking.reference))
    return answered


def _is_answered(booking: Booking, verb: Verb) -> bool:
    """Whether the booking has this answer by now, such as when the form was sent twice. One query."""
    current = Booking.objects.only("state", "cancelled_by").get(pk=booking.pk)
    if verb == Verb.CONFIRM:
        return current.state == State.CONFIRMED
    return current.state == State.CANCELLED and current.cancelled_by == Side.BUILDER
