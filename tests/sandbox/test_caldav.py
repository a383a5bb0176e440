"""The demo's calendars: what is typed on their page is read by Waymark, until their servers are stopped."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from connections.models import Connection
from sandbox.caldav import PASSWORD, USERNAME
from sandbox.server import Sandbox
from scheduling.models import Reservation
from scheduling.outside import accounts, services
from tests.scheduling.cast import BERLIN, offer, open_hours, rates, soon

pytestmark = pytest.mark.django_db
CHOICES: dict[str, Any] = {"counts_all_day": False, "when_unread": "closed", "patience": 120}


@pytest.fixture
def sandbox(settings: Any) -> Iterator[Sandbox]:
    with Sandbox() as server:
        settings.DEMO, settings.SANDBOX_URL = True, server.address
        settings.CALENDARS_TRUSTED = [server.address.removeprefix("http://")]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def account(ada: User, sandbox: Sandbox) -> Connection:
    return accounts.connect(
        builder=ada, name="Home", address=f"{sandbox.address}/caldav/", username=USERNAME, password=PASSWORD, **CHOICES
    )


def post(sandbox: Sandbox, path: str, **form: str) -> str:
    """Sends a form of the page, and returns the page that follows."""
    answer = httpx.post(f"{sandbox.address}/calendars/{path}", data=form, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


def appointment(calendar: str, hour: int = 10) -> dict[str, str]:
    day = soon(hour).astimezone(BERLIN)
    return {
        "calendar": calendar,
        "title": "Dentist",
        "day": f"{day:%Y-%m-%d}",
        "start": f"{hour}:00",
        "end": f"{hour + 1}:00",
    }


def busy(ada: User) -> list[tuple[str, int]]:
    start = soon(0).astimezone(BERLIN).replace(hour=0)
    rows = Reservation.objects.filter(
        builder=ada, kind="EXTERNAL", released_at__isnull=True, during__startswith__gt=start
    )
    return [(row.note, row.during.lower.astimezone(BERLIN).hour) for row in rows.order_by("during")]


def test_a_newcomer_connects_the_demos_server_and_an_appointment_takes_its_hour(
    ada: User, sandbox: Sandbox, adas: Client
) -> None:
    rates(ada)
    open_hours(ada)
    session_type = offer(ada)
    page = adas.get(reverse("scheduling:connect_account")).text
    assert "The demo’s own server" in page
    assert f'href="{sandbox.address}/calendars/"' in page
    form = {
        "provider": "demo", "username": USERNAME, "password": PASSWORD, "name": "Home", "when_unread": "closed",
        "patience": "120",
    }  # fmt: skip
    assert (
        "Choose which of its calendars count"
        in adas.post(reverse("scheduling:connect_account"), form, follow=True).text
    )

    shown = post(sandbox, "add", **appointment("private"))
    adas.post(reverse("scheduling:read_calendar", args=[Connection.objects.get().pk]))

    assert f"Dentist: {soon(10).astimezone(BERLIN):%Y-%m-%d}, 10:00" in shown
    assert busy(ada) == [("Private", 10)]
    asked = {"session": str(session_type.pk), "day": appointment("private")["day"], "at": "10:00"}
    assert "Busy in “Private”." in adas.get(reverse("scheduling:preview"), asked).text


def test_what_is_removed_there_is_free_here(ada: User, sandbox: Sandbox, account: Connection) -> None:
    post(sandbox, "add", **appointment("private", 10))
    post(sandbox, "add", **appointment("work", 12))
    assert services.sync(connection=account)
    assert busy(ada) == [("Private", 10), ("Work", 12)]

    (name,) = sandbox.caldav.calendars["private"].texts()
    post(sandbox, "remove", calendar="private", name=name)
    account = Connection.objects.get()
    assert services.sync(connection=account)

    assert busy(ada) == [("Work", 12)]


def test_a_server_that_was_started_anew_is_read_anew(ada: User, sandbox: Sandbox, account: Connection) -> None:
    post(sandbox, "add", **appointment("private"))
    assert services.sync(connection=account)

    sandbox.caldav.run = "another"
    sandbox.caldav.calendars["private"].events.clear()

    assert services.sync(connection=Connection.objects.get())
    assert busy(ada) == []


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("stopped", "The connection was lost before the answer was complete."),
        ("429", "asks us to wait"),
        ("500", "The calendar’s server has a problem."),
        ("garbage", "does not support CalDAV"),
    ],
)
def test_each_fault_is_said_on_the_page(
    ada: User, sandbox: Sandbox, account: Connection, adas: Client, fault: str, sentence: str
) -> None:
    post(sandbox, "fault", of="caldav", fault=fault)

    assert not services.sync(connection=account)

    page = adas.get(reverse("scheduling:connections")).text.replace("&#x27;", "’")
    assert sentence in page.replace("calendar's", "calendar’s")
    assert "The busy times below still count until" in page
    post(sandbox, "fault", of="caldav", fault="none")
    assert services.sync(connection=Connection.objects.get())


def test_the_feed_takes_appointments_and_can_be_stopped(ada: User, sandbox: Sandbox) -> None:
    address = f"{sandbox.address}/calendars/family.ics"
    feed = services.connect(builder=ada, name="Family", address=address, **CHOICES)
    before = busy(ada)
    page = post(sandbox, "add", **appointment("family", 12))
    assert "Dentist" in page

    assert services.sync(connection=feed)
    assert sorted(set(busy(ada)) - set(before)) == [("Family", 12)]

    assert "It is stopped: nothing answers." in post(sandbox, "fault", of="family", fault="stopped")
    assert not services.sync(connection=feed)


def test_what_is_no_appointment_changes_nothing(sandbox: Sandbox) -> None:
    for form in (
        {"calendar": "private", "title": "x", "day": "soon", "start": "10:00", "end": "11:00"},
        {"calendar": "private", "title": "x", "day": "2027-01-04", "start": "11:00", "end": "10:00"},
        {"calendar": "other", "title": "x", "day": "2027-01-04", "start": "10:00", "end": "11:00"},
    ):
        assert "<script>" not in post(sandbox, "add", **form)
    assert sandbox.caldav.calendars["private"].texts() == {}
