"""Notifies the client of what the builder recorded, and the builder of what support did."""

from __future__ import annotations

from django.conf import settings

from accounts.models import User
from accounts.notifications import TOPIC as PERSON_TOPIC
from accounts.notifications import NewNotification, notify, notify_in_app
from bookings.agreement.signed_links import Purpose, path_for
from bookings.billing.refunding import TOLD_ELSEWHERE
from bookings.billing.rules import Bill
from bookings.models import Booking
from core import live
from core.mail import Email, queue_email
from payments.models import Correction, Payment, Receipt, Refund
from payments.states import Provider

NOTIFICATION = "payment"
TRY_AGAIN = "Try it again on the page of the booking, or give it up. You are not paid out for it until then."


def receipt_recorded(booking: Booking, payment: Payment, receipt: Receipt) -> None:
    """Notifies the client that their payment has arrived, and of what is still due."""
    due = Bill(booking, payment).due
    parts = [f"{receipt.get_method_display()}, received on {receipt.received_on:%-d %B %Y}."]
    parts += [f"Note: {receipt.note}."] if receipt.note else []
    parts.append(f"{due.shown()} is still due." if due.amount else "Nothing more is due.")
    title = f"{booking.builder.display_name} has received {receipt.money.shown()} for {booking.title}"
    _notify(booking.client, booking, f"receipt:{receipt.pk}", title, " ".join(parts))
    _publish(booking)


def receipt_corrected(booking: Booking, payment: Payment, correction: Correction) -> None:
    """Notifies the client that a payment they were told of has not come in, and the builder if support said so."""
    receipt, due = correction.receipt, Bill(booking, payment).due
    title = f"A payment of {receipt.money.shown()} for {booking.title} was recorded by mistake"
    rest = f"{due.shown()} is due." if due.amount else "Nothing is due."
    is_builder = correction.recorded_by_id == booking.builder_id
    for person in (booking.client,) if is_builder else (booking.client, booking.builder):
        _notify(person, booking, f"correction:{correction.pk}", title, f"Reason: {correction.reason}. {rest}")
    _publish(booking)


def refund_made(booking: Booking, payment: Payment, refund: Refund) -> None:
    """Notifies the client, and the builder if it was somebody else who gave the money back.

    The mail about a cancellation or a settled dispute says what it gives back, so that refund is only a notification in
    Waymark.
    """
    is_builder = refund.recorded_by_id == booking.builder_id
    title, text = _refund_text(booking, payment, refund, is_builder=is_builder)
    is_mailed = refund.reason not in TOLD_ELSEWHERE
    for person in (booking.client,) if is_builder else (booking.client, booking.builder):
        _notify(person, booking, f"refund:{refund.pk}", title, text, is_mailed=is_mailed)
    _publish(booking)


def _refund_text(booking: Booking, payment: Payment, refund: Refund, *, is_builder: bool) -> tuple[str, str]:
    amount = refund.money.shown()
    if payment.provider == Provider.MANUAL:
        who = booking.builder.display_name if is_builder else "Waymark's support"
        return f"{who} has recorded a refund of {amount} for {booking.title}", f"Reason: {refund.reason}"
    if refund.as_credit:
        agreed = f" You have agreed to this: {refund.consent}." if refund.consent else ""
        title = f"{amount} of credit for {booking.title}"
        return title, f"It can be used for what is booked next on Waymark.{agreed} Reason: {refund.reason}"
    target = f"to {payment.method}" if payment.method else "the way it was paid"
    return (
        f"Refund of {amount} for {booking.title}",
        f"It goes back {target}, usually within 10 days. Reason: {refund.reason}",
    )


def refund_failed(booking: Booking, refund: Refund) -> None:
    """Notifies both sides that a refund did not arrive, so that the builder tries again or gives it up."""
    title = f"The refund of {refund.money.shown()} for {booking.title} did not arrive"
    event = f"refund_failed:{refund.pk}"
    client_text = f"{refund.problem} {booking.builder.display_name} or Waymark's support will try again."
    _notify(booking.client, booking, event, title, client_text)
    _notify(booking.builder, booking, event, title, f"{refund.problem} {TRY_AGAIN}")
    _publish(booking)


def refund_given_up(booking: Booking, refund: Refund) -> None:
    """Notifies the client that a refund is not tried again, and the builder if support has decided it."""
    title = f"The refund of {refund.money.shown()} for {booking.title} is not tried again"
    is_builder = refund.given_up_by_id == booking.builder_id
    for person in (booking.client,) if is_builder else (booking.client, booking.builder):
        _notify(person, booking, f"refund_given_up:{refund.pk}", title, f"Reason: {refund.given_up_reason}")
    _publish(booking)


def _notify(
    person: User | None, booking: Booking, event: str, title: str, text: str, *, is_mailed: bool = True
) -> None:
    if person is None:
        if is_mailed:
            path = path_for(booking, Purpose.MAIL)
            mail_guest(booking, event, title, f"{text} ({booking.reference})", path=path, label="See the booking")
        return
    path = booking.get_absolute_url()
    news = NewNotification(NOTIFICATION, event, title, f"{text} ({booking.reference})", path, "See the booking")
    (notify if is_mailed else notify_in_app)(person, news)


def mail_guest(booking: Booking, event: str, title: str, text: str, *, path: str, label: str) -> None:
    """Mails the client of a booking without an account, with a link that works without signing in."""
    assert booking.guest is not None
    mail = Email(
        subject=title,
        greeting="Hello,",  # without the name, which anybody could have typed
        paragraphs=[f"{title}.", text],
        button=(label, f"{settings.SITE_URL}{path}"),
        small_print="You booked as a guest, without an account.",
    )
    queue_email(mail, to=booking.guest.email, event=event)


def _publish(booking: Booking) -> None:
    for person in (booking.client, booking.builder):
        if person is not None:
            live.publish(f"{PERSON_TOPIC}:{person.pk}", "change")
