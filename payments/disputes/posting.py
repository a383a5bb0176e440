"""Posts to the ledger what a bank has taken back, returned, or kept for good."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from core.money import Money, from_minor_units
from payments import ledger
from payments.disputes.states import DisputeStatus
from payments.ledger import AccountName, Movement
from payments.models import LedgerAccount, LedgerEntry
from payments.stripe.objects import ProviderDispute, ProviderPayment, ProviderTransfer

Kind = LedgerEntry.Kind


def post_dispute(payment: ProviderPayment, dispute: ProviderDispute) -> None:
    """Posts the movements of a dispute that are not in the ledger yet, what it has cost once it is lost, and that this is
    not so any more once it was won on appeal. Called with the payment locked."""
    if not dispute.movements or is_outdated(dispute):
        return
    disputed = AccountName(LedgerAccount.Kind.DISPUTED, payment.payee_id)
    for movement in dispute.movements:
        _post_movement(dispute, movement, disputed)
    funds = ledger.funds_of(payment.payee_id)
    last = dispute.movements[-1]
    kept = -sum((movement.money.amount for movement in dispute.movements), Decimal(0))
    lost = kept if dispute.status == DisputeStatus.LOST and kept > 0 else Decimal(0)
    posted, count = _posted(dispute)
    key, at = f"payment:{payment.reference}", last.occurred_at
    number = f":{count + 1}" if count else ""
    if lost > posted:
        more = Movement(funds, disputed, Money(lost - posted, last.money.currency))
        _post(f"dispute_lost:{dispute.id}{number}", Kind.DISPUTE_LOST, more, at, key)
    elif lost < posted:
        less = Movement(disputed, funds, Money(posted - lost, last.money.currency))
        _post(f"dispute_won:{dispute.id}{number}", Kind.DISPUTE_WON, less, at, key)


def is_outdated(dispute: ProviderDispute) -> bool:
    """Whether the ledger has movements that this answer of Stripe does not have, so that it was read before another."""
    posted = LedgerEntry.objects.filter(reference__startswith=f"dispute:{dispute.id}:").count()
    return posted > sum(1 for movement in dispute.movements if movement.money.amount)


def outcomes_of(dispute_id: str) -> QuerySet[LedgerEntry]:
    """Returns the entries that say that a dispute was lost, or was won on appeal."""
    conditions = Q()
    for reference in (f"dispute_lost:{dispute_id}", f"dispute_won:{dispute_id}"):
        conditions |= Q(reference=reference) | Q(reference__startswith=f"{reference}:")
    return LedgerEntry.objects.filter(conditions)


def _posted(dispute: ProviderDispute) -> tuple[Decimal, int]:
    """Returns what was posted as lost by this dispute less what was won on appeal, and with how many entries."""
    total, entries = Decimal(0), outcomes_of(dispute.id).prefetch_related("legs__account")
    for entry in entries:
        for leg in entry.legs.all():
            if leg.debit:
                amount = from_minor_units(leg.debit, leg.account.currency).amount
                total += amount if entry.kind == Kind.DISPUTE_LOST else -amount
    return total, len(entries)


def _post_movement(dispute: ProviderDispute, movement: ProviderTransfer, disputed: AccountName) -> None:
    """Posts the withdrawal of the money or its return, and the fee that Stripe takes for it or gives back."""
    at, amount = movement.occurred_at, movement.money.amount
    if amount < 0:
        withdrawal = Movement(disputed, ledger.PROVIDER, _positive(movement.money))
        _post(f"dispute:{dispute.id}:{movement.id}", Kind.DISPUTED, withdrawal, at, movement.id)
    elif amount > 0:
        returned = Movement(ledger.PROVIDER, disputed, movement.money)
        _post(f"dispute:{dispute.id}:{movement.id}", Kind.REINSTATED, returned, at, movement.id)
    fee = _positive(movement.fee)
    if movement.fee.amount > 0:
        _post(f"fee:{movement.id}", Kind.FEE, Movement(ledger.PROVIDER_FEES, ledger.PROVIDER, fee), at, movement.id)
    elif movement.fee.amount < 0:
        _post(f"fee:{movement.id}", Kind.FEE, Movement(ledger.PROVIDER, ledger.PROVIDER_FEES, fee), at, movement.id)


def _post(reference: str, kind: LedgerEntry.Kind, movement: Movement, at: datetime, provider_id: str) -> None:
    ledger.post(reference=reference, kind=kind, occurred_at=at, movements=[movement], provider_id=provider_id)


def _positive(money: Money) -> Money:
    return Money(abs(money.amount), money.currency)
