"""What the page of a booking shows: each function takes as many queries as it says, however long the booking's history."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from bookings.agreement.notifications import mail_keys
from bookings.calendar_copies.services import CHANNEL as COPIES
from bookings.models import Booking, BookingEvent
from bookings.states import Side
from core.models import OutboxMessage
from operations.bookings.services import letters_of
from operations.tables import ShownCell, ShownTable, subject_of
from payments.models import Payment

MOST_MAILS = 100


@dataclass(frozen=True)
class HistoryEntry:
    """Something that happened to a booking: what, when, by whom and why."""

    event: BookingEvent
    who: str


def booking_by_reference(reference: str) -> Booking | None:
    """Returns the booking with all that the page shows of it. One query."""
    return Booking.objects.complete().select_related("meeting").filter(reference=reference.strip().upper()).first()


def history(booking: Booking) -> list[HistoryEntry]:
    """Returns what has happened to the booking, the oldest first. One query."""
    events = booking.events.select_related("actor", "acting_as")
    return [HistoryEntry(event, _who(event)) for event in events]


def _who(event: BookingEvent) -> str:
    side = Side(event.side).label
    if event.actor is None:
        return side
    name = f"{event.actor.display_name} ({side.lower()})"
    return f"{event.acting_as.display_name} as {name}" if event.acting_as else name


def money(booking: Booking) -> Payment | None:
    """Returns its payment with the receipts and refunds. Three queries."""
    payments = Payment.objects.about("booking", [booking.pk]).select_related("payer", "payee")
    return payments.prefetch_related("receipts", "refunds").first()


def mails(booking: Booking, entries: list[HistoryEntry]) -> ShownTable:
    """Returns the mails about the booking, the latest first. One query."""
    keys = [key for entry in entries for key in mail_keys(entry.event)]
    about = Q(event__in=keys) | Q(event__startswith=f"reminder:{booking.pk}:")
    messages = OutboxMessage.objects.filter(about | Q(event__startswith=letters_of(booking))).order_by("-id")
    titles = {str(entry.event.pk): entry.event.get_verb_display() for entry in entries}
    rows = [
        [
            ShownCell(_title(message, titles), more=str(message.payload.get("text", ""))),
            ShownCell(message.recipient),
            ShownCell(message.get_state_display(), more=message.last_error),
            ShownCell(at=message.delivered_at or message.due_at),
        ]
        for message in messages[:MOST_MAILS]
    ]
    return ShownTable(("Mail", "To", "State", "When"), rows)


def _title(message: OutboxMessage, titles: dict[str, str]) -> str:
    kind, _, rest = message.event.partition(":")
    if kind == "reminder":
        return f"Reminder {rest.rpartition(':')[2]} hours before"
    return titles.get(rest.partition(":")[0]) or subject_of(message)


def calendar_copies(booking: Booking) -> ShownTable:
    """Returns the copies in the builder's own calendar, the latest first. One query."""
    copies = OutboxMessage.objects.filter(channel=COPIES, event__startswith=f"copy:{booking.pk}:").order_by("-id")
    rows = [
        [
            ShownCell(message.get_state_display(), more=message.last_error),
            ShownCell(str(message.attempts)),
            ShownCell(at=message.delivered_at or message.due_at),
        ]
        for message in copies[:20]
    ]
    return ShownTable(("Copy", "Attempts", "When"), rows)


def person_url(booking: Booking, side: Side) -> str:
    """Returns the page of the person on this side; an empty string for a guest."""
    person = booking.builder if side == Side.BUILDER else booking.client
    return reverse("operations:person", args=[person.pk]) if person else ""
