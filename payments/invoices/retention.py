"""Deletes invoices whose time to be kept is over. The database refuses to delete any other."""

from __future__ import annotations

from datetime import datetime

from django.db import connection


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
