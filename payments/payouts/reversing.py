"""Takes back from builders' accounts what was refunded after its transfer: the outbox's channel `reversal`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from core import outbox
from core.models import OutboxMessage
from core.money import Money
from payments import ledger
from payments.ledger import AccountName, Movement
from payments.models import LedgerAccount, LedgerEntry, Payment, TransferReversal
from payments.payouts.adjusting import CHANNEL
from payments.payouts.notifications import notify_of_debt

if TYPE_CHECKING:
    from payments.stripe.transfers import SentTransfer

Kind, Status = LedgerAccount.Kind, TransferReversal.Status


def deliver(message: OutboxMessage) -> None:
    """Asks Stripe for one reversal: the channel's delivery function."""
    from payments.stripe import transfers  # with the SDK, which takes a while to import
    from payments.stripe.errors import PaymentRefused

    reversal = TransferReversal.objects.select_related("transfer__payment").get(pk=message.payload["reversal"])
    if reversal.status != Status.PENDING:
        return
    money = Money(reversal.sent_amount, reversal.transfer.sent_currency)
    try:
        taken = transfers.take_back(key=str(reversal.pk), transfer_id=reversal.transfer.provider_id, money=money)
    except PaymentRefused as refused:
        save_refusal(reversal, str(refused))
    else:
        save_taken(reversal, taken)


@transaction.atomic
def save_taken(reversal: TransferReversal, taken: SentTransfer) -> None:
    """Saves what Stripe has taken back, which the builder no longer owes."""
    current = _locked(reversal)
    if current.status != Status.PENDING:
        return
    current.status, current.provider_id = Status.DONE, taken.id
    current.save()
    owner_id = current.transfer.owner_id
    ledger.post(
        reference=f"reversal:{taken.id}",
        kind=LedgerEntry.Kind.REVERSAL,
        occurred_at=taken.movement.occurred_at,
        movements=[
            Movement(AccountName(Kind.SETTLED, owner_id), AccountName(Kind.DEBT, owner_id), current.money),
            Movement(ledger.PROVIDER, AccountName(Kind.PAID_OUT, owner_id), taken.money),
        ],
        provider_id=taken.movement.id,
    )


@transaction.atomic
def save_refusal(reversal: TransferReversal, problem: str) -> None:
    """Saves that Stripe does not take it back, so that it stays a debt, and tells the builder."""
    current = _locked(reversal)
    if current.status == Status.PENDING:
        current.status, current.problem = Status.FAILED, problem[:300]
        current.save()
        notify_of_debt(current)


def _locked(reversal: TransferReversal) -> TransferReversal:
    Payment.objects.select_for_update(no_key=True).get(transfers=reversal.transfer_id)
    return TransferReversal.objects.select_related("transfer__payment", "transfer__owner").get(pk=reversal.pk)


def ask_again() -> int:
    """Queues the reversals again that the outbox gave up, so that none is forgotten; returns how many."""
    count = 0
    for message in OutboxMessage.objects.filter(channel=CHANNEL, state=OutboxMessage.State.DEAD):
        if TransferReversal.objects.filter(pk=message.payload["reversal"], status=Status.PENDING).exists():
            outbox.retry(message)
            count += 1
    return count
