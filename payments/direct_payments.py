"""Payments that were to be made through the provider, and were made to the builder directly after all."""

from __future__ import annotations

from django.db import transaction

from core.errors import Refused
from payments.models import Checkout, Payment
from payments.payouts.fees import fee_percent_for
from payments.refusals import PaymentRefusal
from payments.services import PaymentClaim, payment_of
from payments.states import Provider, Status

BEING_PAID = "The client is paying by card at the moment. Look at the booking again in a minute."
LIVE = (Checkout.State.NEW, Checkout.State.OPEN)


@transaction.atomic
def begin(claim: PaymentClaim) -> Payment:
    """Lets the claim be paid to the builder directly; returns its payment, locked. Refuses while it can be paid by card on a
    page that is open, and once something was paid or is on its way."""
    payment = payment_of(claim)
    if payment.provider == Provider.MANUAL:
        return payment
    if payment.status not in (Status.DUE, Status.FAILED) or payment.amount_paid:
        raise Refused(PaymentRefusal.NOTHING_DUE)
    states = set(payment.checkouts.values_list("state", flat=True))
    if states & set(LIVE) or (payment.status == Status.DUE and Checkout.State.COMPLETE in states):
        raise Refused(PaymentRefusal.NOTHING_DUE, BEING_PAID)
    payment.provider, payment.status, payment.problem = Provider.MANUAL, Status.DUE, ""
    payment.save()
    return payment


@transaction.atomic
def end(payment: Payment) -> Payment:
    """Lets a payment be made through the provider again, if nothing of it counts as paid directly."""
    current = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
    if current.provider == Provider.MANUAL and not current.amount_paid:
        current.provider = Provider.STRIPE
        if current.fee_percent is None and current.payee_id is not None:
            current.fee_percent = fee_percent_for(current.payee_id)
        current.save()
    return current
