"""Writes an invoice as EN 16931 XML, in the syntax of UN/CEFACT's Cross Industry Invoice (D16B).

The order of the elements is the schema's; the comments name the terms of the standard.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element, SubElement

from core.money import decimals_of
from payments.invoices.documents import Document, DocumentLine, Party, document_of
from payments.invoices.models import Invoice
from payments.invoices.states import TaxCategory

STANDARD = "urn:cen.eu:en16931:2017"
INVOICE, CREDIT_NOTE = "380", "381"
ONE = "C62"  # a piece, by UN/ECE recommendation 20
PAID_BY_CARD, PAID_OTHERWISE = "48", "1"
MOST_DECIMALS = 2  # that the standard allows in a sum
SPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
}
for prefix, address in SPACES.items():
    ET.register_namespace(prefix, address)


def is_possible(invoice: Invoice) -> bool:
    """Whether the standard can express the sums: it has no currencies with three decimals."""
    return decimals_of(invoice.currency) <= MOST_DECIMALS


def write(invoice: Invoice) -> bytes:
    """Returns the document as XML."""
    document = document_of(invoice)
    root = Element(_name("rsm:CrossIndustryInvoice"))
    context = _add(root, "rsm:ExchangedDocumentContext")
    _add(_add(context, "ram:GuidelineSpecifiedDocumentContextParameter"), "ram:ID", STANDARD)
    header = _add(root, "rsm:ExchangedDocument")
    _add(header, "ram:ID", invoice.number)  # BT-1
    _add(header, "ram:TypeCode", CREDIT_NOTE if invoice.is_credit_note else INVOICE)  # BT-3
    _day(_add(header, "ram:IssueDateTime"), invoice.issued_on)  # BT-2
    for note in document.notes:
        _add(_add(header, "ram:IncludedNote"), "ram:Content", note)  # BT-22
    deal = _add(root, "rsm:SupplyChainTradeTransaction")
    for number, line in enumerate(document.lines, start=1):
        _line(deal, number, line)
    _agreement(deal, document)
    delivery = _add(deal, "ram:ApplicableHeaderTradeDelivery")
    _day(_add(_add(delivery, "ram:ActualDeliverySupplyChainEvent"), "ram:OccurrenceDateTime"), document.first_day)
    _settlement(deal, invoice, document)
    ET.indent(root)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _agreement(deal: Element, document: Document) -> None:
    agreement = _add(deal, "ram:ApplicableHeaderTradeAgreement")
    # Where nothing is subject to tax, the standard allows no VAT number of either side.
    has_vat_numbers = all(tax.category != TaxCategory.NOT_TAXED for tax in document.taxes)
    _party(_add(agreement, "ram:SellerTradeParty"), document.seller, has_vat_number=has_vat_numbers)
    _party(_add(agreement, "ram:BuyerTradeParty"), document.buyer, has_vat_number=has_vat_numbers)
    if document.reference:
        _add(_add(agreement, "ram:BuyerOrderReferencedDocument"), "ram:IssuerAssignedID", document.reference)  # BT-13


def _party(element: Element, side: Party, *, has_vat_number: bool) -> None:
    if side.identifier:
        _add(element, "ram:ID", side.identifier)  # BT-29
    _add(element, "ram:Name", side.name)  # BT-27, BT-44
    address = _add(element, "ram:PostalTradeAddress")
    for tag, value in (
        ("ram:PostcodeCode", side.postal_code), ("ram:LineOne", side.street), ("ram:LineTwo", side.more),
        ("ram:CityName", side.city), ("ram:CountryID", side.country),
    ):  # fmt: skip
        if value:
            _add(address, tag, value)
    if side.vat_number and has_vat_number:
        _add(_add(element, "ram:SpecifiedTaxRegistration"), "ram:ID", side.vat_number, schemeID="VA")  # BT-31, BT-48
    if side.tax_number:
        _add(_add(element, "ram:SpecifiedTaxRegistration"), "ram:ID", side.tax_number, schemeID="FC")  # BT-32


def _line(deal: Element, number: int, line: DocumentLine) -> None:
    item = _add(deal, "ram:IncludedSupplyChainTradeLineItem")
    _add(_add(item, "ram:AssociatedDocumentLineDocument"), "ram:LineID", str(number))  # BT-126
    _add(_add(item, "ram:SpecifiedTradeProduct"), "ram:Name", line.text)  # BT-153
    agreement = _add(item, "ram:SpecifiedLineTradeAgreement")
    _add(_add(agreement, "ram:NetPriceProductTradePrice"), "ram:ChargeAmount", line.net)  # BT-146
    _add(_add(item, "ram:SpecifiedLineTradeDelivery"), "ram:BilledQuantity", "1", unitCode=ONE)  # BT-129
    settlement = _add(item, "ram:SpecifiedLineTradeSettlement")
    tax = _add(settlement, "ram:ApplicableTradeTax")
    _add(tax, "ram:TypeCode", "VAT")
    _add(tax, "ram:CategoryCode", line.category)  # BT-151
    _percent(tax, line.category, line.percent)  # BT-152
    sums = _add(settlement, "ram:SpecifiedTradeSettlementLineMonetarySummation")
    _add(sums, "ram:LineTotalAmount", line.net)  # BT-131


def _settlement(deal: Element, invoice: Invoice, document: Document) -> None:
    settlement = _add(deal, "ram:ApplicableHeaderTradeSettlement")
    _add(settlement, "ram:InvoiceCurrencyCode", invoice.currency)  # BT-5
    means = _add(settlement, "ram:SpecifiedTradeSettlementPaymentMeans")
    is_card = any(letter.isdigit() for letter in document.paid_with)
    _add(means, "ram:TypeCode", PAID_BY_CARD if is_card else PAID_OTHERWISE)  # BT-81
    if document.paid_with:
        _add(means, "ram:Information", document.paid_with)  # BT-82
    for tax in document.taxes:
        group = _add(settlement, "ram:ApplicableTradeTax")
        _add(group, "ram:CalculatedAmount", tax.tax)  # BT-117
        _add(group, "ram:TypeCode", "VAT")
        if tax.reason:
            _add(group, "ram:ExemptionReason", tax.reason)  # BT-120
        _add(group, "ram:BasisAmount", tax.net)  # BT-116
        _add(group, "ram:CategoryCode", tax.category)  # BT-118
        _percent(group, tax.category, tax.percent)  # BT-119
    if document.last_day is not None:
        period = _add(settlement, "ram:BillingSpecifiedPeriod")
        _day(_add(period, "ram:StartDateTime"), document.first_day)  # BT-73
        _day(_add(period, "ram:EndDateTime"), document.last_day)  # BT-74
    _sums(settlement, invoice)
    if document.corrects:
        former = _add(settlement, "ram:InvoiceReferencedDocument")
        _add(former, "ram:IssuerAssignedID", document.corrects)  # BT-25
        issued = _add(former, "ram:FormattedIssueDateTime")
        _add(issued, "qdt:DateTimeString", f"{date.fromisoformat(document.corrects_issued_on):%Y%m%d}", format="102")


def _sums(settlement: Element, invoice: Invoice) -> None:
    net, tax, gross = (invoice.money(name).on_the_wire() for name in ("net", "tax", "gross"))
    sums = _add(settlement, "ram:SpecifiedTradeSettlementHeaderMonetarySummation")
    _add(sums, "ram:LineTotalAmount", net)  # BT-106
    _add(sums, "ram:TaxBasisTotalAmount", net)  # BT-109
    _add(sums, "ram:TaxTotalAmount", tax, currencyID=invoice.currency)  # BT-110
    _add(sums, "ram:GrandTotalAmount", gross)  # BT-112
    _add(sums, "ram:TotalPrepaidAmount", gross)  # BT-113
    _add(sums, "ram:DuePayableAmount", f"{Decimal(gross) * 0:f}")  # BT-115: it was paid before


def _percent(tax: Element, category: str, percent: str) -> None:
    if category != TaxCategory.NOT_TAXED:
        _add(tax, "ram:RateApplicablePercent", percent)


def _day(element: Element, day: date) -> None:
    _add(element, "udt:DateTimeString", f"{day:%Y%m%d}", format="102")


def _add(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    child = SubElement(parent, _name(name), attributes)
    if text:
        child.text = text
    return child


def _name(name: str) -> str:
    prefix, local = name.split(":")
    return f"{{{SPACES[prefix]}}}{local}"
