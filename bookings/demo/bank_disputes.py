"""Demo disputes about sessions that were paid with a card: at the bank one that is open, one that was won and one that was
lost; and one between client and builder, which support can settle with a part given back. Only where the stand-in for
Stripe runs, which plays the bank."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import User
from bookings.agreement.transitions import Actor
from bookings.billing.checkout import services
from bookings.demo.bookings import BookingBatch, demo_clients
from bookings.disputes import services as disputes
from bookings.models import Booking
from bookings.states import Side, State
from coaching.models import SessionType
from core import http
from core.registry import DemoPlan
from payments.models import Payment, PaymentDispute
from payments.states import Timing
from payments.stripe import refreshing

CARD = "4242424242424242"
HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}
DAYS_AGO = (33, 25, 13, 5)  # days on which the other demo data has no sessions of hers
HOUR = timedelta(hours=20)
FIRST_NUMBER = 500
REASON = "The session ended after half of the time. I would like half of the price back."


def add_bank_disputes(plan: DemoPlan, ada: User, cleo: User) -> None:
    """Adds the disputes, unless there are some, or no stand-in runs."""
    is_ours = settings.SANDBOX_URL and settings.STRIPE_API_BASE.startswith(settings.SANDBOX_URL)
    if not is_ours or PaymentDispute.objects.exists():
        return
    sessions = _add_sessions(plan, ada)
    if len(sessions) < len(DAYS_AGO):  # without a price, or without clients
        return
    won, lost, is_open, *others = sessions
    _dispute_at_bank(won, "duplicate", "win")
    _dispute_at_bank(lost, "fraudulent", "lose")
    _dispute_at_bank(is_open, "product_not_received", "")
    for booking in others:
        _pay(booking)
        paid = Booking.objects.complete().get(pk=booking.pk)
        disputes.open_(booking=paid, by=Actor(Side.CLIENT, paid.client), reason=REASON)


def _add_sessions(plan: DemoPlan, ada: User) -> list[Booking]:
    """Returns four new sessions of Ada's that are over, the last one a few days ago."""
    session_type = ada.session_types.exclude(category=SessionType.Category.FREE).order_by("created_at")[0]
    clients = demo_clients(plan, len(DAYS_AGO))
    today = plan.now.astimezone(ZoneInfo("Europe/Berlin")).replace(hour=0, minute=0, second=0, microsecond=0)
    starts = [today - timedelta(days=days) + HOUR for days in DAYS_AGO]
    rows = BookingBatch(FIRST_NUMBER)
    for client, start in zip(clients, starts, strict=False):
        rows.add(session_type, client, start, State.COMPLETED, plan.now)
    rows.write()
    return list(Booking.objects.filter(builder=ada, starts_at__in=starts).order_by("starts_at"))


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
