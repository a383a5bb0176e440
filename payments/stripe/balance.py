"""Reads the movements of our balance at Stripe, and posts what the ledger has missed of them."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.db.models import Max

from core.money import BadMoney, Money, in_minor_units
from core.service_calls import ServiceDown
from payments.models import LedgerEntry, ProviderTransaction
from payments.stripe.amounts import from_stripe_units
from payments.stripe.client import call
from payments.stripe.errors import PaymentRefused
from payments.stripe.objects import instant
from payments.stripe.operations import transactions_since
from payments.stripe.refreshing import NotOurs, refresh_payment

logger = logging.getLogger(__name__)

READ_AGAIN = timedelta(days=7)  # a movement can appear later than others that happened after it
BATCH = 500


def read_balance() -> int:
    """Stores the movements since a week before the last one that is known, and reads the payments of those which the
    ledger does not have. Returns how many were read."""
    last = ProviderTransaction.objects.aggregate(last=Max("occurred_at"))["last"]
    rows = [_row(transaction) for transaction in transactions_since(last - READ_AGAIN if last else None)]
    ProviderTransaction.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["kind", "source", "payment", "currency", "net", "occurred_at"],
    )
    ids = [row.id for row in rows]
    posted = set(LedgerEntry.objects.filter(provider_id__in=ids).values_list("provider_id", flat=True))
    for payment_id in sorted({row.payment for row in rows if row.payment and row.id not in posted}):
        try:
            refresh_payment(payment_id)
        except (NotOurs, PaymentRefused, ServiceDown) as error:
            logger.warning("payments: %s could not be posted: %s", payment_id, error)
    return len(rows)


def available() -> dict[str, Money]:
    """Returns what our balance at Stripe has for transfers, by currency. Raises ServiceDown."""
    answer = call(lambda client: client.v1.balance.retrieve())
    sums = [from_stripe_units(row["amount"], row["currency"]) for row in answer["available"]]
    return {money.currency: money for money in sums}


def _row(transaction: dict[str, Any]) -> ProviderTransaction:
    source = transaction["source"] or {}
    currency = transaction["currency"].upper()
    try:
        net = in_minor_units(from_stripe_units(transaction["net"], currency))
    except BadMoney:
        net = None
    return ProviderTransaction(
        id=transaction["id"],
        kind=transaction["type"],
        source=source.get("id", ""),
        payment=source.get("payment_intent") or "",
        currency=currency,
        net=net,
        occurred_at=instant(transaction["created"]),
    )
