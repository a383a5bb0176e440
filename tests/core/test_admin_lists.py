"""Tests of what all lists of the admin have in common, over every list that is registered."""

from __future__ import annotations

import re
from collections import Counter
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from django.contrib import admin
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factory.django import DjangoModelFactory

from accounts.models import User
from bookings.states import State
from core.models import AuditEntry
from tests import factories
from tests.bookings.cast import book, shop
from tests.factories.core import MailLogEntryFactory
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db
RAW = ("frozenset", ">Empty<", ">Not empty<", "None</td>", "UUID(")


@pytest.fixture
def alexs(client: Client, alex: User) -> Client:
    """Returns a browser in which Alex, an admin, is signed in."""
    client.force_login(alex)
    return client


def factory_of_models() -> dict[Any, type[DjangoModelFactory[Any]]]:
    """Returns a factory for each model that has one."""
    modules = [import_module(f"tests.factories.{module.name}") for module in iter_modules(factories.__path__)]
    items = [item for module in modules for item in vars(module).values() if isinstance(item, type)]
    return {
        item._meta.get_model_class(): item
        for item in items
        if issubclass(item, DjangoModelFactory) and item is not DjangoModelFactory
    }


def address_of(model: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.mark.slow
def test_each_list_takes_the_same_queries_for_many_rows_and_shows_nothing_raw(alexs: Client) -> None:
    makers, different, raw = factory_of_models(), [], []
    for model, model_admin in admin.site._registry.items():
        maker, counts = makers.get(model), []
        if maker is None:
            assert alexs.get(address_of(model)).status_code == 200
            continue
        for more in (2, 4):
            try:
                with transaction.atomic():
                    maker.create_batch(more)
            except IntegrityError:  # there can be no more rows of it, such as accounts of the ledger
                pass
            with CaptureQueriesContext(connection) as queries:
                answer = alexs.get(address_of(model))
            assert answer.status_code == 200, model
            statements = [query["sql"].partition(" FROM ")[2][:60] or query["sql"][:60] for query in queries]
            counts.append(len(queries))
        if model_admin.search_fields:
            assert alexs.get(address_of(model), {"q": "moreno"}).status_code == 200, model
        page = answer.content.decode()
        raw += [f"{model.__name__}: {words}" for words in RAW if words in page]
        if counts[0] != counts[1]:
            different.append(f"{model.__name__} {counts}: {Counter(statements).most_common(2)}")

    assert not different, "\n".join(different)
    assert raw == []


def test_a_list_is_downloaded_as_csv_with_the_columns_that_it_shows(alexs: Client, alex: User) -> None:
    entries = [MailLogEntryFactory.create(recipient=f"{name}@people.test") for name in ("ada", "cleo")]
    form = {"action": "download_as_csv", "_selected_action": [entry.pk for entry in entries]}

    answer = alexs.post(address_of(type(entries[0])), form)

    lines = answer.content.decode("utf-8-sig").splitlines()
    assert answer["Content-Type"].startswith("text/csv")
    assert len(lines) == 3
    assert "Recipient" in lines[0]
    assert {name in "".join(lines[1:]) for name in ("ada@people.test", "cleo@people.test")} == {True}
    audited = AuditEntry.objects.get(action="downloaded as CSV")
    assert (audited.actor, audited.after) == (alex, {"rows": 2})


def test_an_action_without_its_reason_asks_for_it_and_keeps_the_selection(alexs: Client, ada: User, cleo: User) -> None:
    booking = book(shop(ada), cleo, soon(10))
    form = {"action": "cancel", "_selected_action": [booking.pk]}

    page = alexs.post(address_of(type(booking)), form).content.decode()

    assert "Give a reason: both sides will see it." in page
    assert f'name="_selected_action" value="{booking.pk}"' in page
    booking.refresh_from_db()
    assert booking.state == State.PENDING
    alexs.post(address_of(type(booking)), form | {"reason": "Both asked for it."})
    booking.refresh_from_db()
    assert booking.state == State.CANCELLED


def test_lists_have_a_filter_by_date_links_to_related_rows_and_times_with_their_zone(
    alexs: Client, ada: User, cleo: User
) -> None:
    booking = book(shop(ada), cleo, soon(10))

    page = alexs.get(address_of(type(booking))).content.decode()

    assert reverse("admin:accounts_user_change", args=[ada.pk]) in page
    assert "starts_at__gte" in page
    assert re.search(r"\d{1,2} [A-Z][a-z]{2} \d{4}, \d\d:\d\d [A-Z]{3,4}", page)
    names = alexs.get(address_of(type(booking)), {"q": ada.display_name}).content.decode()
    assert booking.reference in names, "the search finds the builder"


def test_a_row_of_a_searched_list_links_to_its_page_with_the_search(alexs: Client, ada: User, cleo: User) -> None:
    booking = book(shop(ada), cleo, soon(10))

    page = alexs.get(reverse("admin:bookings_booking_changelist"), {"q": "cleo", "state__exact": booking.state})

    content, search = page.content.decode(), f"q%3Dcleo%26state__exact%3D{booking.state}"
    address = reverse("admin:bookings_booking_change", args=[booking.pk])
    assert f'href="{address}?_changelist_filters={search}"' in content
    assert f'href="{reverse("admin:accounts_user_change", args=[ada.pk])}"' in content
    assert f'name="_selected_action" value="{booking.pk}"' in content
    assert alexs.get(f"{address}?_changelist_filters={search}").status_code == 200


def test_the_start_of_the_admin_lists_all_models(alexs: Client) -> None:
    start, app = alexs.get(reverse("admin:index")), alexs.get(reverse("admin:app_list", args=["bookings"]))

    for page in (start, app):
        assert reverse("admin:bookings_booking_changelist") in page.content.decode()
    assert reverse("admin:accounts_user_changelist") not in app.content.decode()
