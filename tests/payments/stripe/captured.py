"""Payments through Stripe as bookings have them: one that is reserved, and one that was taken."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from accounts.models import User
from bookings.billing.rules import KIND
from bookings.models import Booking
from core import clock
from core.ids import uuid7
from payments.models import Payment
from payments.payouts.fees import fee_percent_for
from payments.states import Provider, Status
from payments.stripe import operations, refreshing
from sandbox.stripe.service import StripeSandbox
from tests.payments.stripe.cast import GOOD, make_checkout, pay


def captured(
    sandbox: StripeSandbox, payee: User, payer: User, amount: str = "75.00", currency: str = "EUR", card: str = GOOD
) -> Payment:
    """Returns a payment that was made with a card and taken."""
    payment = _new(payee, payer, amount, currency, subject_kind="other", subject_id=uuid7())
    return _capture(_reserve(sandbox, payment, card))


def reserved_for(sandbox: StripeSandbox, booking: Booking, card: str = GOOD) -> Payment:
    """Returns the payment of a booking whose price is reserved on a card."""
    assert booking.client is not None
    payment = _new(
        booking.builder, booking.client, booking.price.on_the_wire(), booking.currency, subject_kind=KIND,
        subject_id=booking.pk,
    )  # fmt: skip
    return _reserve(sandbox, payment, card)


def captured_for(sandbox: StripeSandbox, booking: Booking, card: str = GOOD) -> Payment:
    """Returns the payment of a booking whose price was taken."""
    return _capture(reserved_for(sandbox, booking, card))


def _new(payee: User, payer: User, amount: str, currency: str, **subject: Any) -> Payment:
    return Payment.objects.create(
        subject_reference="WM-222222", payee=payee, payer=payer, provider=Provider.STRIPE, amount=Decimal(amount),
        currency=currency, fee_percent=fee_percent_for(payee.pk), **subject,
    )  # fmt: skip


def _reserve(sandbox: StripeSandbox, payment: Payment, card: str) -> Payment:
    amount = payment.money(payment.amount).on_the_wire()
    assert payment.payee is not None
    checkout = make_checkout(payment.payee, amount, payment.currency, reference=str(payment.pk))
    payment.intent_id, payment.method = pay(sandbox, checkout, card), "visa 4242"
    payment.status, payment.authorised_at = Status.AUTHORISED, clock.now()
    payment.save()
    return payment


def _capture(payment: Payment) -> Payment:
    operations.capture(payment.intent_id)
    payment.status, payment.amount_paid, payment.paid_at = Status.PAID, payment.amount, clock.now()
    payment.save()
    refreshing.refresh_payment(payment.intent_id)
    payment.refresh_from_db()
    return payment
