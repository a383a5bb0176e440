"""Corrects receipts that a builder recorded by mistake.

Nothing is deleted: a correction says why a receipt no longer counts.
"""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from accounts.roles import STAFF
from core import audit, clock
from core.errors import Refusal, Refused
from payments.ledger import AccountName, Movement
from payments.models import Correction, LedgerAccount, LedgerEntry, Payment, Receipt
from payments.refusals import PaymentRefusal
from payments.services import post_entry, save_sums, wrong_value
from payments.signals import receipt_corrected


@transaction.atomic
def correct(*, receipt: Receipt, reason: str, by: User) -> Correction:
    """Takes a receipt out of its payment, with a reason. Correcting it again changes nothing.

    By the builder of the payment or staff. Refused if more has been given back than would be left.
    """
    if receipt.payment.payee_id != by.pk and not set(by.roles) & STAFF:
        raise Refused(Refusal.FORBIDDEN)
    payment, now = Payment.objects.select_for_update(no_key=True).get(pk=receipt.payment_id), clock.now()
    former = Correction.objects.filter(receipt=receipt).first()
    if former is not None:
        return former
    if not reason.strip():
        raise wrong_value("reason", "Give a reason. The client will see it.")
    if payment.amount_paid - receipt.amount < payment.amount_refunded:
        sentence = (
            f"{payment.money(payment.amount_refunded).shown()} of it has been refunded, so it must have been received."
        )
        raise Refused(PaymentRefusal.OVER_REFUND, sentence)
    correction = Correction.objects.create(receipt=receipt, reason=reason.strip(), recorded_by=by)
    payment.amount_paid -= receipt.amount
    last = payment.receipts.filter(correction=None).last()
    payment.method = last.method if last else ""
    if payment.due.amount or not payment.amount_paid:
        payment.paid_at = None
    save_sums(payment, now)
    account = AccountName(LedgerAccount.Kind.RECEIVED_DIRECTLY, payment.payee_id)
    other_side = AccountName(LedgerAccount.Kind.PAID_DIRECTLY, payment.payee_id)
    movement = Movement(other_side, account, payment.money(receipt.amount))
    post_entry(f"corrected:{receipt.pk}", LedgerEntry.Kind.CORRECTED, movement, payment, now)
    after = {"amount": str(receipt.amount), "currency": payment.currency, "receipt": str(receipt.pk)}
    audit.record(actor=by, action="receipt corrected", subject=payment, before=None, after=after)
    receipt_corrected.send(Payment, payment=payment, correction=correction)
    return correction


def correction_of(receipt: Receipt) -> Correction | None:
    """Returns the correction of the receipt, or None. No query for receipts loaded with `correction`."""
    return getattr(receipt, "correction", None)
