"""Tells buyers that an invoice or a credit note was written, with a link to it."""

from __future__ import annotations

from accounts.notifications import NewNotification, notify
from payments.invoices.models import Invoice
from payments.invoices.subjects import mail_to_guest

NOTIFICATION = "invoice"


def notify_of(invoice: Invoice) -> None:
    """Mails the buyer; the seller finds it in their list."""
    document = invoice.document
    title = f"{invoice.title} over {invoice.total.shown()}"
    text = f"From {document['seller']['name']}, for {document['lines'][0]['text']}. You can print it or download a PDF."
    event = f"invoice:{invoice.pk}"
    if invoice.buyer is not None:
        notify(invoice.buyer, NewNotification(NOTIFICATION, event, title, text, invoice.get_absolute_url(), "See it"))
    elif invoice.payment is not None:
        mail_to_guest(invoice.payment, event, title, text)
