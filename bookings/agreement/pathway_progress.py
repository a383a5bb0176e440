"""What bookings do for somebody's way: the pathway chosen with one is walked, and sessions count towards badges."""

from __future__ import annotations

from bookings.models import Booking, BookingEvent
from bookings.states import State, Verb
from pathways.badges import services as badges
from pathways.progress import enrolments

BEGINS = frozenset({Verb.REQUEST, Verb.CONFIRM, Verb.JOIN, Verb.PROVE})


def update(event: BookingEvent) -> None:
    """In the transaction of the event."""
    booking = event.booking
    if booking.client is None:
        return
    if booking.pathway is not None and event.verb in BEGINS and event.after in (State.PENDING, State.CONFIRMED):
        builder = booking.builder if event.after == State.CONFIRMED else None  # nobody leads who has not agreed
        enrolments.enrol_from_booking(client=booking.client, pathway=booking.pathway, builder=builder)
    if State.COMPLETED in (event.before, event.after) and event.before != event.after:
        sessions = Booking.objects.filter(client=booking.client, state=State.COMPLETED).count()
        badges.count_sessions(client=booking.client, sessions=sessions)
