"""What webhooks say of an event of a booking."""

from __future__ import annotations

from uuid import UUID

from bookings.api.formats import instant
from bookings.api.schemas import BookingOut, EventOut, booking_values
from bookings.billing.queries import payments_of
from bookings.models import Booking, BookingEvent
from bookings.states import Side
from bookings.webhooks.kinds import BookingEventKind
from connections.outgoing import services
from connections.outgoing.sources import EventSource, WebhookEvent
from core import clock
from core.models import OutboxMessage

SOURCE = "booking"


def deliver(message: OutboxMessage) -> None:
    """Queues an event for each address that listens to it."""
    event = BookingEvent.objects.select_related("booking").get(pk=message.payload["event"])
    kind = BookingEventKind(message.payload["kind"])
    services.announce(source=SOURCE, subject=event.pk, kind=kind, builder_id=event.booking.builder_id)


def load(event_id: UUID) -> WebhookEvent | None:
    """Returns what is sent of an event: the event, and the booking as its builder sees it now in the API."""
    event = BookingEvent.objects.filter(pk=event_id).first()
    booking = Booking.objects.whole().filter(pk=event.booking_id).first() if event is not None else None
    if event is None or booking is None:
        return None
    payment = payments_of([booking]).get(booking.pk)
    values = booking_values(booking, frozenset({Side.BUILDER}), clock.now(), payment=payment)
    data = {
        "booking": BookingOut.model_validate(values).model_dump(mode="json", by_alias=True),
        "event": EventOut.of(event).model_dump(mode="json", by_alias=True),
    }
    return WebhookEvent(instant(event.at), data)


BOOKINGS = EventSource(SOURCE, BookingEventKind, load)
