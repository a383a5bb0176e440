"""What clients have answered and noted, as the lists show it without a query for each booking."""

from __future__ import annotations

from bookings.models import Booking, BookingQuerySet


def with_answers(bookings: BookingQuerySet) -> BookingQuerySet:
    """Loads what `answers_of` needs: two more queries, however many bookings there are."""
    return bookings.prefetch_related("answers", "calendly_invitees")


def answers_of(booking: Booking) -> list[tuple[str, str]]:
    """Returns (question, answer) for each question that was answered, here or on Calendly, then the notes."""
    answers = [(answer.label, answer.shown) for answer in booking.answers.all()]
    for invitee in list(booking.calendly_invitees.all())[:1]:
        answers += [(label, text) for label, text in invitee.answers]
    answers = [(label, text) for label, text in answers if text]
    return answers + ([("Notes", booking.notes)] if booking.notes else [])
