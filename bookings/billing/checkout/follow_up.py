"""Queues the next step of a payment after an event of its booking: charging it, releasing it, or asking for it.

The messages are written in the transaction of the event. Their delivery asks the provider, outside of any transaction.
"""

from __future__ import annotations

from datetime import timedelta

from bookings.models import Booking, BookingEvent
from bookings.states import State
from core import outbox
from payments.states import Timing

SETTLING = "payment"  # the channel that charges or releases what is reserved
ASKING = "payment_request"  # the channel that asks clients to pay
REMINDERS = (timedelta(0), timedelta(days=3), timedelta(days=7), timedelta(days=14))


def queue_after(event: BookingEvent) -> None:
    """Queues the next step of the payment, if the booking is paid through Waymark."""
    booking = event.booking
    if booking.payment_timing not in (Timing.AT_BOOKING, Timing.AFTER_SESSION) or event.before == event.after:
        return
    if event.after in (State.CONFIRMED, State.CANCELLED):
        queue_settling(booking, str(event.pk))
    fee_is_due = event.after == State.CANCELLED and booking.payment_timing == Timing.AFTER_SESSION
    if event.after == State.COMPLETED or fee_is_due:
        queue_asking(booking)


def queue_asking(booking: Booking) -> None:
    """Queues the mail that asks the client to pay, and its reminders."""
    for number, delay in enumerate(REMINDERS):
        outbox.put(
            event=f"pay:{booking.pk}:{number}", channel=ASKING, recipient=str(booking.pk),
            payload={"booking": str(booking.pk), "number": number}, delay=delay,
        )  # fmt: skip


def queue_settling(booking: Booking, cause: str) -> None:
    """Queues a check of a booking's payment, once for each cause."""
    outbox.put(
        event=f"settle:{booking.pk}:{cause}", channel=SETTLING, recipient=str(booking.pk),
        payload={"booking": str(booking.pk)},
    )  # fmt: skip
