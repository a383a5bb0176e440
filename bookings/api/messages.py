"""The messages of a booking's two people in the API."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from bookings.conversations.queries import pair_of_booking
from bookings.models import Booking
from messaging.queries import cards_for, messages_of
from messaging.schemas import MessageOut

MOST = 50


def last_messages(booking: Booking, person: User, now: datetime) -> list[MessageOut]:
    """Returns the last messages of the two, oldest first, as the API shows them to one of them; none to staff."""
    if person.pk not in (booking.client_id, booking.builder_id):
        return []
    pair = pair_of_booking(booking, person)
    if pair is None:
        return []
    messages = messages_of(pair, first=max(1, pair.newest - MOST + 1), last=pair.newest)
    cards = cards_for(messages, reader=person, path="", now=now)
    return [MessageOut.of(message, cards) for message in messages]
