"""Which tax an invoice has, and how a price is divided into net and tax. Without queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from core.money import rounded
from payments.invoices.countries import UNION, name_of
from payments.invoices.states import SupplyPlace, TaxCategory

SMALL_BUSINESS = "The seller is a small business and charges no VAT."
NOT_REGISTERED = "The seller is not registered for VAT."
REVERSE_CHARGE = "Reverse charge: the buyer accounts for the VAT."
NONE = Decimal(0)


@dataclass(frozen=True)
class TaxSides:
    """What the tax depends on: who sells, who buys, and where it is supplied."""

    seller_country: str
    seller_vat_number: str
    is_small_business: bool
    buyer_country: str
    buyer_vat_number: str
    place: SupplyPlace
    is_taxed_at_seller: bool = False  # online, for a buyer without a VAT number


@dataclass(frozen=True)
class Tax:
    """The tax on one line: its category, rate, country, and the reason where none is charged."""

    category: TaxCategory
    percent: Decimal
    country: str
    reason: str = ""


class NoRate(Exception):
    """The operator has entered no rate for this country, so the invoice cannot be written yet."""

    def __init__(self, country: str) -> None:
        self.country = country
        super().__init__(f"No rate of tax is entered for {name_of(country)}.")


FindRate = Callable[[str], Tax | None]


def tax_of(sides: TaxSides, find_rate: FindRate) -> Tax:
    """Returns the tax; `find_rate` returns that of a country. Raises NoRate."""
    country = taxed_in(sides)
    if sides.is_small_business:
        return Tax(TaxCategory.EXEMPT, NONE, sides.seller_country, SMALL_BUSINESS)
    if not sides.seller_vat_number:
        return Tax(TaxCategory.NOT_TAXED, NONE, sides.seller_country, NOT_REGISTERED)
    if _is_reverse_charge(sides):
        return Tax(TaxCategory.REVERSE_CHARGE, NONE, country, REVERSE_CHARGE)
    rate = find_rate(country)
    if rate is None:
        raise NoRate(country)
    return rate


def taxed_in(sides: TaxSides) -> str:
    """Returns the country of supply: where the session takes place; online, the buyer's country or, where the operator
    says so for buyers without a VAT number, the seller's."""
    if sides.place == SupplyPlace.AT_SELLER:
        return sides.seller_country
    if sides.place == SupplyPlace.REMOTE and sides.is_taxed_at_seller and not sides.buyer_vat_number:
        return sides.seller_country
    return sides.buyer_country


def _is_reverse_charge(sides: TaxSides) -> bool:
    """Whether the buyer accounts for the tax: a business in another country of the European Union, online."""
    return (
        bool(sides.buyer_vat_number)
        and sides.place == SupplyPlace.REMOTE
        and sides.buyer_country != sides.seller_country
        and {sides.buyer_country, sides.seller_country} <= UNION
    )


def net_of(gross: Decimal, percent: Decimal, currency: str) -> Decimal:
    """Returns the net part of a price that includes the tax. The tax is what is left, so that both add up to the price."""
    return rounded(gross * 100 / (100 + percent), currency)
