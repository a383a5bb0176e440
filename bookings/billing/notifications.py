"""Notifies the client of what the builder recorded, and the builder of what support did."""

from __future__ import annotations

from accounts.models import User
from accounts.notifications import TOPIC as PERSON_TOPIC
from accounts.notifications import NewNotification, notify
from bookings.billing.rules import Bill
from bookings.models import Booking
from core import live
from payments.models import Payment, Receipt, Refund

NOTIFICATION = "payment"


def receipt_recorded(booking: Booking, payment: Payment, receipt: Receipt) -> None:
    """Notifies the client that their payment has arrived, and of what is still due."""
    due = Bill(booking, payment).due
    parts = [f"{receipt.get_method_display()}, received on {receipt.received_on:%-d %B %Y}."]
    parts += [f"Note: {receipt.note}."] if receipt.note else []
    parts.append(f"{due.shown()} is still due." if due.amount else "Nothing more is due.")
    title = f"{booking.builder.display_name} has received {receipt.money.shown()} for {booking.title}"
    _notify(booking.client, booking, f"receipt:{receipt.pk}", title, " ".join(parts))
    _publish(booking)


def refund_recorded(booking: Booking, payment: Payment, refund: Refund) -> None:
    """Notifies the client, and the builder if it was somebody else who recorded it."""
    is_builder = refund.recorded_by_id == booking.builder_id
    who = booking.builder.display_name if is_builder else "Waymark's support"
    title = f"{who} has recorded a refund of {refund.money.shown()} for {booking.title}"
    people = (booking.client,) if is_builder else (booking.client, booking.builder)
    for person in people:
        _notify(person, booking, f"refund:{refund.pk}", title, f"Reason: {refund.reason}")
    _publish(booking)


def _notify(person: User | None, booking: Booking, event: str, title: str, text: str) -> None:
    if person is None:
        return
    path = booking.get_absolute_url()
    notify(
        person, NewNotification(NOTIFICATION, event, title, f"{text} ({booking.reference})", path, "See the booking")
    )


def _publish(booking: Booking) -> None:
    for person in (booking.client, booking.builder):
        if person is not None:
            live.publish(f"{PERSON_TOPIC}:{person.pk}", "change")
