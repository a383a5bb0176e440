"""Factories for the models of invoices and taxes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from factory.declarations import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from core import clock
from payments.invoices.documents import Document, DocumentLine, Party, TaxSum
from payments.invoices.states import DocumentKind, SupplyPlace
from payments.models import BuyerProfile, Invoice, InvoiceSeries, SellerProfile, TaxKind, TaxRate
from tests.factories.accounts import UserFactory


class TaxKindFactory(DjangoModelFactory[TaxKind]):
    """Makes a kind of service that is not the standard."""

    class Meta:
        model = TaxKind

    name = Sequence(lambda number: f"Kind {number}")
    slug = Sequence(lambda number: f"kind-{number}")


class TaxRateFactory(DjangoModelFactory[TaxRate]):
    """Makes a rate of 19 % in Germany."""

    class Meta:
        model = TaxRate

    kind = SubFactory(TaxKindFactory)
    country = "DE"
    percent = Decimal(19)
    valid_from = date(2020, 1, 1)


class SellerProfileFactory(DjangoModelFactory[SellerProfile]):
    """Makes the details of a seller in Berlin who has agreed to invoices."""

    class Meta:
        model = SellerProfile

    owner = SubFactory(UserFactory)
    name = "Ada Moreno Coaching"
    street = "Lindenweg 5"
    postal_code = "10115"
    city = "Berlin"
    country = "DE"
    vat_number = "DE123456789"
    number_prefix = Sequence(lambda number: f"S{number}")
    agreed_at = LazyFunction(clock.now)


class BuyerProfileFactory(DjangoModelFactory[BuyerProfile]):
    """Makes the billing details of a client in Berlin."""

    class Meta:
        model = BuyerProfile

    owner = SubFactory(UserFactory)
    name = "Park Studio"
    street = "Hafenstrasse 1"
    postal_code = "10245"
    city = "Berlin"
    country = "DE"


class InvoiceSeriesFactory(DjangoModelFactory[InvoiceSeries]):
    """Makes a series whose first number is taken."""

    class Meta:
        model = InvoiceSeries

    owner = SubFactory(UserFactory)
    prefix = Sequence(lambda number: f"T{number}")
    last_number = 1


class InvoiceFactory(DjangoModelFactory[Invoice]):
    """Makes the first invoice of a series, over 119 euros with 19 % tax."""

    class Meta:
        model = Invoice

    kind = DocumentKind.INVOICE
    key = Sequence(lambda number: f"test:{number}")
    series = SubFactory(InvoiceSeriesFactory)
    sequence = 1
    number = LazyAttribute(lambda invoice: f"{invoice.series.prefix}-{invoice.sequence:04d}")
    issued_on = date(2026, 5, 4)
    keep_until = date(2036, 12, 31)
    seller = SelfAttribute("series.owner")
    buyer = SubFactory(UserFactory)
    currency = "EUR"
    net, tax, gross = Decimal(100), Decimal(19), Decimal(119)
    place = SupplyPlace.REMOTE
    tax_country = "DE"
    document = LazyFunction(
        lambda: Document(
            seller=Party(name="Ada Moreno Coaching", city="Berlin", country="DE", vat_number="DE123456789"),
            buyer=Party(name="Cleo Park", country="DE"),
            lines=[DocumentLine("First session", "100.00", "19.00", "119.00", "S", "19")],
            taxes=[TaxSum("S", "19", "100.00", "19.00")], supplied_on="2026-05-04", supplied_until="",
            reference="WM-222222", paid_with="visa 4242", place=SupplyPlace.REMOTE, tax_country="DE", evidence=[],
            notes=[],
        ).as_json()
    )  # fmt: skip
