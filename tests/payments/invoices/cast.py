"""What the tests of invoices have in common: sellers, rates, and what is sold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import User
from bookings.models import Booking
from core import outbox
from core.ids import uuid7
from payments.invoices.models import Invoice, SellerProfile, TaxKind
from payments.invoices.states import SupplyPlace
from payments.invoices.writing import NewInvoice, SoldLine, write_invoice
from payments.models import Payment
from tests.bookings.billing.cast import receive
from tests.bookings.cast import finished, shop
from tests.factories.invoices import BuyerProfileFactory, SellerProfileFactory, TaxKindFactory, TaxRateFactory


def standard_kind(**rates: Any) -> TaxKind:
    """Returns the standard kind, with these rates by country: 19 % in Germany and 20 % in Great Britain unless others are given."""
    kind = TaxKindFactory.create(name="Coaching", slug="coaching", is_standard=True)
    for country, percent in (rates or {"DE": 19, "GB": 20}).items():
        TaxRateFactory.create(kind=kind, country=country, percent=Decimal(percent))
    return kind


def seller(person: User, **values: Any) -> SellerProfile:
    """Returns the details of a seller in Berlin who has agreed to invoices, numbered from ADA-0001 on."""
    return SellerProfileFactory.create(**{"owner": person, "number_prefix": "ADA", **values})


def berlin_seller(person: User) -> SellerProfile:
    standard_kind()
    return seller(person)


def buyer(person: User, **values: Any) -> None:
    BuyerProfileFactory.create(owner=person, **values)


def new_invoice(ada: User, cleo: User | None, amount: str = "119.00", **values: Any) -> NewInvoice:
    defaults: dict[str, Any] = {
        "key": f"test:{uuid7()}", "seller_id": ada.pk, "buyer": cleo, "currency": "EUR",
        "lines": [SoldLine("First session", Decimal(amount))], "place": SupplyPlace.REMOTE,
        "supplied_on": date(2026, 5, 4), "reference": "WM-222222", "paid_with": "visa 4242",
    }  # fmt: skip
    return NewInvoice(**defaults | values)


def written(ada: User, cleo: User | None, amount: str = "119.00", **values: Any) -> Invoice:
    return write_invoice(new_invoice(ada, cleo, amount, **values))


def paid_session(ada: User, cleo: User, amount: str = "90") -> tuple[Booking, Payment]:
    """Returns a session that is over and was paid to Ada directly, before the outbox has looked at its invoices."""
    booking = finished(shop(ada), cleo)
    return booking, receive(booking, amount)


def work() -> None:
    """Writes what waits to be written."""
    outbox.deliver_due("invoice")


def invoices_of(payment: Payment) -> list[Invoice]:
    return list(payment.invoices.order_by("id"))
