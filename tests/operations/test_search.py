"""The search of staff finds people, bookings, mail addresses, invoices and connections in a few queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from accounts.staff_pages import person_page
from operations.search.queries import search
from tests.cast import make_person
from tests.factories.accounts import EmailAddressFactory, UserFactory
from tests.factories.bookings import BookingFactory, GuestFactory
from tests.factories.connections import ConnectionFactory, LinkedAccountFactory
from tests.factories.core import MailLogEntryFactory
from tests.factories.invoices import InvoiceFactory

pytestmark = pytest.mark.django_db

QUERIES = 5


def titles(text: str) -> dict[str, list[str]]:
    return {group.label: [result.title for result in group.results] for group in search(text, [Role.SUPPORT])}


def test_each_kind_is_found_by_what_people_call_it(cleo: User) -> None:
    booking = BookingFactory.create(client=cleo)
    invoice = InvoiceFactory.create()
    GuestFactory.create(name="Gwen Guest", email="gwen@guests.test")
    MailLogEntryFactory.create(recipient="old@elsewhere.test")
    EmailAddressFactory.create(user=cleo, email="second@elsewhere.test", primary=False)
    ConnectionFactory.create(owner=cleo, name="Family")
    LinkedAccountFactory.create(owner=cleo, name="cleo@zoom.test")

    assert titles("park cle")["People"] == ["Cleo Park"]
    assert titles(cleo.email.upper())["People"] == ["Cleo Park"]
    assert titles(booking.reference.lower())["Bookings"] == [booking.reference]
    assert titles(booking.reference.removeprefix("WM-"))["Bookings"] == [booking.reference]
    assert titles(invoice.number.lower())["Invoices"] == [invoice.number]
    assert titles("gwen@")["Mail addresses"] == ["gwen@guests.test"]
    assert titles("old@else")["Mail addresses"] == ["old@elsewhere.test"]
    assert titles("second@")["Mail addresses"] == ["second@elsewhere.test"]
    assert titles("family")["Connections"] == ["Family"]
    assert titles("cleo@zoom")["Connections"] == ["cleo@zoom.test"]
    assert titles("nothing like it") == {}
    assert titles("cl") == {}


def test_many_results_are_cut_and_the_queries_stay_the_same(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(QUERIES):
        search("wm-222", [Role.ADMIN])
    for number in range(12):
        UserFactory.create(display_name="Wm-222 Smith", email=f"smith-{number}@people.test")
    GuestFactory.create_batch(3)

    with django_assert_num_queries(QUERIES):
        groups = search("wm-222", [Role.ADMIN])

    [people] = [group for group in groups if group.label == "People"]
    assert (len(people.results), people.is_more) == (8, True)


def test_the_page_leads_to_a_person_and_is_limited(
    suri: User, browser_of: Callable[[User | None], Client], settings: Any
) -> None:
    settings.LIMIT_STAFF_SEARCHES_PER_PERSON = 2
    person = make_person("Percy <b>Bold</b>")
    browser = browser_of(suri)

    page = browser.get("/operations/search/?q=percy").content.decode()

    assert person_page(person.pk) in page
    assert "<b>Bold" not in page
    assert browser.get("/operations/").content.decode().count('action="/operations/search/"') == 1
    assert browser.get("/operations/search/?q=percy").status_code == 200
    assert browser.get("/operations/search/?q=percy").status_code == 429
