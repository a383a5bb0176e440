"""Tests the hour format of pages, emails and sentences: as chosen, else that of the browser's language."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client

from accounts.models import User
from bookings.models import Guest
from bookings.times import When
from core import hour_format
from core.hour_format import HourFormat
from tests.bookings.cast import book, book_as_guest, confirmed, free_shop, shop
from tests.scheduling.cast import soon

AT = datetime(2027, 3, 1, 14, 5, tzinfo=UTC)
TWELVE = re.compile(r"\b\d{1,2}:\d\d [AP]M\b")


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (AT, "2:05 PM"),
        (AT.replace(hour=0, minute=0), "12:00 AM"),
        (AT.replace(hour=12, minute=30), "12:30 PM"),
        (AT.replace(hour=9, minute=0), "9:00 AM"),
    ],
)
def test_hours_in_the_twelve_hour_format(at: datetime, shown: str) -> None:
    assert hour_format.time_of_day(at, HourFormat.TWELVE) == shown
    with hour_format.override(HourFormat.TWELVE):
        assert hour_format.time_of_day(at) == shown == hour_format.minute_of_day(at.hour * 60 + at.minute)
        template = Template('{% load waymark %}{{ at|clock:"D j M, H:i" }}')
        assert template.render(Context({"at": at})) == f"Mon 1 Mar, {shown}"
        assert hour_format.minute_of_day(1440) == "12:00 AM"
    assert (hour_format.time_of_day(at), hour_format.minute_of_day(1440)) == (f"{at:%H:%M}", "24:00")


@pytest.mark.parametrize(
    ("languages", "clock"),
    [
        ("en-US,en;q=0.9", "12"),
        ("en-GB", "24"),
        ("de-DE,en-US;q=0.5", "24"),
        ("fr-CA", "24"),  # its pattern has an h, but only as a word
        ("", "24"),
        ("*", "24"),
        ("xx-YY", "24"),
        ("'; DROP TABLE", "24"),
        ("-" * 500, "24"),
    ],
)
def test_the_usual_format_of_a_language(languages: str, clock: str) -> None:
    assert hour_format.for_language(languages) == clock


def test_a_time_range_is_written_in_the_format_of_its_reader() -> None:
    when = When(AT, AT.replace(hour=15), "UTC", HourFormat.TWELVE)

    assert when.hours == "2:05 PM–3:05 PM"
    assert str(when) == "Monday 1 March 2027, 2:05 PM–3:05 PM (UTC)"


def times(client: Client, session_type: Any, **headers: str) -> str:
    return client.get(f"/book/ada-moreno/{session_type.pk}/", headers=headers).content.decode()


@pytest.mark.django_db
def test_visitors_see_the_format_of_their_browser_until_they_choose(client: Client, ada: User) -> None:
    session = free_shop(ada)
    american = {"Accept-Language": "en-US"}
    assert TWELVE.search(times(client, session, **american))
    seen = re.sub(r"2:30 PM", "", times(client, session))
    assert not TWELVE.search(seen)

    answer = client.post("/clock/", {"clock": "24", "next": "/builders/"})
    assert (answer.status_code, answer["Location"], answer.cookies["clock"].value) == (302, "/builders/", "24")
    assert not TWELVE.search(re.sub(r"2:30 PM", "", times(client, session, **american)))


@pytest.mark.django_db
def test_the_choice_of_a_signed_in_person_is_saved_with_the_account(cleos: Client, cleo: User, ada: User) -> None:
    session = free_shop(ada)
    answer = cleos.post("/clock/", {"clock": "12", "next": "https://elsewhere.test/"})

    assert (answer["Location"], "clock" in answer.cookies) == ("/", False)
    cleo.refresh_from_db()
    assert cleo.hour_format == "12"
    assert TWELVE.search(times(cleos, session, **{"Accept-Language": "de"}))

    cleos.post("/account/", {"display_name": "Cleo Park", "timezone": "Europe/London", "hour_format": "24"})
    cleo.refresh_from_db()
    assert cleo.hour_format == "24"


@pytest.mark.django_db
@pytest.mark.parametrize("clock", ["", "13", "24\0", "twelve"])
def test_an_unknown_format_changes_nothing(cleos: Client, cleo: User, clock: str) -> None:
    assert cleos.post("/clock/", {"clock": clock}).status_code == 302
    cleo.refresh_from_db()
    assert cleo.hour_format == "24"


@pytest.mark.django_db
def test_a_malformed_cookie_is_ignored(client: Client, ada: User) -> None:
    client.cookies["clock"] = "x" * 500
    assert times(client, free_shop(ada)).count("slot-") > 0


@pytest.mark.django_db
def test_emails_are_written_in_the_format_of_each_recipient(ada: User, cleo: User) -> None:
    from bookings.agreement import emails
    from bookings.states import Side
    from tests.bookings.cast import latest

    User.objects.filter(pk=cleo.pk).update(hour_format="12")
    cleo.refresh_from_db()
    booking = confirmed(shop(ada), cleo, soon(14))

    clients, builders = emails.about(latest(booking), Side.CLIENT), emails.about(latest(booking), Side.BUILDER)

    assert TWELVE.search(clients.subject)
    assert TWELVE.search(dict(clients.facts)["When"])
    assert not TWELVE.search(builders.subject + str(builders.facts))


@pytest.mark.django_db
def test_a_guest_keeps_the_format_of_the_time_of_booking(ada: User) -> None:
    with hour_format.override(HourFormat.TWELVE):
        book_as_guest(free_shop(ada))

    assert Guest.objects.get().hour_format == "12"


@pytest.mark.django_db
def test_the_api_ignores_the_hour_format(client: Client, ada: User, cleo: User) -> None:
    """Its sentences are the same whatever the browser's language is."""
    book(shop(ada), cleo)
    address = "/api/coaching/sessions/available?coachId=ada-moreno&from=rubbish"

    assert client.get(address, headers={"Accept-Language": "en-US"}).content == client.get(address).content
