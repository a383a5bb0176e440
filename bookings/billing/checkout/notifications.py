"""Asks clients to pay, and tells both sides what was paid."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from accounts.notifications import TOPIC as PERSON_TOPIC
from accounts.notifications import NewNotification, notify, notify_in_app
from bookings.agreement.signed_links import Purpose, path_for
from bookings.billing.checkout.rules import is_paid_online
from bookings.billing.notifications import NOTIFICATION, mail_guest
from bookings.billing.queries import bill_of
from bookings.models import Booking
from bookings.states import State
from core import flags, live
from core.models import OutboxMessage
from payments.flags import PAYMENTS
from payments.models import Payment


def payment_taken(booking: Booking, payment: Payment) -> None:
    """Tells the client that they have paid, and the builder in Waymark, whose mail is about the session itself."""
    sum_paid = payment.money(payment.amount_paid).shown()
    what = f"{booking.title} ({booking.reference})"
    text = f"{what}, paid with {payment.method}." if payment.method else f"{what}."
    title = f"You have paid {sum_paid} for your session with {booking.builder.display_name}"
    if booking.client is not None:
        notify(booking.client, _about(booking, f"paid:{payment.pk}", title, text, "See the booking"))
    elif booking.guest is not None:
        path = path_for(booking, Purpose.MAIL)
        mail_guest(booking, f"paid:{payment.pk}", title, text, path=path, label="See the booking")
    if booking.payment_due_at is None:  # otherwise it came too late: the builder never knew of it, and it is refunded
        title = f"{booking.client_name} has paid {sum_paid}"
        notify_in_app(booking.builder, _about(booking, f"paid:{payment.pk}", title, what, "See the booking"))


def reservation_ended(booking: Booking, payment: Payment) -> None:
    """Tells both sides of a confirmed session that what was reserved could not be taken, and what follows."""
    price = payment.money(payment.amount).shown()
    what = f"{booking.title} ({booking.reference})"
    event = f"reservation_ended:{payment.pk}"
    title = f"We could not charge {price} to your card"
    text = f"{what} will take place as agreed. Use the link to pay again, before or right after the session."
    if booking.client is not None:  # guests pay only for what a builder booked for them, which nothing is reserved for
        path = path_for(booking, Purpose.PAY)
        notify(booking.client, NewNotification(NOTIFICATION, event, title, text, path, "Pay now"))
    title = f"We could not take the payment from {booking.client_name}"
    text = f"{what}: {price} was reserved, but the reservation has ended. We have asked them to pay again."
    notify(booking.builder, _about(booking, event, title, text, "See the booking"))


def ask_to_pay(message: OutboxMessage) -> None:
    """Asks the client to pay for a session that is over, or the fee for cancelling it, unless nothing is due any more.

    What is paid to the builder directly after all is theirs to ask for. While payments are switched off only those who have begun to pay are asked: for others the page does not exist.
    """
    booking = Booking.objects.complete().get(pk=message.payload["booking"])
    bill = bill_of(booking)
    is_due = booking.state in (State.COMPLETED, State.CANCELLED) and is_paid_online(booking, bill.payment)
    if not is_due or not bill.due.amount:
        return
    if bill.payment is None and not flags.is_on_for(booking.client or AnonymousUser(), PAYMENTS):
        return
    number = int(message.payload["number"])
    start = "Please pay" if number == 0 else "Still to pay:"
    subject = f"{booking.title} with {booking.builder.display_name}"
    is_fee = booking.state == State.CANCELLED
    title = f"{start} {bill.due.shown()} for {f'cancelling {subject}' if is_fee else subject}"
    reason = "was cancelled, and this is the fee" if is_fee else "is over"
    text = f"Your session {booking.reference} {reason}. The link works without signing in."
    path = path_for(booking, Purpose.PAY)
    if booking.client is not None:
        notify(booking.client, NewNotification(NOTIFICATION, message.event, title, text, path, "Pay now"))
    elif booking.guest is not None and (number == 0 or booking.guest.wants_reminders):
        mail_guest(booking, message.event, title, text, path=path, label="Pay now")


def publish(booking: Booking) -> None:
    """Refreshes the open pages of both sides."""
    for person in (booking.client, booking.builder):
        if person is not None:
            live.publish(f"{PERSON_TOPIC}:{person.pk}", "change")


def _about(booking: Booking, event: str, title: str, text: str, call: str) -> NewNotification:
    return NewNotification(NOTIFICATION, event, title, text, booking.get_absolute_url(), call)
