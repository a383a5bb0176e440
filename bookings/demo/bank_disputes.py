"""Demo disputes about sessions that were paid with a card: at the bank one that is open, one that was won and one that was
lost; and one between client and builder, which support can settle with a part given back. Only where the stand-in for
Stripe runs, which plays the bank."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Exists, OuterRef

from accounts.models import User
from bookings.agreement.transitions import Actor
from bookings.billing.checkout import services
from bookings.billing.queries import unpaid
from bookings.disputes import services as disputes
from bookings.models import Booking
from bookings.states import Side, State
from core import http
from core.registry import DemoPlan
from payments.models import Payment, PaymentDispute
from payments.states import Timing
from payments.stripe import refreshing

CARD = "4242424242424242"
HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}
REASON = "The session ended after half of the time. I would like half of the price back."


def add_bank_disputes(plan: DemoPlan, ada: User, cleo: User) -> None:
    """Adds the disputes, unless there are some, or no stand-in runs."""
    is_ours = settings.SANDBOX_URL and settings.STRIPE_API_BASE.startswith(settings.SANDBOX_URL)
    if not is_ours or PaymentDispute.objects.exists():
        return
    paid = Payment.objects.filter(subject_id=OuterRef("pk"))
    sessions = unpaid(Booking.objects.filter(builder=ada, state=State.COMPLETED, client__isnull=False))
    sessions = sessions.exclude(client=cleo).exclude(Exists(paid)).exclude(statements__isnull=False)
    bookings = list(sessions.order_by("-starts_at")[:4])
    for booking, reason, act in zip(bookings, ("product_not_received", "duplicate", "fraudulent"), ("", "win", "lose"), strict=False):  # fmt: skip
        _dispute_at_bank(booking, reason, act)
    if len(bookings) > 3:
        _pay(bookings[3])
        booking = Booking.objects.complete().get(pk=bookings[3].pk)
        disputes.open_(booking=booking, by=Actor(Side.CLIENT, booking.client), reason=REASON)


def _pay(booking: Booking) -> Payment:
    """Pays a session that is over on the page of the stand-in, as a browser does."""
    Booking.objects.filter(pk=booking.pk).update(payment_timing=Timing.AFTER_SESSION)
    booking = Booking.objects.complete().get(pk=booking.pk)
    page = services.start_paying(booking=booking)
    _post(page.address, f"card={CARD}")
    services.check_payment(booking=booking)
    return Payment.objects.get(subject_id=booking.pk)


def _dispute_at_bank(booking: Booking, reason: str, act: str) -> None:
    """Lets the client of a session ask their bank for the money, and the bank decide."""
    payment = _pay(booking)
    bank = f"{settings.STRIPE_API_BASE}/disputes"
    _post(bank, f"act=open&id={payment.intent_id}&reason={reason}")
    refreshing.refresh_payment(payment.intent_id)
    if act:
        dispute = PaymentDispute.objects.get(payment=payment)
        _post(bank, f"act={act}&id={dispute.provider_id}")
        refreshing.refresh_payment(payment.intent_id)


def _post(address: str, body: str) -> None:
    http.request("POST", address, headers=HEADERS, body=body.encode(), seconds=10, most_bytes=100_000)
