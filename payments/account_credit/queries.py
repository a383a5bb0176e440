"""Reads the credit of a person, each with its number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.ids import parse_uuid
from core.money import Money, from_minor_units
from payments import ledger
from payments.account_credit.rules import CreditLeg, usable_for
from payments.models import LedgerAccount, LedgerEntry, LedgerLeg, Payment
from payments.services import LEDGER_KEY

CREDIT = LedgerAccount.Kind.CLIENT_CREDIT
MOST_SHOWN = 50


@dataclass(frozen=True)
class CreditChange:
    """What was added to the credit, or a payment that was made with it (then the amount is below zero)."""

    amount: Money
    at: datetime
    kind: str
    reference: str  # of what was refunded or paid, such as WM-7K2M9P; empty for rewards

    @property
    def words(self) -> str:
        if self.kind in (LedgerEntry.Kind.REWARD, LedgerEntry.Kind.REWARD_TAKEN_BACK):
            return LedgerEntry.Kind(self.kind).label
        return f"{'Refund of' if self.amount.amount > 0 else 'Paid for'} {self.reference}"


def credit_of(person_id: UUID) -> list[Money]:
    """Returns the person's credit in each currency in which there is some. One query."""
    balances = ledger.balances(person_id).get(CREDIT, {})
    return [Money(-balance.amount, currency) for currency, balance in sorted(balances.items()) if balance.amount]


def credit_in(person_id: UUID, currency: str) -> Money:
    """Returns the person's credit in this currency. One query."""
    rows = {money.currency: money for money in credit_of(person_id)}
    return rows.get(currency, from_minor_units(0, currency))


@dataclass(frozen=True)
class UsableCredit:
    """A person's credit, how much of a sum it pays for, and what is then left to pay by card."""

    credit: Money
    used: Money
    rest: Money

    @property
    def is_kept(self) -> bool:
        """Whether some of it is kept, because less than is left cannot be charged to a card."""
        return bool(self.rest.amount) and self.used != self.credit


def usable_credit(person_id: UUID, due: Money) -> UsableCredit | None:
    """Returns how much of what is due the person's credit pays for; None for nothing. One query."""
    credit = credit_in(person_id, due.currency)
    used = usable_for(credit, due)
    return UsableCredit(credit, used, Money(due.amount - used.amount, due.currency)) if used.amount else None


def changes_of(person_id: UUID) -> Sequence[CreditChange]:
    """Returns what was added to the person's credit and paid with it, the latest first. Two queries."""
    legs = LedgerLeg.objects.filter(account__owner=person_id, account__kind=CREDIT).select_related("entry", "account")
    rows = list(legs.order_by("-id")[:MOST_SHOWN])
    keys = {leg.entry_id: parse_uuid(leg.entry.provider_id.removeprefix(LEDGER_KEY)) for leg in rows}
    payments = Payment.objects.filter(pk__in={key for key in keys.values() if key})
    references = dict(payments.values_list("pk", "subject_reference"))
    return [
        CreditChange(
            from_minor_units(leg.credit - leg.debit, leg.account.currency),
            leg.entry.occurred_at,
            leg.entry.kind,
            references.get(keys[leg.entry_id], ""),  # type: ignore[arg-type]  # None is in no dictionary of ids
        )
        for leg in rows
    ]


def legs_of(person_id: UUID, currency: str) -> list[CreditLeg]:
    """Returns all changes of the person's credit in this currency, the earliest first. One query."""
    legs = LedgerLeg.objects.filter(account__owner=person_id, account__kind=CREDIT, account__currency=currency)
    rows = legs.order_by("id").values_list("entry__provider_id", "credit", "debit", "entry__kind")
    taken_back = LedgerEntry.Kind.REWARD_TAKEN_BACK
    return [CreditLeg(key, credit - debit, kind == taken_back) for key, credit, debit, kind in rows]
