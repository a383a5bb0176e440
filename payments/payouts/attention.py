"""Payouts that wait for something only the builder can do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from core import flags
from core.attention import AttentionItem
from core.compiled import CompiledQuery
from payments.flags import PAYMENTS
from payments.models import Transfer

MOST_READ = 50


def payouts_blocked(builder: Any, now: datetime) -> Iterator[AttentionItem]:
    """Yields one line about the payouts that are due and cannot be made: without an account that is ready, or refused by
    the provider. One query."""
    if not flags.is_on_for(builder, PAYMENTS):
        return
    transfers = _due.rows(builder.pk, now)
    account = getattr(transfers[0].owner, "provider_account", None) if transfers else None
    url = reverse("payments:payouts")
    if transfers and (account is None or not account.is_ready):
        words = "A payout waits" if len(transfers) == 1 else f"{len(transfers)} payouts wait"
        yield AttentionItem("coins", f"{words} for your payout account since", url, "Set it up", transfers[0].due_at)
        return
    refused = [transfer for transfer in transfers if transfer.problem and not transfer.waits_for_balance]
    if refused:
        yield AttentionItem("coins", f"A payout could not be sent: {refused[0].problem}", url, "Check your payouts")


def _due_until(builder: UUID, now: datetime) -> QuerySet[Transfer]:
    waiting = [Transfer.State.SCHEDULED, Transfer.State.PAYABLE]
    due = Transfer.objects.filter(owner=builder, state__in=waiting, due_at__lte=now)
    return due.select_related("owner__provider_account").order_by("due_at", "id")[:MOST_READ]


_due = CompiledQuery(_due_until)
