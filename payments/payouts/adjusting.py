"""Reduces the shares of a payment to what is left of it after refunds.

Money that was refunded before its transfer is not sent. After the transfer it is taken back from the builder's account
(`reversing`), and is a debt of the builder until then. A refund that fails later makes the share grow again.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from django.db.models import Sum

from core import clock, outbox
from core.money import Money, decimals_of
from payments import ledger
from payments.ledger import AccountName, Movement
from payments.models import LedgerAccount, LedgerEntry, Payment, Transfer, TransferReversal
from payments.payouts.releasing import by_payee, new_transfer
from payments.payouts.shares import Share, divide
from payments.services import ledger_key
from payments.states import Provider
from payments.stripe.amounts import payable
from payments.stripe.objects import ProviderPayment

CHANNEL = "reversal"
Kind, State = LedgerAccount.Kind, Transfer.State
NONE = Decimal(0)


def follow(truth: ProviderPayment) -> None:
    """Adjusts the transfers of a payment as Stripe has it. Called in the transaction that posts its refunds."""
    payment = (
        Payment.objects.select_for_update(no_key=True)
        .filter(provider=Provider.STRIPE, intent_id=truth.id, shared_at__isnull=False)
        .first()
    )
    if payment is not None:
        adjust(payment)


def adjust(payment: Payment) -> None:
    """Adjusts the shares to what is left of the payment at Stripe.

    The payment is locked. Does nothing while one of its transfers is being sent: it is called again once that is saved.
    """
    rows = list(payment.transfers.select_for_update().order_by("number", "id"))
    if not rows or any(row.state in (State.SCHEDULED, State.SENDING) for row in rows):
        return
    own: dict[object, list[Transfer]] = {}
    for row in rows:
        row.payment = payment
    for row in sorted(rows, key=by_payee):
        own.setdefault(row.owner_id, []).append(row)
    transfers = list(own.values())
    percents = [mine[0].percent for mine in transfers]
    shares = divide(payment.money(_left(payment)), rows[0].fee_percent, percents)
    for mine, share in zip(transfers, shares, strict=True):
        _bring(mine, share)


def _left(payment: Payment) -> Decimal:
    """Returns what was paid less the refunds whose money has left our balance or is the client's credit, and less what a bank has taken for good."""
    refunded = payment.refunds.all().settled().aggregate(total=Sum("amount"))["total"]
    left: Decimal = payment.amount_paid - (refunded or NONE) - payment.amount_lost
    return max(left, NONE)


@dataclass
class Change:
    """How much smaller a share becomes, and the fee of it; negative where it grows."""

    amount: Decimal
    fee: Decimal


def _bring(transfers: list[Transfer], share: Share) -> None:
    """Adjusts one builder's share of a payment, which consists of these transfers, to the new amount."""
    amount = sum((row.amount - row.amount_back for row in transfers), NONE) - share.amount
    fee = sum((row.fee - row.fee_back for row in transfers), NONE) - share.fee
    change = Change(amount, fee)
    if change.amount < 0 or change.fee < 0:
        new_transfer(transfers[-1], Share(max(-change.amount, NONE), max(-change.fee, NONE)))
    for row in sorted(transfers, key=lambda row: row.state == State.PAID):  # first what was not sent yet
        if change.amount > 0 or change.fee > 0:
            _take(row, change)


def _take(transfer: Transfer, change: Change) -> None:
    """Deducts as much of the change from a transfer as possible."""
    payment, owner_id = transfer.payment, transfer.owner_id
    amount = max(min(change.amount, transfer.amount - transfer.amount_back), NONE)
    fee = max(min(change.fee, transfer.fee - transfer.fee_back), NONE)
    if not amount and not fee:
        return
    unsent = min(amount, transfer.unsent) if transfer.state == State.PAYABLE else NONE
    sides = [
        (AccountName(Kind.PAYABLE, owner_id), unsent),
        (AccountName(Kind.DEBT, owner_id), amount - unsent),
        (ledger.PLATFORM_FEES, fee),
    ]
    funds = AccountName(Kind.CLIENT_FUNDS, payment.payee_id)
    transfer.amount_back += amount
    transfer.fee_back += fee
    transfer.changes += 1
    if transfer.state == State.PAYABLE and not transfer.unsent:
        transfer.state = State.PAID if transfer.covered else State.NOTHING
        transfer.paid_at = clock.now() if transfer.covered else None
    transfer.save()
    ledger.post(
        reference=f"earned_less:{transfer.pk}:{transfer.changes}",
        kind=LedgerEntry.Kind.EARNED_LESS,
        occurred_at=clock.now(),
        movements=[Movement(name, funds, payment.money(value)) for name, value in sides if value],
        provider_id=ledger_key(payment),
    )
    change.amount -= amount
    change.fee -= fee
    if transfer.state == State.PAID and transfer.provider_id:
        _reverse(transfer, amount)


def _reverse(transfer: Transfer, amount: Decimal) -> None:
    """Queues the reversal of a part of a transfer, in its own currency. What was not sent cannot be taken back."""
    former = list(transfer.reversals.exclude(status=TransferReversal.Status.FAILED))
    taken = sum((row.amount for row in former), NONE)
    asked, sent = transfer.asked.amount, transfer.sent
    part = min(amount, asked - taken)
    if part <= 0 or sent is None:
        return
    whole = payable(_part_of(sent, taken + part, asked)).amount
    sent_part = whole - sum((row.sent_amount for row in former), NONE)
    if sent_part <= 0:
        return
    reversal = TransferReversal.objects.create(transfer=transfer, amount=part, sent_amount=sent_part)
    outbox.put(
        event=f"reversal:{reversal.pk}", channel=CHANNEL, recipient="stripe", payload={"reversal": str(reversal.pk)}
    )


def _part_of(money: Money, part: Decimal, whole: Decimal) -> Money:
    """Returns the part of the sum that this part of the whole is, rounded down. It multiplies first, to be exact."""
    step = Decimal(1).scaleb(-decimals_of(money.currency))
    return Money((money.amount * part / whole).quantize(step, rounding=ROUND_DOWN), money.currency)
