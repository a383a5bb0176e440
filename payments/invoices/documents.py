"""What an invoice says, as its row keeps it: plain values that are never computed again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.money import Money
from payments.invoices.countries import name_of
from payments.invoices.evidence import CountryEvidence
from payments.invoices.models import Invoice, PartyDetails, SellerProfile
from payments.invoices.states import SupplyPlace

BUYER_FIELDS = ("name", "street", "more", "postal_code", "city", "country", "vat_number")


@dataclass(frozen=True)
class Party:
    """The seller or the buyer."""

    name: str
    street: str = ""
    more: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""
    vat_number: str = ""
    tax_number: str = ""
    email: str = ""
    identifier: str = ""  # ours, where the seller has no VAT number

    @property
    def lines(self) -> list[str]:
        """The name and address, as they are printed."""
        town = f"{self.postal_code} {self.city}".strip()
        return [line for line in (self.name, self.street, self.more, town, name_of(self.country)) if line]


@dataclass(frozen=True)
class DocumentLine:
    """What was sold. Amounts are texts with the decimals of the currency."""

    text: str
    net: str
    tax: str
    gross: str
    category: str
    percent: str
    reason: str = ""


@dataclass(frozen=True)
class TaxSum:
    """The sums of all lines with one tax."""

    category: str
    percent: str
    net: str
    tax: str
    reason: str = ""


@dataclass(frozen=True)
class Document:
    """Everything that is printed on an invoice beside its number, day and sums."""

    seller: Party
    buyer: Party
    lines: list[DocumentLine]
    taxes: list[TaxSum]
    supplied_on: str  # days in ISO 8601
    supplied_until: str
    reference: str  # of the order, such as that of a booking
    paid_with: str
    place: str
    tax_country: str
    evidence: list[CountryEvidence]
    notes: list[str]
    corrects: str = ""  # the number of the invoice that a credit note is for
    corrects_issued_on: str = ""

    @property
    def supply_place(self) -> SupplyPlace:
        return SupplyPlace(self.place)

    @property
    def first_day(self) -> date:
        return date.fromisoformat(self.supplied_on)

    @property
    def last_day(self) -> date | None:
        return date.fromisoformat(self.supplied_until) if self.supplied_until else None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Sums:
    net: Decimal
    tax: Decimal
    gross: Decimal


def document_of(invoice: Invoice) -> Document:
    """Returns the document of a row."""
    values = dict(invoice.document)
    parts: dict[str, Any] = {
        "seller": Party(**values.pop("seller")),
        "buyer": Party(**values.pop("buyer")),
        "lines": [DocumentLine(**line) for line in values.pop("lines")],
        "taxes": [TaxSum(**tax) for tax in values.pop("taxes")],
        "evidence": [CountryEvidence(**piece) for piece in values.pop("evidence")],
    }
    return Document(**parts, **values)


def seller_party(profile: SellerProfile) -> Party:
    return Party(
        **_address(profile), tax_number=profile.tax_number, identifier=str(profile.owner_id or "platform"),
        email=profile.owner.email if profile.owner else "",
    )  # fmt: skip


def buyer_party(details: PartyDetails | None, name: str, email: str, country: str) -> Party:
    """Returns the buyer with the details that they have entered, or else with what is known."""
    return Party(**_address(details), email=email) if details else Party(name=name, email=email, country=country)


def _address(details: PartyDetails) -> dict[str, str]:
    return {name: getattr(details, name) for name in BUYER_FIELDS}


def sums_of(lines: Iterable[DocumentLine]) -> Sums:
    rows = list(lines)
    net, tax, gross = (
        sum((Decimal(getattr(line, name)) for line in rows), Decimal(0)) for name in ("net", "tax", "gross")
    )
    return Sums(net, tax, gross)


def taxes_of(lines: Sequence[DocumentLine], currency: str) -> list[TaxSum]:
    """Returns the sums of the lines by their tax, in the order in which they appear."""
    groups: dict[tuple[str, str], list[DocumentLine]] = {}
    for line in lines:
        groups.setdefault((line.category, line.percent), []).append(line)
    result = []
    for (category, percent), group in groups.items():
        sums = sums_of(group)
        net, tax = wire(sums.net, currency), wire(sums.tax, currency)
        result.append(TaxSum(category, percent, net, tax, next((line.reason for line in group if line.reason), "")))
    return result


def wire(amount: Decimal, currency: str) -> str:
    return Money(amount, currency).on_the_wire()
