"""Posts to the ledger what a bank has taken back, returned, or kept for good."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from core.money import Money
from payments import ledger
from payments.disputes.states import DisputeStatus
from payments.ledger import AccountName, Movement
from payments.models import LedgerAccount, LedgerEntry
from payments.stripe.objects import ProviderDispute, ProviderPayment, ProviderTransfer

Kind = LedgerEntry.Kind


def post_dispute(payment: ProviderPayment, dispute: ProviderDispute) -> None:
    """Posts the movements of a dispute that are not in the ledger yet, and what it has cost once it is lost."""
    disputed = AccountName(LedgerAccount.Kind.DISPUTED, payment.payee_id)
    for movement in dispute.movements:
        _post_movement(dispute, movement, disputed)
    if not dispute.movements:
        return
    funds = ledger.funds_of(payment.payee_id)
    last = dispute.movements[-1]
    kept = -sum((movement.money.amount for movement in dispute.movements), Decimal(0))
    if dispute.status == DisputeStatus.LOST and kept > 0:
        lost = Movement(funds, disputed, Money(kept, last.money.currency))
        _post(f"dispute_lost:{dispute.id}", Kind.DISPUTE_LOST, lost, last.occurred_at, f"payment:{payment.reference}")


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
