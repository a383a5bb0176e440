"""Tells buyers that an invoice or a credit note was written, with a link to it."""

from __future__ import annotations

from datetime import timedelta

from accounts.notifications import NewNotification, notify, notify_in_app
from core import clock
from payments.invoices.models import Invoice
from payments.invoices.subjects import mail_to_guest

NOTIFICATION = "invoice"
LATE = timedelta(days=7)


def notify_of(invoice: Invoice) -> None:
    """Mails the buyer; the seller finds it in their list.

    An invoice that is written long after the payment, because its builder has only just agreed to invoices, is announced
    in Waymark and not mailed.
    """
    document = invoice.document
    title = f"{invoice.title} for {invoice.total.shown()}"
    text = f"From {document['seller']['name']}, for {document['lines'][0]['text']}. You can print it or download a PDF."
    event = f"invoice:{invoice.pk}"
    buyer = invoice.current_buyer
    if buyer is not None:
        news = NewNotification(NOTIFICATION, event, title, text, invoice.get_absolute_url(), "See it")
        (notify_in_app if _is_late(invoice) else notify)(buyer, news)
    elif invoice.payment is not None and not _is_late(invoice):
        mail_to_guest(invoice.payment, event, title, text)


def _is_late(invoice: Invoice) -> bool:
    paid_at = invoice.payment.paid_at if invoice.payment else None
    return not invoice.is_credit_note and paid_at is not None and paid_at < clock.now() - LATE
