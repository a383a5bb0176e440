"""Reads of payments for pages, the API and the admin, each with its number of queries."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from accounts.models import User
from accounts.roles import STAFF
from core.compiled import CompiledQuery
from core.money import Money, from_minor_units
from payments.models import LedgerAccount, LedgerEntry, LedgerLeg, Payment, TransferReversal
from payments.services import ledger_key


def entries_of(payment: Payment) -> QuerySet[LedgerEntry]:
    """Returns the ledger's entries of a payment, the latest first. Five queries.

    Those of a payment through Stripe carry the ids of its transactions there, which its entries' references lead to.
    """
    references = [f"capture:{payment.intent_id}"] if payment.intent_id else []
    for refund in payment.refunds.all():
        if refund.provider_id:
            references += [f"refund:{refund.provider_id}", f"refund_failed:{refund.provider_id}"]
    if payment.shared_at is not None:
        sent = payment.transfers.exclude(provider_id="").values_list("provider_id", flat=True)
        references += [f"transfer:{provider_id}" for provider_id in sent]
        taken = TransferReversal.objects.filter(transfer__payment=payment).exclude(provider_id="")
        references += [f"reversal:{provider_id}" for provider_id in taken.values_list("provider_id", flat=True)]
    named = Q(reference__in=references)
    for dispute in payment.disputes.all():
        named |= Q(reference__startswith=f"dispute:{dispute.provider_id}:")
    transactions = LedgerEntry.objects.filter(named).values("provider_id")
    own = Q(provider_id=ledger_key(payment))
    return LedgerEntry.objects.filter(own | Q(provider_id__in=transactions) if references else own)


# Of a transfer, the legs that say that a builder's claim is settled. They are in the currency of the payment, and the
# others in that of the transfer, and both are about the same money.
_SETTLING = {
    LedgerEntry.Kind.TRANSFER: LedgerAccount.Kind.PAYABLE,
    LedgerEntry.Kind.REVERSAL: LedgerAccount.Kind.SETTLED,
}


def moved(entry: LedgerEntry) -> list[Money]:
    """Returns what an entry has moved, in each of its currencies. Without queries for entries loaded with their legs and
    accounts."""
    sums: dict[str, int] = {}
    for leg in entry.legs.all():
        if leg.debit and leg.account.kind != _SETTLING.get(LedgerEntry.Kind(entry.kind)):
            sums[leg.account.currency] = sums.get(leg.account.currency, 0) + leg.debit
    return [from_minor_units(units, currency) for currency, units in sorted(sums.items())]


def entries_for(payment: Payment, person: User) -> QuerySet[LedgerEntry]:
    """Returns the entries that this person may see: all for staff, those of their own account for the builder."""
    if set(person.roles) & STAFF:
        return entries_of(payment)
    if payment.payee_id != person.pk:
        return LedgerEntry.objects.none()
    return entries_of(payment).filter(legs__account__owner=person).distinct()


_RECEIVED_AS_DEBIT = LedgerAccount.Kind.RECEIVED_DIRECTLY
_RECEIVED_AS_CREDIT = LedgerAccount.Kind.CLIENT_FUNDS
_PAID_AND_REFUNDED = (
    LedgerEntry.Kind.CAPTURE, LedgerEntry.Kind.REFUND, LedgerEntry.Kind.REFUND_FAILED, LedgerEntry.Kind.RECEIVED,
    LedgerEntry.Kind.RETURNED, LedgerEntry.Kind.CORRECTED, LedgerEntry.Kind.REFUND_AS_CREDIT,
    LedgerEntry.Kind.PAID_WITH_CREDIT,
)  # fmt: skip


def received_by(owner_id: UUID, edges: tuple[datetime, datetime, datetime]) -> list[dict[str, Money]]:
    """Returns what clients paid this builder less what was given back, by currency, from each edge to the next one. One
    query of the ledger."""
    totals: list[dict[str, int]] = [{}, {}]
    for row in _received.rows(owner_id, *edges):
        sign, currency = 1 if row["account__kind"] == _RECEIVED_AS_DEBIT else -1, row["account__currency"]
        for number, total in enumerate(totals):
            amount = sign * (row[f"debit_{number}"] - row[f"credit_{number}"])
            if amount:
                total[currency] = total.get(currency, 0) + amount
    return [
        {currency: from_minor_units(amount, currency) for currency, amount in sorted(total.items())} for total in totals
    ]


def _received_between(owner: UUID, *edges: datetime) -> QuerySet[LedgerLeg, Any]:
    sums = {}
    for number, (start, end) in enumerate(pairwise(edges)):
        within = Q(entry__occurred_at__gte=start, entry__occurred_at__lt=end)
        sums[f"debit_{number}"] = Sum("debit", filter=within, default=0)
        sums[f"credit_{number}"] = Sum("credit", filter=within, default=0)
    legs = LedgerLeg.objects.filter(
        account__owner=owner, account__kind__in=[_RECEIVED_AS_DEBIT, _RECEIVED_AS_CREDIT],
        entry__kind__in=_PAID_AND_REFUNDED, entry__occurred_at__gte=edges[0], entry__occurred_at__lt=edges[-1],
    )  # fmt: skip
    return legs.order_by().values("account__kind", "account__currency").annotate(**sums)


_received = CompiledQuery(_received_between)
