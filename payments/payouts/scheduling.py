"""Schedules the transfers of payments whose subject is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import transaction

from core import clock
from payments.models import Payment, Transfer
from payments.payouts.fees import fee_percent_of


@dataclass(frozen=True)
class PayoutPlan:
    """Who shares a payment, and since when its subject is over. The payee comes first."""

    payment_id: UUID
    over_at: datetime
    shares: Sequence[tuple[UUID, Decimal]]  # builder and percentage


@transaction.atomic
def schedule(plans: Sequence[PayoutPlan]) -> int:
    """Creates the transfers of these payments, unless they were scheduled before; returns how many payments are new."""
    ids = [plan.payment_id for plan in plans]
    locked = Payment.objects.select_for_update(no_key=True).filter(pk__in=ids, shared_at=None).order_by("pk")
    new = {payment.pk: payment for payment in locked}
    delay = timedelta(days=settings.PAYOUT_DELAY_DAYS)
    Transfer.objects.bulk_create(
        Transfer(
            payment_id=plan.payment_id,
            owner_id=owner_id,
            percent=percent,
            fee_percent=fee_percent_of(new[plan.payment_id]),
            due_at=plan.over_at + delay,
        )
        for plan in plans
        if plan.payment_id in new
        for owner_id, percent in plan.shares
    )
    Payment.objects.filter(pk__in=new).update(shared_at=clock.now())
    return len(new)
