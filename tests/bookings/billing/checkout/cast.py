"""What the tests of paying have in common: pages, cards, and what is delivered in the background."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.test import Client

from bookings.agreement.signed_links import Purpose, path_for
from bookings.billing.checkout import services
from bookings.models import Booking
from coaching.models import SessionType
from core import outbox
from payments.models import Checkout, Payment
from sandbox.stripe.service import StripeSandbox
from sandbox.stripe.wire import Record
from tests.payments.stripe.cast import GOOD, deliver


def paid_when(session_type: SessionType, timing: str, **fields: Any) -> SessionType:
    SessionType.objects.filter(pk=session_type.pk).update(payment_timing=timing, **fields)
    session_type.refresh_from_db()
    return session_type


def pay_page(booking: Booking) -> str:
    return path_for(booking, Purpose.PAY)


def page_for(booking: Booking) -> Checkout:
    """Returns the page of the provider on which the booking is paid."""
    return services.start_paying(booking=booking)


def pay_on(sandbox: StripeSandbox, checkout: Checkout, card: str = GOOD) -> None:
    """Pays on the page, as somebody who never comes back: nothing is told to Waymark."""
    with sandbox.books.lock:
        sandbox.checkout.pay(checkout.provider_id, card)


def tell(sandbox: StripeSandbox, times: int = 1) -> None:
    """Delivers all events of the stand-in to Waymark, and works off what follows from them."""
    for event in sandbox.books.all("event"):
        deliver(event, times)
    settle()


def settle() -> None:
    outbox.deliver_due("payment")


def reserved(sandbox: StripeSandbox, booking: Booking) -> Booking:
    """Pays for the booking, and returns it once Waymark knows."""
    pay_on(sandbox, page_for(booking))
    tell(sandbox)
    return now_of(booking)


def now_of(booking: Booking) -> Booking:
    return Booking.objects.complete().get(pk=booking.pk)


def payment_of(booking: Booking) -> Payment:
    return Payment.objects.get(subject_id=booking.pk)


def intents(sandbox: StripeSandbox) -> list[Record]:
    return sandbox.books.all("payment_intent")


def charged(sandbox: StripeSandbox) -> int:
    """Returns what was taken from cards, in cents."""
    return sum(intent["amount_received"] for intent in intents(sandbox))


def over(booking: Booking, at: datetime) -> Booking:
    """Moves the time to pay of a booking into the past."""
    Booking.objects.filter(pk=booking.pk).update(payment_due_at=at, answer_by=at)
    return now_of(booking)


def text_of(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())
