"""Invoices the platform's fee to builders: one document for each builder, month and currency, in the month after.

A builder pays the fee by getting less, so there is nothing to pay. Monthly, because a document for each payout would be many
for sums of a few cents, and because that is how builders hand in their books.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction

from accounts.models import User
from core.money import from_minor_units
from payments.invoices import notifications
from payments.invoices.models import Invoice, SellerProfile
from payments.invoices.services import left_of
from payments.invoices.states import DocumentKind, SupplyPlace
from payments.invoices.writing import NewInvoice, NotYet, SoldLine, write_credit_note, write_invoice

logger = logging.getLogger(__name__)

MOST_MONTHS = 12  # for which a document can still be written
PAID_WITH = "kept from your payouts"
GIVEN_BACK = "Fees for sessions that were refunded."
FEES = """
SELECT transfer.owner_id, account.currency, sum(leg.credit - leg.debit),
       count(DISTINCT transfer.payment_id) FILTER (WHERE entry.kind = 'earned' AND transfer.number = 1)
FROM payments_ledgerentry entry
JOIN payments_transfer transfer ON transfer.id = split_part(entry.reference, ':', 2)::uuid
JOIN payments_ledgerleg leg ON leg.entry_id = entry.id
JOIN payments_ledgeraccount account ON account.id = leg.account_id AND account.kind = 'platform_fees'
WHERE entry.kind IN ('earned', 'earned_less') AND entry.occurred_at >= %s AND entry.occurred_at < %s
GROUP BY 1, 2
HAVING sum(leg.credit - leg.debit) <> 0
ORDER BY 1, 2
"""


@dataclass(frozen=True)
class MonthOfFees:
    """What a builder has paid in fees in one month and currency; below zero if more was given back."""

    owner_id: UUID
    currency: str
    amount: Decimal
    sessions: int
    first: date
    last: date

    @property
    def key(self) -> str:
        return f"fees:{self.owner_id}:{self.currency}:{self.first:%Y-%m}"


def fees_of_month(first: date) -> list[MonthOfFees]:
    """Returns the fees of the month that begins on this day, in UTC, from the ledger. One query."""
    end = (first + timedelta(days=32)).replace(day=1)
    edges = [datetime(day.year, day.month, 1, tzinfo=UTC) for day in (first, end)]
    with connection.cursor() as cursor:
        cursor.execute(FEES, edges)
        rows = cursor.fetchall()
    last = end - timedelta(days=1)
    return [
        MonthOfFees(owner, currency, from_minor_units(int(units), currency).amount, sessions, first, last)
        for owner, currency, units, sessions in rows
    ]


def invoice_last_month(now: datetime) -> int:
    """Writes the documents of the month before this one that are missing, and those of the year before that could not be
    written then; returns how many."""
    platform = SellerProfile.objects.filter(owner=None, agreed_at__isnull=False).first()
    if platform is None or platform.agreed_at is None:
        return 0
    agreed_on = platform.agreed_at.astimezone(UTC).date().replace(day=1)
    last, *older = _months_before(now)
    months = [
        month
        for first in (*(day for day in reversed(older) if day >= agreed_on), last)
        for month in fees_of_month(first)
    ]
    known = set(Invoice.objects.filter(key__in=[month.key for month in months]).values_list("key", flat=True))
    written = 0
    for month in months:
        if month.key in known:
            continue
        try:
            written += _write(month)
        except NotYet as reason:
            logger.info("invoices: %s waits: %s", month.key, reason)
    return written


def _months_before(now: datetime) -> list[date]:
    """Returns the first days of the last twelve months, the latest first."""
    days, first = [], now.astimezone(UTC).date().replace(day=1)
    for _ in range(MOST_MONTHS):
        first = (first - timedelta(days=1)).replace(day=1)
        days.append(first)
    return days


@transaction.atomic
def _write(month: MonthOfFees) -> int:
    """Writes an invoice, or credit notes of earlier ones if more was given back than was earned."""
    if month.amount < 0:
        return _credit(month)
    owner = User.objects.get(pk=month.owner_id)
    sessions = f"{month.sessions} session{'' if month.sessions == 1 else 's'}"
    invoice = write_invoice(
        NewInvoice(
            key=month.key,
            seller_id=None,
            buyer=owner,
            currency=month.currency,
            lines=[SoldLine(f"Fee of Waymark for {sessions} in {month.first:%B %Y}", month.amount)],
            place=SupplyPlace.REMOTE,
            supplied_on=month.first,
            supplied_until=month.last,
            paid_with=PAID_WITH,
            zone=owner.timezone,
        )
    )
    notifications.notify_of(invoice)
    return 1


def _credit(month: MonthOfFees) -> int:
    """Writes credit notes over what was given back, of the latest invoices about fees first. Returns how many."""
    left, count = -month.amount, 0
    former = Invoice.objects.filter(
        seller=None, buyer=month.owner_id, currency=month.currency, kind=DocumentKind.INVOICE, payment=None
    )
    for invoice in former.select_related("series", "seller"):
        part = min(left_of(invoice), left)
        if part > 0:
            key = month.key if not count else f"{month.key}:{count}"
            note = write_credit_note(key=key, invoice=invoice, amount=part, reason=GIVEN_BACK)
            notifications.notify_of(note)
            left, count = left - part, count + 1
    return count
