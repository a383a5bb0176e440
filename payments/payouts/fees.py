"""What Waymark keeps of payments through it."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from payments.models import Payment
from payments.plans.features import allowances


def fee_percent_for(builder_id: UUID) -> Decimal:
    """Returns the per cent that Waymark keeps of what clients begin to pay to this builder now, by the builder's plan.

    A payment keeps what it was begun with (docs/decisions/0031-the-fee-of-a-payment.md), so ask this only for new ones,
    and to show it to the builder.
    """
    return allowances(builder_id).fee_percent


def fee_percent_about(kind: str, subject_id: UUID, builder_id: UUID) -> Decimal:
    """Returns the per cent that Waymark keeps of the payment of a subject, begun or not. One query."""
    payment = Payment.objects.filter(subject_kind=kind, subject_id=subject_id).first()
    return fee_percent_for(builder_id) if payment is None else fee_percent_of(payment)


def fee_percent_of(payment: Payment) -> Decimal:
    """Returns the per cent that Waymark keeps of a payment to a builder: that which held when the client began to pay."""
    if payment.fee_percent is not None:
        return payment.fee_percent
    assert payment.payee_id is not None
    return fee_percent_for(payment.payee_id)
