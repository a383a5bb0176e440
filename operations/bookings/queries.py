"""What the page of a booking shows: each function takes as many queries as it says, however long the booking's history."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from bookings.agreement.notifications import mail_keys
from bookings.calendar_copies.services import CHANNEL as COPIES
from bookings.models import Booking, BookingEvent
from bookings.states import Side
from core.mail_log.models import MailLogEntry
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
    """Returns the mails about the booking, the latest first. Those that were sent lead to their text. Two queries."""
    keys = [key for entry in entries for key in mail_keys(entry.event)]
    about = Q(event__in=keys) | Q(event__startswith=f"reminder:{booking.pk}:")
    messages = list(
        OutboxMessage.objects.filter(about | Q(event__startswith=letters_of(booking))).order_by("-id")[:MOST_MAILS]
    )
    logged = {
        row.message: row
        for row in MailLogEntry.objects.defer("content").filter(message__in=[message.pk for message in messages])
    }
    titles = {str(entry.event.pk): entry.event.get_verb_display() for entry in entries}
    rows = [_mail_row(message, logged.get(message.pk), titles) for message in messages]
    return ShownTable(("Mail", "To", "State", "When"), rows)


def _mail_row(message: OutboxMessage, logged: MailLogEntry | None, titles: dict[str, str]) -> list[ShownCell]:
    """Returns the cells of a mail: what the log says of it, where it was tried already."""
    if logged is None:
        state = ShownCell(message.get_state_display(), more=message.last_error)
        return [ShownCell(_title(message, titles)), ShownCell(message.recipient), state, ShownCell(at=message.due_at)]
    return [
        ShownCell(logged.shown_subject, reverse("operations:mail_message", args=[logged.pk])),
        ShownCell(logged.recipient),
        ShownCell(logged.get_state_display(), more=logged.last_response),
        ShownCell(at=logged.sent_at or logged.created_at),
    ]


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
