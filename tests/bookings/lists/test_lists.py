"""Filters, pages and CSV files of the lists of bookings."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from accounts.models import User
from bookings.agreement import services
from bookings.billing import services as billing
from bookings.lists.filters import filters_in
from bookings.models import Booking
from bookings.states import Side
from coaching.models import Question, SessionType
from pathways.models import Pathway
from payments.states import Method
from tests.bookings.cast import book, book_as_guest, builder_of, confirmed, finished, free_shop
from tests.cast import make_person
from tests.factories.bookings import AnswerFactory, BookingFactory
from tests.reading import visible_text
from tests.scheduling.cast import BERLIN, offer, soon

pytestmark = pytest.mark.django_db
LIST = "/dashboard/bookings/"


def shown(client: Client, query: str, address: str = LIST) -> set[str]:
    """Returns the references of the bookings that the list shows for this query."""
    page = client.get(f"{address}?{query}").content.decode()
    return {
        reference
        for reference in Booking.objects.values_list("reference", flat=True)
        if f"/bookings/{reference}/" in page
    }


def test_each_filter_selects_bookings(adas: Client, ada: User, hour: SessionType, cleo: User) -> None:
    clinic = offer(ada, title="Clinic")
    play = Pathway.objects.get(slug="play")
    first = confirmed(hour, cleo, soon(9))
    second = book(clinic, make_person("Sam Lee"), soon(11, days=5))
    Booking.objects.filter(pk=second.pk).update(pathway=play, source="api")
    day = first.starts_at.astimezone(BERLIN).date()

    for query, expected in {
        "show=all": {first, second},
        "show=all&state=CONFIRMED": {first},
        "show=all&pathway=play": {second},
        "show=all&pathway=none": {first},
        f"show=all&session={clinic.pk}": {second},
        f"show=all&from={day}&to={day}": {first},
        f"show=all&from={day + timedelta(days=1)}": {second},
        f"show=all&to={day - timedelta(days=1)}": set(),
        "show=all&with=sam": {second},
        "show=all&source=api": {second},
        "show=all&state=CONFIRMED&source=api": set(),
    }.items():
        assert shown(adas, query) == {booking.reference for booking in expected}, query


def test_sessions_are_filtered_by_payment(adas: Client, hour: SessionType, cleo: User) -> None:
    paid, unpaid = finished(hour, cleo, soon(9)), finished(hour, cleo, soon(11))
    billing.record_receipt(
        booking=paid, by=builder_of(paid), amount=paid.total, method=Method.CASH, received_on=timezone.now().date(),
        note="", key=paid.pk,
    )  # fmt: skip

    assert shown(adas, "show=past&paid=paid") == {paid.reference}
    assert shown(adas, "show=past&paid=unpaid") == {unpaid.reference}


def test_a_client_filters_by_builder(browser_of: Any, hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)

    assert shown(browser_of(cleo), "with=moreno", "/bookings/") == {booking.reference}
    assert shown(browser_of(cleo), "with=somebody", "/bookings/") == set()


@pytest.mark.parametrize(
    "query",
    ["state=NONE", "session=1", "from=tomorrow", "to=2026-02-30", "source=fax", "paid=yes", "show=x", "after=x"],
)
def test_an_unknown_value_filters_nothing(adas: Client, hour: SessionType, cleo: User, query: str) -> None:
    booking = confirmed(hour, cleo)

    assert shown(adas, query) == {booking.reference}


def test_answers_are_in_view_for_the_builder_only(adas: Client, browser_of: Any, hour: SessionType, cleo: User) -> None:
    question = hour.questions.create(label="What have you tried?", kind=Question.Kind.TEXT, position=1)
    book(hour, cleo, answers={question.pk: "Turning it off"}, notes="Slowly, please.")

    seen = visible_text(adas.get(LIST))

    assert "What have you tried? Turning it off" in seen
    assert "Notes Slowly, please." in seen
    assert "Turning it off" not in visible_text(browser_of(cleo).get("/bookings/"))


@pytest.fixture
def many(hour: SessionType, cleo: User) -> list[Booking]:
    """Returns 45 confirmed bookings on the days to come, the earliest first, two at each time."""
    return [
        BookingFactory.create(
            session_type=hour, builder=hour.builder, client=cleo, starts_at=soon(9, days=3 + number // 2),
            ends_at=soon(10, days=3 + number // 2), state="CONFIRMED", confirmed_at=soon(9),
        )
        for number in range(45)
    ]  # fmt: skip


def test_pages_lead_on_and_back_without_losing_or_repeating_a_booking(adas: Client, many: list[Booking]) -> None:
    pages = [adas.get(LIST).context["page"]]
    while pages[-1].after:
        pages.append(adas.get(LIST, {"after": pages[-1].after}).context["page"])
    rows = [booking.pk for page in pages for booking in page.rows]

    assert [len(page.rows) for page in pages] == [20, 20, 5]
    assert len(set(rows)) == 45
    back = adas.get(LIST, {"before": pages[2].before}).context["page"]
    assert [booking.pk for booking in back.rows] == [booking.pk for booking in pages[1].rows]
    first = adas.get(LIST, {"before": back.before}).context["page"]
    assert ([booking.pk for booking in first.rows], first.before) == ([row.pk for row in pages[0].rows], None)


def test_a_cursor_of_another_list_leads_to_the_first_page(adas: Client, many: list[Booking]) -> None:
    after = adas.get(LIST).context["page"].after

    page = adas.get(LIST, {"after": after, "state": "CONFIRMED"}).context["page"]

    assert page.rows[0] == adas.get(LIST).context["page"].rows[0]


def test_the_builders_list_needs_the_same_queries_for_few_and_many_bookings(
    adas: Client, hour: SessionType, cleo: User, django_assert_num_queries: Any
) -> None:
    adas.get(LIST)  # so that the flag is in the cache
    for number in range(6):
        booking = book(hour, make_person(f"Client {number}"), soon(9 + number))
        AnswerFactory.create(booking=booking)
        if number in (0, 5):
            with django_assert_num_queries(10):
                adas.get(f"{LIST}?show=to-answer")


def rows_of(client: Client, address: str) -> list[dict[str, str]]:
    text = client.get(address).content.decode().lstrip("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_csv_file_has_the_filters_of_the_page(adas: Client, hour: SessionType, cleo: User) -> None:
    agreed = confirmed(hour, cleo, soon(9), notes="=HYPERLINK(1)")
    book(hour, cleo, soon(11))

    [row] = rows_of(adas, f"{LIST}bookings.csv?show=all&state=CONFIRMED")

    assert row["Reference"] == agreed.reference
    assert row["Start"] == f"{agreed.starts_at.astimezone(BERLIN):%Y-%m-%d %H:%M}"
    assert (row["With"], row["Price"], row["Currency"]) == ("Cleo Park", "90.00", "USD")
    assert row["Answers and notes"] == "Notes: =HYPERLINK(1)"


def test_a_client_downloads_their_own_bookings_only(browser_of: Any, hour: SessionType, cleo: User) -> None:
    mine = confirmed(hour, cleo, soon(9))
    confirmed(hour, make_person("Sam Lee"), soon(11))

    rows = rows_of(browser_of(cleo), "/bookings/bookings.csv")

    assert [(row["Reference"], row["With"]) for row in rows] == [(mine.reference, "Ada Moreno")]


def test_the_csv_file_needs_the_same_queries_for_few_and_many_bookings(
    adas: Client, hour: SessionType, cleo: User, django_assert_num_queries: Any
) -> None:
    adas.get(f"{LIST}bookings.csv")
    for number in range(6):
        confirmed(hour, make_person(f"Client {number}"), soon(9 + number))
        if number in (0, 5):
            with django_assert_num_queries(7):
                adas.get(f"{LIST}bookings.csv")


def test_a_guest_who_has_to_confirm_their_address_is_listed_with_the_filters(adas: Client, ada: User) -> None:
    booking = book_as_guest(free_shop(ada))

    assert shown(adas, "with=gwen") == {booking.reference}


def test_the_key_of_a_cursor_names_every_filter() -> None:
    names = ("show=past", "q=a", "pathway=b", "state=PENDING", "with=c", "source=api", "paid=paid", "which=disputed")
    query = f"{'&'.join(names)}&from=2026-01-01&to=2026-02-01&session={'0' * 32}"
    plain = filters_in(QueryDict(""), Side.BUILDER, has_payments=True)
    full = filters_in(QueryDict(query), Side.BUILDER, has_payments=True)

    assert all(value != other for value, other in zip(plain.key[1:], full.key[1:], strict=True))


def test_cancelled_bookings_are_in_the_list_of_all(adas: Client, hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)
    services.cancel(booking=booking, by=builder_of(booking))

    assert shown(adas, "") == set()
    assert shown(adas, "show=all") == {booking.reference}
