"""Queues a look at the invoices of a payment whenever its sums change, and takes that look.

The look is a message of the outbox, so a lost worker loses no invoice, and a capture never waits for a number.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Greatest
from django.dispatch import receiver

from core import outbox
from core.models import OutboxMessage
from payments.invoices.models import Invoice, SellerProfile
from payments.invoices.services import bring_into_line
from payments.invoices.states import DocumentKind
from payments.invoices.subjects import kinds
from payments.invoices.writing import NotYet
from payments.models import Correction, Payment, PaymentDispute, PaymentQuerySet, Receipt, Refund
from payments.signals import (
    payment_captured,
    payment_disputed,
    payment_refunded,
    payment_taken,
    receipt_corrected,
    refund_failed,
)

CHANNEL = "invoice"
WRITTEN_LATE = timedelta(days=365)  # how long after a payment its invoice can still be written
BATCH = 200
logger = logging.getLogger(__name__)


def queue(payment: Payment, cause: str) -> None:
    """Queues a look at the invoices of the payment, once for each cause."""
    if payment.subject_kind in kinds():
        outbox.put(
            event=f"invoice:{payment.pk}:{cause}", channel=CHANNEL, recipient=str(payment.pk),
            payload={"payment": str(payment.pk)},
        )  # fmt: skip


def deliver(message: OutboxMessage) -> None:
    """Writes what is missing. What the seller or the operator has to enter first is left for the nightly run."""
    try:
        bring_into_line(message.payload["payment"])
    except NotYet as reason:
        logger.info("invoices: %s waits: %s", message.payload["payment"], reason)


@receiver(payment_captured, dispatch_uid="invoices")
def follow_receipt(sender: Any, payment: Payment, receipt: Receipt, **kwargs: Any) -> None:
    queue(payment, f"receipt:{receipt.pk}")


@receiver(payment_taken, dispatch_uid="invoices")
def follow_capture(sender: Any, payment: Payment, **kwargs: Any) -> None:
    queue(payment, "taken")


@receiver(payment_refunded, dispatch_uid="invoices")
def follow_refund(sender: Any, payment: Payment, refund: Refund, **kwargs: Any) -> None:
    queue(payment, f"refund:{refund.pk}")


@receiver(refund_failed, dispatch_uid="invoices")
def follow_failed_refund(sender: Any, payment: Payment, refund: Refund, **kwargs: Any) -> None:
    queue(payment, f"refund_failed:{refund.pk}")


@receiver(receipt_corrected, dispatch_uid="invoices")
def follow_correction(sender: Any, payment: Payment, correction: Correction, **kwargs: Any) -> None:
    queue(payment, f"correction:{correction.pk}")


@receiver(payment_disputed, dispatch_uid="invoices")
def follow_dispute(sender: Any, payment: Payment, dispute: PaymentDispute, before: str, **kwargs: Any) -> None:
    queue(payment, f"dispute:{dispute.pk}:{dispute.status}")


def _has_seller() -> Q:
    """Returns the condition for payments whose seller has agreed to invoices."""
    agreed = SellerProfile.objects.filter(agreed_at__isnull=False)
    return Q(Exists(agreed.filter(owner=OuterRef("payee")))) | Q(Exists(agreed.filter(owner=None)), payee=None)


def without_invoice(now: datetime) -> PaymentQuerySet:
    """Returns the payments of the last year that were paid, whose seller has agreed to invoices, and that have none."""
    return Payment.objects.filter(
        ~Exists(Invoice.objects.filter(payment=OuterRef("pk"))), _has_seller(), subject_kind__in=kinds(),
        amount_paid__gt=0, paid_at__gte=now - WRITTEN_LATE,
    ).order_by("paid_at", "pk")  # fmt: skip


def out_of_line(now: datetime) -> PaymentQuerySet:
    """Returns the payments that changed in the last year, and whose documents add up to another sum than was kept."""
    signed = Case(When(kind=DocumentKind.INVOICE, then=F("gross")), default=-F("gross"))
    documents = (
        Invoice.objects.filter(payment=OuterRef("pk")).order_by().values("payment").annotate(documented=Sum(signed))
    )
    invoiced = Subquery(documents.values("documented"))
    kept = Greatest(F("amount_paid") - F("amount_refunded") - F("amount_lost"), Decimal(0))
    payments = Payment.objects.filter(_has_seller(), subject_kind__in=kinds(), changed_at__gte=now - WRITTEN_LATE)
    return payments.annotate(invoiced=invoiced).exclude(invoiced=None).exclude(invoiced=kept).order_by("paid_at", "pk")


@transaction.atomic
def queue_missing(now: datetime, seller_id: Any = None) -> int:
    """Queues the payments without an invoice, or whose documents are out of line, of one seller or of all, in the order in
    which they were paid."""
    waiting = [without_invoice(now), out_of_line(now)]
    if seller_id is not None:
        waiting = [payments.filter(payee=seller_id) for payments in waiting]
    with outbox.in_one_statement():
        rows = [payment for payments in waiting for payment in payments]
        for payment in rows:
            queue(payment, f"late:{now:%Y-%m-%dT%H:%M}")
    return len(rows)
