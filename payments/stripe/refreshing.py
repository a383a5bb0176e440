"""Reads a payment at Stripe, posts to the ledger what is missing there, and tells the listeners.

Webhooks, the page to which people return, the sweep and the nightly comparison all do this and nothing else. So it does
not matter in which order they come, how often, or whether some are lost.
"""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.db import transaction

from payments import ledger, refunds
from payments.disputes import following, posting
from payments.ledger import Movement
from payments.models import LedgerEntry, Payment
from payments.payouts import adjusting
from payments.states import Provider
from payments.stripe import operations
from payments.stripe.listeners import checkout_listeners, payment_listeners
from payments.stripe.objects import ProviderCheckout, ProviderPayment

Kind = LedgerEntry.Kind


class NotOurs(Exception):
    """A payment that Waymark did not create, or for somebody whom it does not know."""


def refresh_payment(payment_id: str) -> ProviderPayment:
    """Reads a payment, posts what is missing in the ledger, and tells the listeners. Raises NotOurs, ServiceDown."""
    payment = operations.fetch_payment(payment_id)
    payee = payment.payee_id
    is_known = payee is not None and get_user_model().objects.filter(pk=payee).exists()
    if not is_known and not payment.is_to_platform:
        raise NotOurs(f"{payment.id} does not belong to a payment of this site")
    record(payment)
    return payment


def refresh_checkout(checkout_id: str) -> ProviderCheckout:
    """Reads a checkout and its payment, and tells the listeners."""
    checkout = operations.fetch_checkout(checkout_id)
    if checkout.payment_id is not None:
        refresh_payment(checkout.payment_id)
    with transaction.atomic():
        for listener in checkout_listeners:
            listener(checkout)
    return checkout


@transaction.atomic
def record(payment: ProviderPayment) -> None:
    """Posts what is missing of a payment as Stripe had it when it was read, and tells the listeners."""
    if payment.disputes:  # what is posted of them depends on what was posted before
        rows = Payment.objects.select_for_update(no_key=True)
        rows.filter(provider=Provider.STRIPE, intent_id=payment.id).first()
    _post(payment)
    for listener in payment_listeners:
        listener(payment)
    refunds.follow(payment)
    following.follow(payment)
    adjusting.follow(payment)


def _post(payment: ProviderPayment) -> None:
    """Posts the capture, Stripe's fee, the refunds and the disputes of a payment that are not in the ledger yet."""
    funds = ledger.funds_of(payment.payee_id)
    if payment.transfer is not None and payment.captured.amount:
        transfer = payment.transfer
        ledger.post(
            reference=f"capture:{payment.id}", kind=Kind.CAPTURE, occurred_at=transfer.occurred_at,
            movements=[Movement(ledger.PROVIDER, funds, payment.captured)], provider_id=transfer.id,
        )  # fmt: skip
        if transfer.fee.amount:
            ledger.post(
                reference=f"fee:{transfer.id}", kind=Kind.FEE, occurred_at=transfer.occurred_at,
                movements=[Movement(ledger.PROVIDER_FEES, ledger.PROVIDER, transfer.fee)], provider_id=transfer.id,
            )  # fmt: skip
    for refund in payment.refunds:
        if refund.transfer is not None:
            ledger.post(
                reference=f"refund:{refund.id}", kind=Kind.REFUND, occurred_at=refund.transfer.occurred_at,
                movements=[Movement(funds, ledger.PROVIDER, refund.money)], provider_id=refund.transfer.id,
            )  # fmt: skip
        if refund.failure is not None:
            ledger.post(
                reference=f"refund_failed:{refund.id}", kind=Kind.REFUND_FAILED, occurred_at=refund.failure.occurred_at,
                movements=[Movement(ledger.PROVIDER, funds, refund.money)], provider_id=refund.failure.id,
            )  # fmt: skip
    for dispute in payment.disputes:
        posting.post_dispute(payment, dispute)
