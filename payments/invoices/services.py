"""Brings the invoices of a payment into line with it, corrects the buyer of one, and saves details of sellers and buyers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from accounts.models import User
from core import audit, clock
from core.errors import Refusal, Refused
from payments.invoices import notifications
from payments.invoices.documents import BUYER_FIELDS, document_of
from payments.invoices.models import BuyerProfile, Invoice, SellerProfile
from payments.invoices.numbering import ensure_series
from payments.invoices.states import DocumentKind
from payments.invoices.subjects import SoldSubject, sold_with
from payments.invoices.writing import NewInvoice, NotYet, SoldLine, details_of, write_credit_note, write_invoice
from payments.models import Payment
from payments.refusals import PaymentRefusal
from payments.states import Method

NONE = Decimal(0)
REFUNDED = "The seller does not keep this sum: it was refunded, taken back by a bank, or recorded by mistake."
NOT_REFUNDED = "This sum was credited before, and is paid after all."
CORRECTED = "Replaced by an invoice with other details of the buyer."


@transaction.atomic
def bring_into_line(payment_id: UUID) -> list[Invoice]:
    """Writes what is missing: the invoice of a payment that was paid, a credit note for what was given back, and an
    invoice for a refund that failed later. Returns the new documents.

    It compares the sums, so it does not matter how often it runs and what it missed. Raises NotYet.
    """
    payment = Payment.objects.select_for_update(no_key=True, of=("self",)).get(pk=payment_id)
    sold, written = sold_with(payment), list(payment.invoices.all())
    if sold is None or (not written and (payment.paid_at is None or not payment.amount_paid)):
        return []
    new: list[Invoice] = []
    if not any(not row.is_credit_note for row in written):
        new.append(write_invoice(_invoice_of(payment, sold, payment.amount_paid, f"payment:{payment.pk}")))
    open_sum = _open_sum([*written, *new])
    number = len(written) + len(new)
    if open_sum > payment.refundable.amount:
        new += _credit(payment, open_sum - payment.refundable.amount, number)
    elif open_sum < payment.refundable.amount:
        amount, key = payment.refundable.amount - open_sum, f"payment:{payment.pk}:{number}"
        new.append(write_invoice(_invoice_of(payment, sold, amount, key, NOT_REFUNDED)))
    for invoice in new:
        notifications.notify_of(invoice)
    return new


def _open_sum(rows: list[Invoice]) -> Decimal:
    """Returns the sum of the invoices less that of the credit notes."""
    return sum((-row.gross if row.is_credit_note else row.gross for row in rows), NONE)


def left_of(invoice: Invoice) -> Decimal:
    """Returns how much of an invoice no credit note is about. One query."""
    credited = invoice.credit_notes.aggregate(total=Sum("gross"))["total"] or NONE
    left: Decimal = invoice.gross - credited
    return left


def _credit(payment: Payment, amount: Decimal, number: int) -> list[Invoice]:
    """Writes credit notes over the amount, of the latest invoices first."""
    notes: list[Invoice] = []
    for invoice in payment.invoices.filter(kind=DocumentKind.INVOICE).select_related("series", "seller"):
        part = min(left_of(invoice), amount)
        if part > 0:
            key = f"payment:{payment.pk}:{number + len(notes)}"
            notes.append(write_credit_note(key=key, invoice=invoice, amount=part, reason=REFUNDED))
            amount -= part
    return notes


def _invoice_of(payment: Payment, sold: SoldSubject, amount: Decimal, key: str, note: str = "") -> NewInvoice:
    return NewInvoice(
        key=key, seller_id=payment.payee_id, buyer=payment.payer, currency=payment.currency,
        lines=[SoldLine(sold.text, amount, sold.tax_kind)], place=sold.place, supplied_on=sold.supplied_on,
        supplied_until=sold.supplied_until, reference=payment.subject_reference, paid_with=_paid_with(payment),
        payment=payment, zone=sold.zone, buyer_name=sold.buyer_name, buyer_email=sold.buyer_email,
        notes=(note,) if note else (),
    )  # fmt: skip


def _paid_with(payment: Payment) -> str:
    method = payment.method
    return Method(method).label.lower() if method in Method.values else method


@transaction.atomic
def correct_buyer(*, invoice: Invoice, by: User) -> Invoice:
    """Replaces an invoice by one with the present billing details of its buyer: by a credit note over what is left of it,
    and a new invoice over the same sum. Returns the new invoice."""
    if invoice.current_buyer_id != by.pk:
        raise Refused(Refusal.FORBIDDEN)
    if invoice.payment_id is not None:
        Payment.objects.select_for_update(no_key=True).get(pk=invoice.payment_id)
    left = left_of(invoice)
    if invoice.is_credit_note or not left:
        raise Refused(PaymentRefusal.NOT_INVOICED)
    details = details_of(by, invoice.seller_id)
    if details is None:
        raise Refused(PaymentRefusal.DETAILS_MISSING)
    former = document_of(invoice)
    if all(getattr(details, name) == getattr(former.buyer, name) for name in BUYER_FIELDS):
        raise Refused(PaymentRefusal.DETAILS_UNCHANGED)
    new = _again(invoice, left)
    write_credit_note(key=f"replaced:{invoice.pk}", invoice=invoice, amount=left, reason=CORRECTED)
    try:
        corrected = write_invoice(new)
    except NotYet as reason:
        raise Refused(PaymentRefusal.NOT_INVOICED, f"The new invoice cannot be written. {reason}") from None
    audit.record(
        actor=by, action="invoice corrected", subject=invoice, before={"number": invoice.number},
        after={"number": corrected.number},
    )  # fmt: skip
    return corrected


def _again(invoice: Invoice, amount: Decimal) -> NewInvoice:
    """Returns what an invoice was for, over this amount."""
    former = document_of(invoice)
    payment = invoice.payment
    sold = sold_with(payment) if payment else None
    return NewInvoice(
        key=f"replaces:{invoice.pk}", seller_id=invoice.seller_id, buyer=invoice.current_buyer, currency=invoice.currency,
        lines=[SoldLine(", ".join(line.text for line in former.lines), amount, sold.tax_kind if sold else None)],
        place=former.supply_place, supplied_on=former.first_day, supplied_until=former.last_day,
        reference=former.reference, paid_with=former.paid_with, payment=payment, zone=sold.zone if sold else "UTC",
        notes=(f"Replaces {invoice.number} of {invoice.issued_on:%-d %B %Y}.",),
    )  # fmt: skip


@transaction.atomic
def save_seller(*, owner: User | None, values: dict[str, Any], agrees: bool) -> SellerProfile:
    """Saves who sells, as invoices say it from now on. Refuses letters that other sellers' numbers begin with."""
    ensure_series(values["number_prefix"], owner.pk if owner else None)
    profile = SellerProfile.objects.filter(owner=owner).first() or SellerProfile(owner=owner)
    for name, value in values.items():
        setattr(profile, name, value)
    if agrees and profile.agreed_at is None:
        profile.agreed_at = clock.now()
        after = {"agreed": "Waymark writes invoices in my name."}
        audit.record(actor=owner, action="invoices agreed", subject=owner or profile, before=None, after=after)
    elif not agrees:
        profile.agreed_at = None
    profile.save()
    return profile


@transaction.atomic
def save_buyer(*, owner: User, values: dict[str, Any]) -> BuyerProfile:
    """Saves what a client wants on invoices that are written from now on."""
    profile, _ = BuyerProfile.objects.update_or_create(owner=owner, defaults=values)
    return profile
