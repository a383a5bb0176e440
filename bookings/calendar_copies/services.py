"""Keeps the calendar that a builder has chosen in step with their confirmed sessions.

Each change of a booking queues a message in its transaction. Its delivery writes what the booking is by then, under a
file name that stays the same, so repeating it changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from bookings.agreement.calendar_entries import calendar_copy
from bookings.models import Booking, BookingEvent
from bookings.states import State
from connections.busy import Unreadable
from connections.caldav.client import Answered, CalDavAccount
from connections.caldav.writer import bring_up_to_date
from connections.models import AccountCalendar
from core import http, outbox
from core.ids import uuid7
from core.models import OutboxMessage

CHANNEL = "calendar_copy"
SHOWN = frozenset({State.CONFIRMED, State.IN_PROGRESS, State.COMPLETED, State.DISPUTED})


def queue_after(event: BookingEvent) -> None:
    """Queues a copy if the event began, changed or ended an agreed session. Calendly writes its own into calendars.

    It does not look whether the builder has chosen a calendar, which would cost everybody who books a query.
    """
    is_ours = event.booking.source != Booking.Source.CALENDLY
    if is_ours and State.CONFIRMED in (event.before, event.after):
        queue(event.booking)


def queue(booking: Booking) -> None:
    """Queues a copy of the booking into the calendar that its builder has chosen by then, if any."""
    _put(booking, None)


def queue_all(bookings: Iterable[Booking], calendar: AccountCalendar) -> None:
    """Queues copies into a calendar that was chosen just now, or their removal from one that no longer is."""
    with outbox.in_one_statement():
        for booking in bookings:
            _put(booking, calendar)


def _put(booking: Booking, calendar: AccountCalendar | None) -> None:
    outbox.put(
        event=f"copy:{booking.pk}:{uuid7()}",
        channel=CHANNEL,
        recipient=str(booking.builder_id),
        payload={"booking": str(booking.pk), "calendar": str(calendar.pk) if calendar else None},
    )


def deliver(message: OutboxMessage) -> None:
    """Writes the booking into the calendar as it is now, or removes it there. Raises an exception to be tried again."""
    calendar = _calendar_of(message)
    if calendar is None:
        return
    account = CalDavAccount.of(calendar.connection)
    name = f"waymark-{message.payload['booking']}.ics"
    try:
        bring_up_to_date(account, calendar.address, name, partial(_wanted, message.payload["booking"], calendar))
    except (Answered, Unreadable) as refused:
        _save_error(calendar, str(refused))
        if refused.wait is not None:
            raise outbox.RetryLater(str(refused), refused.wait) from None
        raise
    except http.Unanswered as unanswered:
        _save_error(calendar, unanswered.sentence)
        raise
    _save_error(calendar, "")


def _calendar_of(message: OutboxMessage) -> AccountCalendar | None:
    calendars = AccountCalendar.objects.select_related("connection__owner")
    if message.payload["calendar"] is not None:
        return calendars.filter(pk=message.payload["calendar"]).first()
    return calendars.filter(connection__owner=UUID(message.recipient), is_written=True).first()


def _wanted(booking_id: str, calendar: AccountCalendar) -> str | None:
    """Returns the event as it should be in the calendar now; None if it should not be there."""
    booking = Booking.objects.complete().filter(pk=booking_id).first()
    is_written = AccountCalendar.objects.filter(pk=calendar.pk, is_written=True).exists()
    return calendar_copy(booking) if booking is not None and is_written and booking.state in SHOWN else None


def _save_error(calendar: AccountCalendar, sentence: str) -> None:
    """Saves why sessions cannot be written, for the page of connected calendars."""
    AccountCalendar.objects.filter(pk=calendar.pk).exclude(write_error=sentence).update(write_error=sentence)
