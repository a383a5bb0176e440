"""What Waymark keeps of payments through it."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.conf import settings

from payments.models import Payment


def fee_percent_for(builder_id: UUID) -> Decimal:
    """Returns the per cent that Waymark keeps of what clients begin to pay to this builder now.

    A payment keeps what it was begun with (docs/decisions/0031-the-fee-of-a-payment.md), so ask this only for new ones,
    and to show it to the builder.
    """
    del builder_id  # all builders pay the same
    return Decimal(settings.PLATFORM_FEE_PERCENT)


def fee_percent_about(kind: str, subject_id: UUID, builder_id: UUID) -> Decimal:
    """Returns the per cent that Waymark keeps of the payment of a subject, begun or not. One query."""
    payment = Payment.objects.filter(subject_kind=kind, subject_id=subject_id).first()
    return fee_percent_for(builder_id) if payment is None else fee_percent_of(payment)


def fee_percent_of(payment: Payment) -> Decimal:
    """Returns the per cent that Waymark keeps of a payment: that which held when the client began to pay."""
    return fee_percent_for(payment.payee_id) if payment.fee_percent is None else payment.fee_percent
