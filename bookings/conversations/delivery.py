"""Opens the conversation of a booking's two people, and adds the marks that events have queued."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from bookings.conversations.marks import KIND, mark_text
from bookings.models import Booking, BookingEvent
from bookings.states import Verb
from core.models import OutboxMessage
from messaging import joining, opening
from messaging.models import Participant
from messaging.opening import Correspondent


def is_with_oneself(booking: Booking) -> bool:
    """Whether the client is the builder: a builder can book as a guest, with the address of their own account."""
    return booking.client_id == booking.builder_id


def client_side(booking: Booking) -> Correspondent:
    if booking.client is not None:
        return Correspondent(booking.client)
    assert booking.guest is not None
    return Correspondent(guest_key=booking.guest.pk.hex, name=booking.guest.name)


@transaction.atomic
def open_for(booking: Booking) -> Participant:
    """Returns the client's part in the conversation with the builder, in which both may write from now on."""
    mine = opening.open_between(client_side(booking), Correspondent(booking.builder))
    opening.mark_as_booked(mine.conversation_id, booking.created_at)
    return mine


def deliver(message: OutboxMessage) -> None:
    """Adds the mark of an event. A booking that waits for its guest to confirm their address,
    or for the client to pay, opens no conversation."""
    event_id = UUID(message.event.removeprefix("conversation:"))
    event = BookingEvent.objects.select_related("booking__builder", "booking__client", "booking__guest").get(
        pk=event_id
    )
    booking = event.booking
    if is_with_oneself(booking):
        return
    if event.verb in (Verb.JOIN, Verb.PROVE) and booking.client and booking.guest:
        joining.adopt_guest(guest_key=booking.guest.pk.hex, person=booking.client)
    text = mark_text(event)
    if not text or not booking.is_counting:
        return
    mine = open_for(booking)
    opening.add_mark(mine=mine, kind=KIND, subject=booking.pk, key=f"event:{event.pk}", text=text, at=event.at)
