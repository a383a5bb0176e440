"""Tests connected calendar accounts: what is busy in the calendars that count takes time here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from connections.models import AccountCalendar, Connection
from core import clock
from scheduling import claims
from scheduling.models import Reservation
from scheduling.outside import accounts, services
from scheduling.outside.queries import clashes
from tests.caldav_servers import PASSWORD, USERNAME, CaldavServer
from tests.scheduling.cast import BERLIN, offer, open_hours, rates, refused, soon

pytestmark = pytest.mark.django_db
CHOICES: dict[str, Any] = {"counts_all_day": False, "when_unread": "closed", "patience": 120}


def connect(ada: User, server: CaldavServer, **changes: Any) -> Connection:
    fields = {"name": "Home", "address": server.address, "username": USERNAME, "password": PASSWORD, **CHOICES}
    return accounts.connect(builder=ada, **fields | changes)


def at(hour: int) -> tuple[str, str]:
    start = soon(hour)
    return f"DTSTART:{start:%Y%m%dT%H%M%SZ}", f"DTEND:{start + timedelta(hours=1):%Y%m%dT%H%M%SZ}"


def busy(ada: User) -> list[tuple[str, int]]:
    """Returns the calendar and the hour of each busy time."""
    rows = Reservation.objects.filter(builder=ada, kind="EXTERNAL", released_at__isnull=True).order_by("during")
    return [(row.note, row.during.lower.astimezone(BERLIN).hour) for row in rows]


def calendar(name: str) -> AccountCalendar:
    return AccountCalendar.objects.get(name=name)


def test_all_calendars_of_a_new_account_count(ada: User, caldav: CaldavServer) -> None:
    caldav.add_calendar("work", "Work")
    caldav.put("dentist", *at(10))
    caldav.put("meeting", *at(12), calendar="work")

    connection = connect(ada, caldav)

    assert (connection.state, connection.host) == ("good", "127.0.0.1")
    assert busy(ada) == [("Family", 10), ("Work", 12)]


def test_a_change_in_one_calendar_leaves_the_others_as_they_are(ada: User, caldav: CaldavServer) -> None:
    caldav.add_calendar("work", "Work")
    for name, hour in (("stays", 9), ("moves", 10), ("goes", 11)):
        caldav.put(name, *at(hour))
    caldav.put("meeting", *at(15), calendar="work")
    connection = connect(ada, caldav)
    kept = list(Reservation.objects.filter(note="Work").values_list("pk", "changed_at"))

    caldav.put("moves", *at(14))
    caldav.remove("goes")
    assert services.sync(connection=connection)

    assert busy(ada) == [("Family", 9), ("Family", 14), ("Work", 15)]
    assert list(Reservation.objects.filter(note="Work").values_list("pk", "changed_at")) == kept


def test_an_unchanged_account_writes_no_busy_time(ada: User, caldav: CaldavServer) -> None:
    caldav.put("dentist", *at(10))
    connection = connect(ada, caldav)
    rows = list(Reservation.objects.values_list("pk", "changed_at", "released_at"))

    assert services.sync(connection=connection)

    assert list(Reservation.objects.values_list("pk", "changed_at", "released_at")) == rows


def test_calendars_that_do_not_count_take_no_time(ada: User, caldav: CaldavServer, adas: Client) -> None:
    caldav.add_calendar("work", "Work")
    caldav.put("dentist", *at(10))
    caldav.put("meeting", *at(12), calendar="work")
    connection = connect(ada, caldav)
    page = reverse("scheduling:account_calendars", args=[connection.pk])

    adas.post(page, {"counted": [str(calendar("Work").pk)]})
    assert busy(ada) == [("Work", 12)]

    adas.post(page, {"counted": [str(calendar("Work").pk), str(calendar("Family").pk)]})
    assert busy(ada) == [("Family", 10), ("Work", 12)]


def test_a_calendar_that_stops_counting_while_it_is_read_takes_no_time(ada: User, caldav: CaldavServer) -> None:
    caldav.put("dentist", *at(10))
    connection = connect(ada, caldav)
    caldav.put("lunch", *at(12))
    read_before = Connection.objects.prefetch_related("calendars").get(pk=connection.pk)
    assert list(read_before.calendars.all())
    accounts.choose(connection=connection, counted=set(), written=None)

    assert services.sync(connection=read_before)

    assert busy(ada) == []


def test_a_builder_is_told_which_calendar_is_busy(ada: User, cleo: User, caldav: CaldavServer, adas: Client) -> None:
    rates(ada)
    open_hours(ada)
    session_type = offer(ada)
    claims.book(claims.TimeRequest(session_type, soon(10), 60, claims.Visitor(str(cleo.pk), cleo)))
    caldav.put("dentist", *at(10))
    caldav.put("lunch", *at(12))
    connect(ada, caldav)

    assert [clash.calendar for clash in clashes(ada.pk, clock.now())] == ["Family"]
    page = adas.get(
        reverse("scheduling:preview"),
        {"session": str(session_type.pk), "day": f"{soon(12).astimezone(BERLIN):%Y-%m-%d}", "at": "12:00"},
    )
    assert "Busy in “Family”." in page.content.decode()


def test_a_builder_connects_an_account_and_sees_what_was_read(ada: User, caldav: CaldavServer, adas: Client) -> None:
    caldav.put("dentist", *at(10))
    form = {
        "provider": "other", "address": caldav.address, "username": USERNAME, "password": PASSWORD, "name": "Home",
        "when_unread": "closed", "patience": "120",
    }  # fmt: skip

    answer = adas.post(reverse("scheduling:connect_account"), form, follow=True)

    assert "Choose which of its calendars count" in answer.content.decode()
    page = adas.get(reverse("scheduling:connections")).content.decode()
    assert "Up to date" in page
    assert f"{soon(10).astimezone(BERLIN):%H:%M}" in page
    assert "(Family)" in page


def test_the_app_password_is_encrypted_and_never_shown(ada: User, caldav: CaldavServer, adas: Client) -> None:
    connection = connect(ada, caldav)

    assert connection.password == PASSWORD
    assert PASSWORD not in connection.sealed_password
    for name in ("connection", "account_calendars", "disconnect"):
        page = adas.get(reverse(f"scheduling:{name}", args=[connection.pk]))
        assert page.status_code == 200
        assert PASSWORD not in page.content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password": "another"}, "does not accept this name and password"),
        ({"address": "https://127.0.0.1/"}, "on the public internet"),
        ({"address": ""}, "Enter the address of the server."),
        ({"username": "ada:ada"}, "A name cannot contain a colon."),
    ],
)
def test_an_account_that_cannot_be_opened_is_not_connected(
    ada: User, radicale: CaldavServer, adas: Client, settings: Any, changes: dict[str, str], words: str
) -> None:
    settings.CALENDARS_TRUSTED = [f"127.0.0.1:{radicale.port}"]
    form = {
        "provider": "other", "address": radicale.address, "username": USERNAME, "password": PASSWORD, "name": "Home",
        "when_unread": "closed", "patience": "120",
    }  # fmt: skip

    page = adas.post(reverse("scheduling:connect_account"), form | changes)

    assert page.status_code == 422
    assert words in page.content.decode()
    assert PASSWORD not in page.content.decode()
    assert not Connection.objects.exists()


def test_a_builder_changes_the_password_and_keeps_the_calendars(ada: User, caldav: CaldavServer, adas: Client) -> None:
    connection = connect(ada, caldav)
    before = list(connection.calendars.values_list("pk", flat=True))
    form = {
        "address": "",
        "username": USERNAME,
        "password": "",
        "name": "Mine",
        "when_unread": "request",
        "patience": "30",
    }

    adas.post(reverse("scheduling:connection", args=[connection.pk]), form)

    connection.refresh_from_db()
    assert (connection.name, connection.patience, connection.password) == ("Mine", 30, PASSWORD)
    assert list(connection.calendars.values_list("pk", flat=True)) == before


def test_a_calendar_that_is_added_there_is_found_and_counts(ada: User, caldav: CaldavServer, adas: Client) -> None:
    connection = connect(ada, caldav)
    caldav.add_calendar("work", "Work")
    caldav.put("meeting", *at(12), calendar="work")

    adas.post(reverse("scheduling:look_for_calendars", args=[connection.pk]))

    assert busy(ada) == [("Work", 12)]


def test_a_calendar_that_is_removed_there_takes_no_time(ada: User, caldav: CaldavServer) -> None:
    caldav.add_calendar("work", "Work")
    caldav.put("meeting", *at(12), calendar="work")
    connection = connect(ada, caldav)
    caldav.send("DELETE", caldav.calendar("work"))

    assert not services.sync(connection=connection)
    assert busy(ada) == [("Work", 12)]
    accounts.look_again(connection=connection)
    assert busy(ada) == []


def test_nobody_else_reaches_an_account(
    ada: User, caldav: CaldavServer, browser_of: Callable[[User | None], Client], cleo: User
) -> None:
    connection = connect(ada, caldav)
    for name in ("account_calendars", "look_for_calendars", "connection"):
        for person in (None, cleo):
            answer = browser_of(person).post(reverse(f"scheduling:{name}", args=[connection.pk]))
            assert answer.status_code in (302, 403, 404)
    assert connection.calendars.filter(counts=True).count() == connection.calendars.count()


def test_only_a_calendar_that_can_be_written_into_is_chosen_for_sessions(ada: User, caldav: CaldavServer) -> None:
    connection = connect(ada, caldav)
    AccountCalendar.objects.update(can_write=False)
    family = calendar("Family")

    refusal = refused(lambda: accounts.choose(connection=connection, counted={family.pk}, written=family.pk))

    assert "Sessions cannot be added to “Family”." in refusal.sentence
