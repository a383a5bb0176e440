"""Gives numbers to invoices. A number that is taken in a transaction that ends without a commit is taken again, so that a
series has no gaps."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from core.errors import Refused
from core.ids import uuid7
from payments.invoices.models import Invoice, InvoiceSeries
from payments.refusals import PaymentRefusal

TAKEN = "Somebody else’s invoices begin with this. Choose other letters."


def save_numbered(invoice: Invoice, prefix: str) -> Invoice:
    """Saves the invoice with the next number of the series, or returns the one that was saved with its key before.

    The series is locked until the transaction ends, so this comes last, and nothing slow comes after it.
    """
    ensure_series(prefix, invoice.seller_id)
    series = InvoiceSeries.objects.select_for_update().get(prefix=prefix)
    former = Invoice.objects.filter(key=invoice.key).first()  # two at once are after one another here
    if former is not None:
        return former
    series.last_number += 1
    series.save(update_fields=["last_number"])
    invoice.series, invoice.sequence = series, series.last_number
    invoice.number = f"{prefix}-{series.last_number:04d}"
    invoice.save(force_insert=True)
    return invoice


def ensure_series(prefix: str, owner_id: UUID | None) -> None:
    """Creates the series of this prefix if need be. Refuses a prefix that belongs to another seller."""
    owners = InvoiceSeries.objects.filter(prefix=prefix).values_list("owner_id", flat=True)
    known = list(owners)
    if not known:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO payments_invoiceseries (id, owner_id, prefix, last_number) VALUES (%s, %s, %s, 0) "
                "ON CONFLICT (prefix) DO NOTHING",
                [uuid7(), owner_id, prefix],
            )
        known = list(owners.all())
    if known != [owner_id]:
        raise Refused(PaymentRefusal.PREFIX_TAKEN, TAKEN, fields={"number_prefix": [TAKEN]})
