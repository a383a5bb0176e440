"""Which events of a booking webhooks are sent for."""

from __future__ import annotations

from django.db import models

from bookings.models import BookingEvent
from bookings.states import State, Verb
from core import outbox

CHANNEL = "booking_webhooks"


class BookingEventKind(models.TextChoices):
    """The kinds of events, as the `type` of a message names them."""

    REQUESTED = "booking.requested", "Session requested"
    CONFIRMED = "booking.confirmed", "Session confirmed"
    MOVED = "booking.moved", "Session moved"
    CANCELLED = "booking.cancelled", "Session cancelled or declined"
    STARTED = "booking.started", "Session begun"
    COMPLETED = "booking.completed", "Session completed"
    NO_SHOW = "booking.no_show", "No-show reported"
    DISPUTED = "booking.disputed", "Dispute opened"
    SETTLED = "booking.settled", "Dispute settled"


BEGINNINGS = frozenset({Verb.REQUEST, Verb.PROVE, Verb.PAY})
KINDS = {
    Verb.RESCHEDULE: BookingEventKind.MOVED,
    Verb.START: BookingEventKind.STARTED,
    Verb.COMPLETE: BookingEventKind.COMPLETED,
    Verb.NO_SHOW: BookingEventKind.NO_SHOW,
    Verb.DISPUTE: BookingEventKind.DISPUTED,
    Verb.RESOLVE: BookingEventKind.SETTLED,
}


def kind_of(event: BookingEvent) -> BookingEventKind | None:
    """Returns the kind of an event, or None for one that nobody is told of, such as a request that is not paid yet."""
    if not event.booking.is_counting:
        return None
    if event.verb in KINDS:
        return KINDS[Verb(event.verb)]
    if event.after == State.CANCELLED and event.before != State.CANCELLED:
        return BookingEventKind.CANCELLED
    if event.after == State.CONFIRMED and event.before != State.CONFIRMED:
        return BookingEventKind.CONFIRMED
    if event.verb == Verb.ACCEPT:
        return BookingEventKind.MOVED
    return BookingEventKind.REQUESTED if event.verb in BEGINNINGS else None


def queue(event: BookingEvent) -> None:
    """Queues an event in its transaction. The webhooks are looked up afterwards, so that booking takes no query more."""
    if kind := kind_of(event):
        outbox.put(
            event=f"webhooks:{event.pk}",
            channel=CHANNEL,
            recipient=str(event.booking.builder_id),
            payload={"event": str(event.pk), "kind": kind},
        )
