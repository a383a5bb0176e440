"""Reads of disputes for pages."""

from __future__ import annotations

from django.db.models import F

from accounts.models import User
from payments.disputes.models import PaymentDispute, PaymentDisputeQuerySet


def disputes_of(builder: User) -> PaymentDisputeQuerySet:
    """Returns the disputes of payments to the builder, those with a deadline first. One query."""
    rows = PaymentDispute.objects.filter(payment__payee=builder).select_related("payment__payee", "payment__payer")
    return rows.order_by(F("closed_at").desc(nulls_first=True), "evidence_due_at", "-id")
