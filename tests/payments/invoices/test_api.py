"""`/api/invoices`: the lists of both sides, one document, its files, and who may read them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from accounts.models import User
from tests.cast import make_person
from tests.factories.invoices import InvoiceFactory, InvoiceSeriesFactory
from tests.payments.invoices.cast import berlin_seller, buyer, written

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]


def test_one_invoice_as_json_pdf_and_xml(ada: User, cleo: User, browser_of: Browser) -> None:
    berlin_seller(ada)
    buyer(cleo)
    invoice = written(ada, cleo)
    cleos = browser_of(cleo)

    answer = cleos.get(f"/api/invoices/{invoice.pk}").json()["invoice"]

    assert {name: answer[name] for name in ("number", "kind", "net", "tax", "gross", "currency", "corrects")} == {
        "number": "ADA-0001", "kind": "invoice", "net": "100.00", "tax": "19.00", "gross": "119.00", "currency": "EUR",
        "corrects": None,
    }  # fmt: skip
    assert answer["seller"] == {"name": "Ada Moreno Coaching", "country": "DE", "vatNumber": "DE123456789"}
    assert cleos.get(f"/api/invoices/{invoice.pk}.pdf").content.startswith(b"%PDF")
    assert b"CrossIndustryInvoice" in cleos.get(f"/api/invoices/{invoice.pk}.xml").content


def test_both_sides_list_their_documents(ada: User, cleo: User, browser_of: Browser) -> None:
    series = InvoiceSeriesFactory.create(owner=ada, prefix="ADA", last_number=3)
    for number in (1, 2, 3):
        InvoiceFactory.create(series=series, sequence=number, buyer=cleo, issued_on=date(2026, 5, number))

    first = browser_of(cleo).get("/api/invoices", {"limit": "2"}).json()
    rest = browser_of(cleo).get("/api/invoices", {"limit": "2", "cursor": first["nextCursor"]}).json()
    sold = browser_of(ada).get("/api/invoices", {"role": "builder", "year": "2026"}).json()

    numbers = [row["number"] for row in first["invoices"] + rest["invoices"]]
    assert numbers == ["ADA-0003", "ADA-0002", "ADA-0001"]
    assert len(sold["invoices"]) == 3
    assert browser_of(ada).get("/api/invoices").json()["invoices"] == []
    assert browser_of(ada).get("/api/invoices", {"role": "nobody"}).status_code == 422
    assert browser_of(ada).get("/api/invoices", {"year": "99999"}).status_code == 422


@pytest.mark.parametrize("suffix", ["", ".pdf", ".xml"])
def test_a_stranger_finds_nothing(browser_of: Browser, suffix: str) -> None:
    invoice = InvoiceFactory.create()

    assert browser_of(make_person("Sam Lee")).get(f"/api/invoices/{invoice.pk}{suffix}").status_code == 404
    assert browser_of(None).get(f"/api/invoices/{invoice.pk}{suffix}").status_code == 401
