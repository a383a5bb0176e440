"""Reads of payments for pages, the API and the admin, each with its number of queries."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.roles import STAFF
from payments.models import LedgerEntry, Payment
from payments.services import ledger_key


def entries_of(payment: Payment) -> QuerySet[LedgerEntry]:
    """Returns the ledger's entries of a payment, the latest first. Three queries.

    Those of a payment through Stripe carry the ids of its transactions there, which its entries' references lead to.
    """
    references = [f"capture:{payment.intent_id}"] if payment.intent_id else []
    for refund in payment.refunds.all():
        if refund.provider_id:
            references += [f"refund:{refund.provider_id}", f"refund_failed:{refund.provider_id}"]
    named = Q(reference__in=references)
    for dispute in payment.disputes.all():
        named |= Q(reference__startswith=f"dispute:{dispute.provider_id}:")
    transactions = LedgerEntry.objects.filter(named).values("provider_id")
    own = Q(provider_id=ledger_key(payment))
    return LedgerEntry.objects.filter(own | Q(provider_id__in=transactions) if references else own)


def entries_for(payment: Payment, person: User) -> QuerySet[LedgerEntry]:
    """Returns the entries that this person may see: all for staff, those of their own account for the builder."""
    if set(person.roles) & STAFF:
        return entries_of(payment)
    if payment.payee_id != person.pk:
        return LedgerEntry.objects.none()
    return entries_of(payment).filter(legs__account__owner=person).distinct()
