"""Sends payable transfers: what the outbox does with its channel `transfer`.

The intention is saved and committed first, then Stripe is asked, then its answer is saved. So a worker that is killed on
the way leads to one transfer, and no lock is held while Stripe is asked.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from core import clock, outbox
from core.models import OutboxMessage
from core.money import BadMoney, in_minor_units
from payments import ledger
from payments.ledger import AccountName, Movement
from payments.models import LedgerAccount, LedgerEntry, Payment, ProviderAccount, Transfer, TransferReversal
from payments.payouts import adjusting, shortage
from payments.payouts.holds import frozen_reason
from payments.payouts.notifications import notify_of_problem, notify_of_transfer
from payments.payouts.releasing import CHANNEL
from payments.services import ledger_key
from payments.stripe.amounts import payable

if TYPE_CHECKING:
    from payments.stripe.transfers import SentTransfer

Kind, State = LedgerAccount.Kind, Transfer.State
THREADS = 4  # transfers that are sent at a time: nearly all of the time is spent waiting for Stripe


def deliver(message: OutboxMessage) -> None:
    """Sends one transfer, unless something holds it back: the channel's delivery function."""
    from payments.stripe import transfers  # with the SDK, which takes a while to import
    from payments.stripe.errors import BALANCE_INSUFFICIENT, PaymentRefused

    transfer = begin(UUID(message.payload["transfer"]))
    if transfer is None:
        return
    try:
        wanted = transfers.NewTransfer(
            key=str(transfer.pk),
            money=transfer.asked,
            account_id=transfer.owner.provider_account.provider_id,
            charge_id=_charge_of(transfer.payment) if transfer.number == 1 else "",
            group=transfer.payment.subject_reference,
        )
        sent = transfers.send(wanted)
    except PaymentRefused as refused:
        if refused.code == BALANCE_INSUFFICIENT:
            save_shortage(transfer, str(refused))
        else:
            save_refusal(transfer, str(refused))
    except BadMoney as bad:
        save_refusal(transfer, str(bad))
    else:
        save_sent(transfer, sent)


def _charge_of(payment: Payment) -> str:
    """Returns the charge of the payment; asks Stripe for that of a payment from before charges were kept. None of what was
    paid with credit, whose charges do not cover it, so that our balance does."""
    from payments.stripe import operations  # with the SDK, which takes a while to import

    if payment.amount_from_credit:
        return ""
    if not payment.charge_id:
        payment.charge_id = operations.fetch_payment(payment.intent_id).charge_id
        Payment.objects.filter(pk=payment.pk).update(charge_id=payment.charge_id)
    return payment.charge_id


@transaction.atomic
def begin(pk: UUID) -> Transfer | None:
    """Saves that a transfer is being sent, and how much of it; returns None if it is not sent now.

    The payment is locked first, then the builder's account, so that two transfers do not cover the same debt. The
    transfer comes last, because an account that becomes ready is locked while its transfers are queued.
    """
    payment = Payment.objects.select_for_update(no_key=True, of=("self",)).get(transfers=pk)
    accounts = ProviderAccount.objects.select_for_update(no_key=True, of=("self",))
    account = accounts.select_related("owner").filter(owner__transfers=pk).first()
    transfer = Transfer.objects.select_for_update().get(pk=pk)
    transfer.payment = payment
    if account is not None:
        transfer.owner = account.owner
    if transfer.state == State.SENDING:
        return transfer
    if transfer.state != State.PAYABLE or account is None or not account.is_ready or frozen_reason(payment):
        return None
    _cover_debt(transfer)
    transfer.state, transfer.problem, transfer.waits_for_balance = State.SENDING, "", False
    transfer.asked_amount = transfer.unsent
    if not transfer.asked_amount:
        transfer.state, transfer.paid_at = State.PAID, clock.now()
    transfer.save()
    return transfer if transfer.state == State.SENDING else None


def _cover_debt(transfer: Transfer) -> None:
    """Keeps as much of the transfer as the builder owes in this currency, besides what is being taken back already."""
    payment = transfer.payment
    debt = ledger.balances(transfer.owner_id).get(Kind.DEBT, {}).get(payment.currency)
    if debt is None or debt.amount <= 0:
        return
    pending = TransferReversal.objects.filter(
        transfer__owner=transfer.owner_id,
        transfer__payment__currency=payment.currency,
        status=TransferReversal.Status.PENDING,
    ).aggregate(total=Sum("amount"))["total"] or Decimal(0)
    owed = payment.money(max(debt.amount - pending, Decimal(0)))
    kept = min(transfer.unsent, payable(owed).amount)  # so that the rest is an amount that the provider takes
    if kept <= 0:
        return
    transfer.covered += kept
    borrowed, earned = AccountName(Kind.DEBT, transfer.owner_id), AccountName(Kind.PAYABLE, transfer.owner_id)
    ledger.post(
        reference=f"covered:{transfer.pk}:{in_minor_units(payment.money(transfer.covered))}",
        kind=LedgerEntry.Kind.COVERED,
        occurred_at=clock.now(),
        movements=[Movement(earned, borrowed, payment.money(kept))],
        provider_id=ledger_key(payment),
    )


@transaction.atomic
def save_sent(transfer: Transfer, sent: SentTransfer) -> None:
    """Saves what Stripe has transferred, posts it, and takes back what was refunded meanwhile."""
    payment, current = _locked(transfer)
    if current.state != State.SENDING:
        return
    current.state, current.paid_at, current.problem = State.PAID, sent.movement.occurred_at, ""
    current.provider_id, current.sent_amount, current.sent_currency = sent.id, sent.money.amount, sent.money.currency
    current.save()
    owner_id = current.owner_id
    ledger.post(
        reference=f"transfer:{sent.id}",
        kind=LedgerEntry.Kind.TRANSFER,
        occurred_at=sent.movement.occurred_at,
        movements=[
            Movement(AccountName(Kind.PAYABLE, owner_id), AccountName(Kind.SETTLED, owner_id), current.asked),
            Movement(AccountName(Kind.PAID_OUT, owner_id), ledger.PROVIDER, sent.money),
        ],
        provider_id=sent.movement.id,
    )
    notify_of_transfer(current)
    adjusting.adjust(payment)


@transaction.atomic
def save_refusal(transfer: Transfer, problem: str) -> None:
    """Saves that Stripe refuses a transfer. It stays payable, and is tried again the next night."""
    if _save_problem(transfer, problem, waits_for_balance=False):
        notify_of_problem(transfer)


@transaction.atomic
def save_shortage(transfer: Transfer, problem: str) -> None:
    """Saves that our balance does not cover a transfer, and tells operators at once. It is tried again within the hour in
    which the balance covers it (`shortage`)."""
    if _save_problem(transfer, problem, waits_for_balance=True):
        shortage.note(transfer)


def _save_problem(transfer: Transfer, problem: str, *, waits_for_balance: bool) -> bool:
    """Makes a transfer payable again; returns False if it is not being sent any more."""
    payment, current = _locked(transfer)
    if current.state != State.SENDING:
        return False
    current.state, current.problem, current.waits_for_balance = State.PAYABLE, problem[:300], waits_for_balance
    current.asked_amount = None
    current.save()
    transfer.problem = current.problem
    adjusting.adjust(payment)
    return True


def _locked(transfer: Transfer) -> tuple[Payment, Transfer]:
    payment = Payment.objects.select_for_update(no_key=True).get(pk=transfer.payment_id)
    current = Transfer.objects.select_for_update().get(pk=transfer.pk)
    current.payment, current.owner = payment, transfer.owner
    return payment, current


def send_again() -> int:
    """Queues the transfers again that the outbox gave up while they were being sent; returns how many."""
    count = 0
    for message in OutboxMessage.objects.filter(channel=CHANNEL, state=OutboxMessage.State.DEAD):
        if Transfer.objects.filter(pk=message.payload["transfer"], state=State.SENDING).exists():
            outbox.retry(message)
            count += 1
    return count
