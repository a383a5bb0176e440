"""What clients have answered and noted, as the lists show it without a query for each booking."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch

from bookings.models import Answer, BookingQuerySet, CalendlyInvitee


def with_answers(bookings: BookingQuerySet) -> BookingQuerySet:
    """Loads what `answers_of` needs: two more queries, however many bookings there are."""
    return bookings.prefetch_related(
        Prefetch("answers", to_attr="loaded_answers"), Prefetch("calendly_invitees", to_attr="loaded_invitees")
    )


def load_answers(rows: Iterable[Any], bookings: BookingQuerySet) -> None:
    """Does for all bookings of a table what `with_answers` does, without sending thousands of ids. Two queries."""
    ids = bookings.order_by().values("pk")
    answers, invitees = defaultdict(list), defaultdict(list)
    for answer in Answer.objects.filter(booking__in=ids):
        answers[answer.booking_id].append(answer)
    for invitee in CalendlyInvitee.objects.filter(booking__in=ids):
        invitees[invitee.booking_id].append(invitee)
    for row in rows:
        row.loaded_answers, row.loaded_invitees = answers.get(row.pk, []), invitees.get(row.pk, [])


def answers_of(booking: Any) -> list[tuple[str, str]]:
    """Returns (question, answer) for each question that was answered, here or on Calendly, then the notes."""
    answers = [(answer.label, answer.shown) for answer in booking.loaded_answers]
    for invitee in booking.loaded_invitees[:1]:
        answers += [(label, text) for label, text in invitee.answers]
    answers = [(label, text) for label, text in answers if text]
    return answers + ([("Notes", booking.notes)] if booking.notes else [])
