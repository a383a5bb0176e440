"""The messages of a booking's two people."""

from __future__ import annotations

from accounts.models import User
from bookings.conversations.delivery import client_side
from bookings.models import Booking
from messaging.models import Participant
from messaging.opening import Correspondent, pair_of
from messaging.queries import Pair, pair_of_participant


def pair_of_booking(booking: Booking, person: User | None) -> Pair | None:
    """Returns the conversation as the person sees it, or the guest for None; None without a conversation. Two queries."""
    pair = pair_of(client_side(booking), Correspondent(booking.builder))
    mine = Participant.objects.filter(conversation__pair=pair, user=person).first()
    return pair_of_participant(mine) if mine is not None else None
