"""Asks Calendly for the current state of an invitee: after rescheduling, the latest invitee and its event."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from bookings.models import CalendlyInvitee
from connections.calendly.client import Calendly, CalendlyFault, NotThere
from connections.calendly.wire import Event, EventType, Invitee
from scheduling.calendly.models import CalendlyEventType

MOST_MOVES = 20


@dataclass(frozen=True)
class Truth:
    """The latest invitee of a booking, its event, and the URIs of all invitees that the booking ever had."""

    invitee: Invitee
    event: Event
    uris: list[str]
    event_type: EventType | None  # only for one that has no session type here yet


def ask(
    builder: UUID, calendly: Calendly, uri: str, *, known: Invitee | None = None, event: Event | None = None
) -> Truth | None:
    """Returns the truth about an invitee; None if Calendly does not know it any more.

    `known` and `event` are what was just read. Each half of a rescheduling leads to the same truth, so it does not
    matter which one arrives first.
    """
    try:
        invitee = known or calendly.invitee(uri)
        uris = [invitee.uri]
        earliest = invitee
        while invitee.was_moved and invitee.new_invitee and len(uris) < MOST_MOVES:
            invitee = calendly.invitee(invitee.new_invitee)
            uris.append(invitee.uri)
        _add_earlier(builder, calendly, earliest, uris)
        if event is None or event.uri != invitee.event:
            event = calendly.event(invitee.event)
    except NotThere:
        return None
    return Truth(invitee, event, uris, _unknown_event_type(builder, calendly, event.event_type))


def _add_earlier(builder: UUID, calendly: Calendly, invitee: Invitee, uris: list[str]) -> None:
    """Adds the URIs of earlier invitees, back to one that has a booking here."""
    while invitee.old_invitee and invitee.old_invitee not in uris and len(uris) < MOST_MOVES * 2:
        uris.append(invitee.old_invitee)
        if _has_booking(builder, uris):
            return
        try:
            invitee = calendly.invitee(invitee.old_invitee)
        except CalendlyFault:
            return


def _has_booking(builder: UUID, uris: Collection[str]) -> bool:
    return CalendlyInvitee.objects.filter(builder=builder, uri__in=uris).exists()


def _unknown_event_type(builder: UUID, calendly: Calendly, uri: str) -> EventType | None:
    if not uri or CalendlyEventType.objects.filter(builder=builder, uri=uri).exists():
        return None
    try:
        return calendly.event_type(uri)
    except CalendlyFault:
        return None
