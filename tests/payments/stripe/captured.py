"""What the tests of refunds through Stripe have in common: a payment that was taken, as bookings have them."""

from __future__ import annotations

from decimal import Decimal

from accounts.models import User
from core.ids import uuid7
from payments.models import Payment
from payments.states import Provider, Status
from payments.stripe import operations, refreshing
from sandbox.stripe.service import StripeSandbox
from tests.payments.stripe.cast import GOOD, make_checkout, pay


def captured(
    sandbox: StripeSandbox, payee: User, payer: User, amount: str = "75.00", currency: str = "EUR", card: str = GOOD
) -> Payment:
    """Returns a payment that was made with a card and taken."""
    intent_id = pay(sandbox, make_checkout(payee, amount, currency), card)
    operations.capture(intent_id)
    payment = Payment.objects.create(
        subject_kind="package", subject_id=uuid7(), subject_reference="WM-222222", payee=payee, payer=payer,
        provider=Provider.STRIPE, status=Status.PAID, amount=Decimal(amount), currency=currency,
        amount_paid=Decimal(amount), method="visa 4242", intent_id=intent_id,
    )  # fmt: skip
    refreshing.refresh_payment(intent_id)
    return payment
