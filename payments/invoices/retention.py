"""Deletes invoices, and the details of sellers who have left, whose time to be kept is over. The database refuses to delete
any other invoice."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from payments.models import Invoice, SellerProfile, Transfer


def delete_unused_seller(person: User) -> None:
    """Deletes what a person has entered as a seller, unless they were paid: then it is kept as long as invoices are, because
    the yearly report on sellers names them."""
    SellerProfile.objects.filter(owner=person).exclude(_is_needed(None)).delete()


def delete_former_sellers(now: datetime) -> int:
    """Deletes the details of sellers who have left and were last paid longer ago than invoices are kept."""
    since = datetime(now.year - settings.INVOICE_RETENTION_YEARS, 1, 1, tzinfo=UTC)
    left = SellerProfile.objects.filter(owner__is_active=False, owner__email__endswith=ERASED)
    return left.exclude(_is_needed(since)).delete()[0]


ERASED = "@erased.invalid"  # how addresses of erased accounts end


def _is_needed(since: datetime | None) -> Any:
    transfers, invoices = (
        Transfer.objects.filter(owner=OuterRef("owner")),
        Invoice.objects.filter(seller=OuterRef("owner")),
    )
    if since is not None:
        transfers, invoices = transfers.filter(due_at__gte=since), invoices.filter(issued_on__gte=since.date())
    return Q(Exists(transfers)) | Q(Exists(invoices))


def delete_expired(now: datetime) -> int:
    """Deletes the documents that have to be kept no longer, with their credit notes; returns how many.

    An invoice stays as long as one of its credit notes does.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM payments_invoice invoice
            WHERE invoice.keep_until < %(today)s AND NOT EXISTS (
                SELECT FROM payments_invoice note WHERE note.corrects_id = invoice.id AND note.keep_until >= %(today)s
            )
            """,
            {"today": now.date()},
        )
        return int(cursor.rowcount)
