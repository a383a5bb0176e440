"""What the tests of disputes at banks have in common: a payment that was taken, a dispute about it, and what follows."""

from __future__ import annotations

from accounts.models import User
from core import outbox
from payments.disputes import services
from payments.disputes.models import DisputeEvidence, PaymentDispute
from payments.models import Payment
from payments.stripe import refreshing
from sandbox.stripe.service import StripeSandbox
from sandbox.stripe.wire import Record
from tests.payments.stripe.captured import captured


def opened(sandbox: StripeSandbox, payment: Payment, *, is_inquiry: bool = False) -> PaymentDispute:
    """Returns the dispute of a payment that a client has opened at their bank just now."""
    with sandbox.books.lock:
        sandbox.disputes.open(payment.intent_id, reason="product_not_received", is_inquiry=is_inquiry)
    read(payment)
    return PaymentDispute.objects.select_related("payment__payee").get(payment=payment)


def disputed(sandbox: StripeSandbox, payee: User, payer: User, *, is_inquiry: bool = False) -> PaymentDispute:
    """Returns a dispute about a payment of 75 euros."""
    return opened(sandbox, captured(sandbox, payee, payer), is_inquiry=is_inquiry)


def read(payment: Payment) -> None:
    """Reads a payment at Stripe, as after an event."""
    refreshing.refresh_payment(payment.intent_id)
    payment.refresh_from_db()


def prepared(dispute: PaymentDispute) -> DisputeEvidence:
    """Returns the evidence of the dispute's present version, once the outbox has prepared it."""
    outbox.deliver_due("dispute")
    dispute.refresh_from_db()
    evidence = services.latest_evidence(dispute)
    assert evidence is not None
    return evidence


def remote(sandbox: StripeSandbox) -> Record:
    (dispute,) = sandbox.books.all("dispute")
    return dispute
