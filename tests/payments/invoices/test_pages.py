"""The pages of invoices: who reads which, both lists, the details of both sides, and the operator's admin."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from payments.invoices.models import BuyerProfile, Invoice, SellerProfile, TaxKind
from tests.cast import make_person
from tests.factories.invoices import InvoiceFactory, InvoiceSeriesFactory
from tests.payments.invoices.cast import berlin_seller, buyer, invoices_of, paid_session, standard_kind, work, written
from tests.reading import visible_text

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]
ADDRESS = {
    "name": "Park Studio", "street": "Hafenstrasse 1", "more": "", "postal_code": "10245", "city": "Berlin", "country": "DE",
    "vat_number": "de 123.456.789",
}  # fmt: skip
SELLER = ADDRESS | {"number_prefix": "park", "agrees": "on"}


def address(page: str, *args: Any) -> str:
    return reverse(f"payments:{page}", args=args)


def test_both_sides_and_staff_read_an_invoice_and_nobody_else(
    ada: User, cleo: User, suri: User, browser_of: Browser
) -> None:
    berlin_seller(ada)
    buyer(cleo)
    invoice = written(ada, cleo)
    pages = [address(page, invoice.number) for page in ("invoice", "invoice_pdf", "invoice_xml")]

    for person in (ada, cleo, suri):
        assert [browser_of(person).get(page).status_code for page in pages] == [200, 200, 200]
    stranger = browser_of(make_person("Sam Lee"))
    assert [stranger.get(page).status_code for page in pages] == [404, 404, 404]
    assert stranger.post(address("correct_invoice", invoice.number)).status_code == 404


def test_the_page_says_what_was_sold_to_whom_and_its_tax(ada: User, cleo: User, browser_of: Browser) -> None:
    berlin_seller(ada)
    buyer(cleo)

    shown = visible_text(browser_of(cleo).get(written(ada, cleo).get_absolute_url()))

    for text in (
        "Invoice ADA-0001", "Ada Moreno Coaching", "VAT number DE123456789", "Park Studio", "First session", "4 May 2026",
        "VAT, 19 % of 100.00", "19.00 EUR", "€119.00", "in the name and on behalf of the seller",
    ):  # fmt: skip
        assert text in shown


def test_the_booking_leads_to_its_invoice(ada: User, cleo: User, browser_of: Browser) -> None:
    berlin_seller(ada)
    booking, payment = paid_session(ada, cleo)
    page = reverse("bookings:invoice", args=[booking.reference])
    assert "There is no invoice for this booking" in visible_text(browser_of(cleo).get(page))
    work()

    answer = browser_of(cleo).get(page)

    assert answer["Location"] == invoices_of(payment)[0].get_absolute_url()
    assert browser_of(make_person("Sam Lee")).get(page).status_code == 404
    assert page in browser_of(cleo).get(booking.get_absolute_url()).content.decode()


def test_a_builder_enters_their_details_and_the_waiting_invoices_are_written(
    ada: User, cleo: User, browser_of: Browser
) -> None:
    standard_kind()
    paid_session(ada, cleo)
    work()
    adas = browser_of(ada)
    assert "Enter your details" in visible_text(adas.get(address("written_invoices")))

    answer = adas.post(address("seller_details"), SELLER, follow=True)

    assert "1 invoice will be written now." in visible_text(answer)
    profile = SellerProfile.objects.get()
    assert (profile.vat_number, profile.number_prefix) == ("DE123456789", "PARK")
    assert profile.agreed_at is not None
    work()
    assert "PARK-0001" in visible_text(adas.get(address("written_invoices")))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"vat_number": "DE12345678"}, "That is not how VAT numbers of Germany look"),
        ({"vat_number": "FR40303265045"}, "A VAT number of Germany begins with DE."),
        ({"vat_number": "", "is_small_business": "on"}, "Enter a tax number or a VAT number"),
        ({"number_prefix": "A!"}, "Use 2 to 10 capital letters and digits."),
        ({"number_prefix": "taken"}, "Somebody else’s invoices begin with this."),
        ({"country": ""}, "Choose a country from the list."),
    ],
)
def test_details_that_are_wrong_are_refused_with_the_reason(
    ada: User, browser_of: Browser, changes: dict[str, str], sentence: str
) -> None:
    InvoiceSeriesFactory.create(prefix="TAKEN")

    answer = browser_of(ada).post(address("seller_details"), SELLER | changes)

    assert answer.status_code == 422
    assert sentence in visible_text(answer)
    assert not SellerProfile.objects.exists()


def test_taking_the_agreement_back_ends_the_writing(ada: User, browser_of: Browser) -> None:
    berlin_seller(ada)

    browser_of(ada).post(address("seller_details"), {name: value for name, value in SELLER.items() if name != "agrees"})

    assert SellerProfile.objects.get().agreed_at is None


def test_a_client_enters_billing_details_and_replaces_an_invoice(ada: User, cleo: User, browser_of: Browser) -> None:
    berlin_seller(ada)
    _, payment = paid_session(ada, cleo)
    work()
    (invoice,) = invoices_of(payment)
    cleos = browser_of(cleo)

    assert cleos.post(address("billing_details"), ADDRESS | {"vat_number": "nonsense"}).status_code == 422
    cleos.post(address("billing_details"), ADDRESS)
    answer = cleos.post(address("correct_invoice", invoice.number), follow=True)

    assert BuyerProfile.objects.get().vat_number == "DE123456789"
    assert "replaces ADA-0001" in visible_text(answer)
    assert "Park Studio" in visible_text(answer)
    assert "credits $90.00" in visible_text(cleos.get(invoice.get_absolute_url()))


def test_a_year_is_filtered_and_downloaded(ada: User, browser_of: Browser) -> None:
    series = InvoiceSeriesFactory.create(owner=ada, prefix="ADA", last_number=2)
    InvoiceFactory.create(series=series, sequence=1, issued_on=date(2025, 12, 31))
    InvoiceFactory.create(series=series, sequence=2, issued_on=date(2026, 1, 1))
    adas = browser_of(ada)

    shown = visible_text(adas.get(address("written_invoices"), {"year": "2026"}))
    archive = adas.get(address("archive_of_year"), {"year": "2026"})

    assert "ADA-0002" in shown
    assert "ADA-0001" not in shown
    content = b"".join(archive.streaming_content)  # type: ignore[attr-defined]  # a streamed response
    assert zipfile.ZipFile(io.BytesIO(content)).namelist() == ["invoices.csv", "ADA-0002.pdf", "ADA-0002.xml"]
    assert adas.get(address("archive_of_year"), {"year": "nonsense"}).status_code == 404


@pytest.mark.parametrize("count", [1, 6])
@pytest.mark.parametrize(("page", "queries"), [("invoices", 7), ("written_invoices", 7)])
def test_the_lists_take_the_same_queries_with_many_documents(
    ada: User, cleo: User, browser_of: Browser, django_assert_num_queries: Any, count: int, page: str, queries: int
) -> None:
    series = InvoiceSeriesFactory.create(owner=ada, prefix="ADA", last_number=count)
    for number in range(1, count + 1):
        InvoiceFactory.create(series=series, sequence=number, buyer=cleo)
    browser = browser_of(cleo if page == "invoices" else ada)
    browser.get(address(page))

    with django_assert_num_queries(queries):
        shown = visible_text(browser.get(address(page)))

    assert shown.count("ADA-00") == count


def test_admins_keep_the_kinds_and_rates_of_tax(alex: User, confirmed: Callable[[User], Client]) -> None:
    values = {
        "name": "Coaching", "slug": "coaching", "remote_place": "buyer", "is_standard": "on", "rates-TOTAL_FORMS": "1",
        "rates-INITIAL_FORMS": "0", "rates-0-country": "DE", "rates-0-category": "S", "rates-0-percent": "19",
        "rates-0-valid_from": "2026-01-01",
    }  # fmt: skip
    wrong = values | {"rates-0-category": "E"}
    admins = confirmed(alex)

    assert "Only what is taxed at a rate" in visible_text(admins.post(reverse("admin:payments_taxkind_add"), wrong))
    assert admins.post(reverse("admin:payments_taxkind_add"), values).status_code == 302

    rate = TaxKind.objects.get().rates.get()
    assert (rate.country, f"{rate.percent:f}") == ("DE", "19.00")


def test_the_admin_shows_documents_and_changes_none(alex: User, confirmed: Callable[[User], Client]) -> None:
    invoice = InvoiceFactory.create()
    admins = confirmed(alex)

    assert invoice.number in visible_text(admins.get(reverse("admin:payments_invoice_changelist")))
    page = reverse("admin:payments_invoice_change", args=[invoice.pk])
    assert admins.get(page).status_code == 200
    assert admins.post(page, {"number": "X"}).status_code == 403
    assert Invoice.objects.get().number == invoice.number


@pytest.mark.parametrize("year", ["9" * 5000, "0002026"])
def test_what_is_no_year_shows_all_documents(cleo: User, browser_of: Browser, year: str) -> None:
    invoice = InvoiceFactory.create(buyer=cleo)

    assert invoice.number in visible_text(browser_of(cleo).get(address("invoices"), {"year": year}))


def test_a_number_that_no_invoice_can_have_is_not_there(cleo: User, browser_of: Browser) -> None:
    assert browser_of(cleo).get("/invoices/ADA%00/").status_code == 404


def test_the_admin_takes_the_details_of_the_platform_once(alex: User, confirmed: Callable[[User], Client]) -> None:
    admins, page = confirmed(alex), reverse("admin:payments_sellerprofile_add")
    values = ADDRESS | {"vat_number": "DE123456789", "agreed_at_0": "2026-01-01", "agreed_at_1": "00:00"}

    assert admins.post(page, values | {"number_prefix": "WM"}).status_code == 302
    assert admins.post(page, values | {"number_prefix": "WM2"}).status_code == 403


def test_an_invoice_is_not_replaced_without_a_rate_for_the_new_country(
    ada: User, cleo: User, browser_of: Browser
) -> None:
    berlin_seller(ada)
    _, payment = paid_session(ada, cleo)
    work()
    (invoice,) = invoices_of(payment)
    buyer(cleo, country="FR", vat_number="")
    cleo.timezone = "Europe/Paris"
    cleo.save()

    shown = visible_text(browser_of(cleo).post(address("correct_invoice", invoice.number), follow=True))

    assert "The new invoice cannot be written. No rate of tax is entered for France." in shown
    assert invoices_of(payment) == [invoice]
