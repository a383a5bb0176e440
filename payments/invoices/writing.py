"""Writes invoices and credit notes. It knows payments only as something that an invoice can name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from accounts.models import User
from core import clock
from core.money import rounded
from payments.invoices import documents
from payments.invoices.documents import Document, DocumentLine, Party, document_of, wire
from payments.invoices.evidence import country_of, evidence_of, kept
from payments.invoices.models import BuyerProfile, Invoice, PartyDetails, SellerProfile, TaxKind, TaxRate
from payments.invoices.numbering import save_numbered
from payments.invoices.rules import NoRate, Tax, TaxSides, net_of, tax_of
from payments.invoices.states import DocumentKind, SupplyPlace, TaxCategory
from payments.models import Payment

IN_NAME_OF = "Written by Waymark in the name and on behalf of the seller."
NO_SELLER = "The seller has not entered their details, or has not agreed to invoices in their name."


class NotYet(Exception):
    """The invoice cannot be written before the seller or the operator has entered something; a later run tries again."""


@dataclass(frozen=True)
class SoldLine:
    """What was sold, and its price with the tax."""

    text: str
    gross: Decimal
    tax_kind: TaxKind | None = None


@dataclass(frozen=True)
class NewInvoice:
    """What an invoice is for. `key` makes it one, however often it is written; a seller of None is the platform."""

    key: str
    seller_id: UUID | None
    buyer: User | None
    currency: str
    lines: Sequence[SoldLine]
    place: SupplyPlace
    supplied_on: date
    supplied_until: date | None = None
    reference: str = ""
    paid_with: str = ""
    payment: Payment | None = None
    zone: str = "UTC"  # of the buyer, when they bought
    buyer_name: str = ""  # of a buyer without an account
    buyer_email: str = ""
    notes: tuple[str, ...] = ()


@transaction.atomic
def write_invoice(new: NewInvoice) -> Invoice:
    """Writes the invoice, or returns the one that was written with this key.

    Raises NotYet without an agreement of the seller, or without a rate of tax.
    """
    former = Invoice.objects.filter(key=new.key).first()
    if former is not None:
        return former
    seller = _seller(new.seller_id)
    issued_on = _today(seller.owner)
    document = _document(new, seller, issued_on)
    sums = documents.sums_of(document.lines)
    row = Invoice(
        kind=DocumentKind.INVOICE, key=new.key, issued_on=issued_on, keep_until=keep_until(issued_on),
        seller_id=new.seller_id, buyer=new.buyer, payment=new.payment, currency=new.currency, net=sums.net,
        tax=sums.tax, gross=sums.gross, place=document.place, tax_country=document.tax_country,
        document=document.as_json(),
    )  # fmt: skip
    return save_numbered(row, seller.number_prefix)


@transaction.atomic
def write_credit_note(*, key: str, invoice: Invoice, amount: Decimal, reason: str) -> Invoice:
    """Writes a credit note over an amount of an invoice, or returns the one with this key.

    It has the details and the tax of the invoice, and its number is of the same series.
    """
    former = Invoice.objects.filter(key=key).first()
    if former is not None:
        return former
    original, issued_on = document_of(invoice), _today(invoice.seller)
    lines = _credited(original.lines, amount, invoice)
    if len(lines) == len(original.lines) == 1:
        lines = [_with_what_is_left(lines[0], amount, invoice)]
    document = replace(
        original, lines=lines, taxes=documents.taxes_of(lines, invoice.currency), notes=[reason, *original.notes],
        corrects=invoice.number, corrects_issued_on=invoice.issued_on.isoformat(),
    )  # fmt: skip
    sums = documents.sums_of(lines)
    row = Invoice(
        kind=DocumentKind.CREDIT_NOTE, key=key, issued_on=issued_on, keep_until=keep_until(issued_on),
        seller_id=invoice.seller_id, buyer_id=invoice.buyer_id, payment_id=invoice.payment_id, corrects=invoice,
        currency=invoice.currency, net=sums.net, tax=sums.tax, gross=sums.gross, place=invoice.place,
        tax_country=invoice.tax_country, document=document.as_json(),
    )  # fmt: skip
    return save_numbered(row, invoice.series.prefix)


def keep_until(issued_on: date) -> date:
    """Returns the day until which a document has to be kept: the end of the year, so many years later."""
    return date(issued_on.year + settings.INVOICE_RETENTION_YEARS, 12, 31)


def _seller(owner_id: UUID | None) -> SellerProfile:
    seller = SellerProfile.objects.filter(owner_id=owner_id).select_related("owner", "tax_kind").first()
    if seller is None or seller.agreed_at is None:
        raise NotYet(NO_SELLER)
    return seller


def _today(seller: User | None) -> date:
    """Returns the day on which a document is issued, where the seller is."""
    return _day_of(clock.now(), seller)


def _day_of(moment: datetime, seller: User | None) -> date:
    return moment.astimezone(ZoneInfo(seller.timezone if seller else settings.TIME_ZONE)).date()


def _document(new: NewInvoice, seller: SellerProfile, issued_on: date) -> Document:
    details = details_of(new.buyer, new.seller_id)
    pieces = evidence_of(new.buyer, details, new.zone)
    country = country_of(pieces, seller.country)
    name, email = (new.buyer.display_name, new.buyer.email) if new.buyer else (new.buyer_name, new.buyer_email)
    buyer = documents.buyer_party(details, name, email, country)
    taxed_buyer = buyer if buyer.vat_number else replace(buyer, country=country)
    taxed = _taxed(new, seller, taxed_buyer, _tax_day(new, seller, issued_on))
    lines = [_line(line, tax, new.currency) for line, tax in taxed]
    return Document(
        seller=documents.seller_party(seller), buyer=buyer, lines=lines,
        taxes=documents.taxes_of(lines, new.currency), supplied_on=new.supplied_on.isoformat(),
        supplied_until=new.supplied_until.isoformat() if new.supplied_until else "", reference=new.reference,
        paid_with=new.paid_with, place=new.place, tax_country=taxed[0][1].country, evidence=kept(pieces, country),
        notes=[*new.notes, *([IN_NAME_OF] if seller.owner_id else [])],
    )  # fmt: skip


def details_of(buyer: User | None, seller_id: UUID | None) -> PartyDetails | None:
    """Returns what the buyer has entered: a builder who buys from the platform, as the seller that they are."""
    if buyer is None:
        return None
    own = SellerProfile.objects.filter(owner=buyer).first() if seller_id is None else None
    return own or BuyerProfile.objects.filter(owner=buyer).first()


def _taxed(new: NewInvoice, seller: SellerProfile, buyer: Party, day: date) -> list[tuple[SoldLine, Tax]]:
    """Returns the lines with their taxes."""
    standard = TaxKind.objects.filter(is_standard=True).first()
    return [(line, _tax(new, line.tax_kind or seller.tax_kind or standard, seller, buyer, day)) for line in new.lines]


def _tax_day(new: NewInvoice, seller: SellerProfile, issued_on: date) -> date:
    """Returns the day whose rate counts: that on which it was supplied, or on which it was paid if that was before."""
    days = [issued_on, new.supplied_until or new.supplied_on]
    if new.payment is not None and new.payment.paid_at is not None:
        days.append(_day_of(new.payment.paid_at, seller.owner))
    return min(days)


def _tax(new: NewInvoice, kind: TaxKind | None, seller: SellerProfile, buyer: Party, day: date) -> Tax:
    sides = TaxSides(
        seller_country=seller.country, seller_vat_number=seller.vat_number,
        is_small_business=seller.is_small_business, buyer_country=buyer.country, buyer_vat_number=buyer.vat_number,
        place=new.place, is_taxed_at_seller=kind is not None and kind.remote_place == TaxKind.RemotePlace.SELLER,
    )  # fmt: skip
    try:
        return tax_of(sides, lambda country: _rate(kind, country, day))
    except NoRate as error:
        raise NotYet(str(error)) from None


def _rate(kind: TaxKind | None, country: str, day: date) -> Tax | None:
    """Returns the rate of the kind in the country on the day, as the operator has entered it."""
    rates = TaxRate.objects.filter(kind=kind, country=country, valid_from__lte=day)
    rate = rates.order_by("-valid_from").first() if kind else None
    return Tax(TaxCategory(rate.category), rate.percent, country, rate.reason) if rate else None


def _line(line: SoldLine, tax: Tax, currency: str) -> DocumentLine:
    net = net_of(line.gross, tax.percent, currency)
    return DocumentLine(
        text=line.text, net=wire(net, currency), tax=wire(line.gross - net, currency),
        gross=wire(line.gross, currency), category=tax.category, percent=f"{tax.percent.normalize():f}",
        reason=tax.reason,
    )  # fmt: skip


def _with_what_is_left(line: DocumentLine, amount: Decimal, invoice: Invoice) -> DocumentLine:
    """Returns the line of a credit note; of the last one of an invoice with the net sum that the others have left, so that
    all of them have its tax, to the cent."""
    former = invoice.credit_notes.aggregate(net=Sum("net", default=0), gross=Sum("gross", default=0))
    if former["gross"] + amount != invoice.gross:
        return line
    net = min(max(invoice.net - former["net"], Decimal(0)), amount)
    return replace(line, net=wire(net, invoice.currency), tax=wire(amount - net, invoice.currency))


def _credited(lines: Sequence[DocumentLine], amount: Decimal, invoice: Invoice) -> list[DocumentLine]:
    """Returns the lines with their share of the amount. The last one gets what rounding leaves over."""
    left, result, currency = amount, [], invoice.currency
    for number, line in enumerate(lines, start=1):
        share = rounded(amount * Decimal(line.gross) / invoice.gross, currency)
        gross = left if number == len(lines) else min(share, left)
        left -= gross
        if gross > 0:
            net = net_of(gross, Decimal(line.percent), currency)
            sums = {"net": wire(net, currency), "tax": wire(gross - net, currency), "gross": wire(gross, currency)}
            result.append(replace(line, **sums))
    return result
