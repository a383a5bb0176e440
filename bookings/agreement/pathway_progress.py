"""Effects of bookings on a client's pathways: enrolment in the pathway chosen, and session badges."""

from __future__ import annotations

from bookings.models import Booking, BookingEvent
from bookings.states import State, Verb
from pathways.badges import services as badges
from pathways.progress import enrolments

ENROLLING = frozenset({Verb.REQUEST, Verb.CONFIRM, Verb.JOIN, Verb.PROVE, Verb.ACCEPT})


def update(event: BookingEvent) -> None:
    """Enrols the client and counts their completed sessions, as the event requires. Called in its transaction."""
    booking = event.booking
    if booking.client is None:
        return
    if booking.pathway is not None and event.verb in ENROLLING and event.after in (State.PENDING, State.CONFIRMED):
        builder = booking.builder if event.after == State.CONFIRMED else None  # only one who has agreed leads
        enrolments.enrol_from_booking(client=booking.client, pathway=booking.pathway, builder=builder)
    if State.COMPLETED in (event.before, event.after) and event.before != event.after:
        sessions = Booking.objects.filter(client=booking.client, state=State.COMPLETED).count()
        badges.count_sessions(client=booking.client, sessions=sessions)
