"""Effects of bookings on a client's pathways: enrolment in the pathway chosen, and completed sessions and answers,
which count for goals and badges."""

from __future__ import annotations

from bookings.models import Booking, BookingEvent
from bookings.states import AHEAD, Side, State, Verb
from pathways import services as pathways
from pathways.progress import enrolments
from pathways.services import ReportedSession

ENROLLING = frozenset({Verb.REQUEST, Verb.CONFIRM, Verb.JOIN, Verb.PROVE, Verb.PAY, Verb.ACCEPT})


def update(event: BookingEvent) -> None:
    """Enrols the client, and reports the session and the answer, as the event requires. Called in its transaction."""
    booking = event.booking
    _report_session(event)
    _report_answer(event)
    if booking.client is None:
        return
    is_enrolling = event.verb in ENROLLING and event.after in AHEAD and booking.is_counting
    if booking.pathway is not None and is_enrolling and _is_wanted_by_client(event):
        # a builder guides a client only with the client's consent
        builder = booking.builder if event.after == State.CONFIRMED else None
        enrolments.enrol_from_booking(client=booking.client, pathway=booking.pathway, builder=builder)


def _is_wanted_by_client(event: BookingEvent) -> bool:
    """Whether the client has asked for the session or accepted it.

    A builder's booking alone enrols nobody, because the builder of an enrolment can read all of the client's progress
    and evidence.
    """
    is_booked_for_them = event.verb == Verb.REQUEST and event.side == Side.BUILDER
    return not is_booked_for_them and not event.booking.is_open_invitation


def _report_session(event: BookingEvent) -> None:
    """Reports a session that was completed, and withdraws one that is not completed any more or has lost its client."""
    booking = event.booking
    if booking.state == State.COMPLETED and booking.client is not None:
        pathways.report_session(session=reported(booking), client=booking.client, now=event.at)
    elif State.COMPLETED in (event.before, event.after):
        pathways.withdraw_session(booking=booking.pk, now=event.at)


def _report_answer(event: BookingEvent) -> None:
    """Reports the builder's answer to a request, or that there was none in time."""
    booking = event.booking
    is_answer = event.verb in (Verb.CONFIRM, Verb.DECLINE) and event.side == Side.BUILDER
    if event.before == State.PENDING and (is_answer or event.verb == Verb.EXPIRE) and not booking.awaits_client:
        pathways.report_answer(
            request=booking.pk, builder=booking.builder, asked_at=booking.created_at, answered_at=event.at
        )


def reported(booking: Booking) -> ReportedSession:
    """Returns what pathways keeps of a completed booking of a client."""
    assert booking.client_id is not None
    return ReportedSession(
        booking.pk, booking.client_id, booking.builder_id, booking.pathway_id, booking.starts_at, booking.minutes
    )
