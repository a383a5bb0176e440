"""Tests accounts at Google and Microsoft: what is busy in their calendars takes time here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.urls import reverse

from accounts.models import User
from connections.models import AccountCalendar, Connection
from connections.oauth import services as oauth
from connections.oauth.models import LinkedAccount
from connections.oauth.registry import service_named
from core import clock, outbox
from sandbox.hosted_calendars import HostedCalendars, HostedEvent
from scheduling import free_times
from scheduling.models import FreeTimes, Reservation
from scheduling.outside import services
from tests.hosted_calendars import hosted_calendars
from tests.scheduling.cast import BERLIN, offer, open_hours, rates, soon

pytestmark = pytest.mark.django_db
SERVICES = ("google", "microsoft")


@pytest.fixture
def hosted(settings: Any) -> Iterator[HostedCalendars]:
    with hosted_calendars(settings) as running:
        yield running


@pytest.fixture(params=SERVICES)
def connection(request: pytest.FixtureRequest, ada: User, hosted: HostedCalendars) -> Connection:
    """Returns Ada's account at each service, connected as the page does it and not read yet."""
    service = service_named(request.param)
    assert service is not None
    oauth.connect(owner=ada, service=service, code="code", verifier="verifier", redirect_uri="https://waymark.example/")
    return Connection.objects.get()


def event(name: str, hour: int, **fields: Any) -> HostedEvent:
    return HostedEvent(name, soon(hour), soon(hour) + timedelta(hours=1), **fields)


def day(name: str, **fields: Any) -> HostedEvent:
    start = soon(12).replace(hour=0)
    return HostedEvent(name, start, start + timedelta(days=1), is_day=True, **fields)


def busy(ada: User) -> list[tuple[str, datetime]]:
    rows = Reservation.objects.filter(builder=ada, kind="EXTERNAL", released_at__isnull=True).order_by("during")
    return [(row.note, row.during.lower) for row in rows]


def sync(connection: Connection) -> bool:
    return services.sync(connection=Connection.objects.get(pk=connection.pk))


def test_an_account_is_read_soon_after_it_was_connected(
    ada: User, hosted: HostedCalendars, connection: Connection
) -> None:
    for number in range(5):
        hosted.put("primary", event(f"event-{number}", 9 + number))
    hosted.put("work", event("meeting", 15))

    assert services.sync_due() == 1

    assert busy(ada) == [*(("Ada", soon(9 + number)) for number in range(5)), ("Work", soon(15))]
    assert set(AccountCalendar.objects.values_list("name", "counts")) == {("Ada", True), ("Work", True)}


def test_what_is_new_moved_and_gone_is_read_and_the_rest_is_left_alone(
    ada: User, hosted: HostedCalendars, connection: Connection
) -> None:
    for name, hour in (("stays", 9), ("moves", 10), ("goes", 11)):
        hosted.put("primary", event(name, hour))
    assert sync(connection)
    kept = list(Reservation.objects.filter(during__startswith=soon(9)).values_list("pk", "changed_at"))

    hosted.put("primary", event("moves", 14))
    hosted.put("primary", event("new", 15))
    hosted.remove("primary", "goes")
    assert sync(connection)

    assert [start for _, start in busy(ada)] == [soon(9), soon(14), soon(15)]
    assert list(Reservation.objects.filter(during__startswith=soon(9)).values_list("pk", "changed_at")) == kept


def test_an_unchanged_account_writes_no_busy_time(ada: User, hosted: HostedCalendars, connection: Connection) -> None:
    hosted.put("primary", event("dentist", 10))
    assert sync(connection)
    rows = list(Reservation.objects.values_list("pk", "changed_at", "released_at"))

    assert sync(connection)

    assert list(Reservation.objects.values_list("pk", "changed_at", "released_at")) == rows


def test_a_token_that_was_forgotten_leads_to_a_whole_reading(
    ada: User, hosted: HostedCalendars, connection: Connection
) -> None:
    hosted.put("primary", event("stays", 9))
    hosted.put("primary", event("goes", 10))
    assert sync(connection)
    hosted.remove("primary", "goes")
    hosted.forget_tokens()

    assert sync(connection)

    assert busy(ada) == [("Ada", soon(9))]


def test_free_declined_and_our_own_events_take_no_time(
    ada: User, hosted: HostedCalendars, connection: Connection, settings: Any
) -> None:
    settings.SITE_URL = "https://waymark.example"
    hosted.put("primary", event("free", 9, is_free=True))
    hosted.put("primary", event("declined", 10, is_declined=True))
    hosted.put("primary", event("ours", 11, uid="booking-1@waymark.example"))
    hosted.put("primary", day("birthday", is_free=True))
    hosted.put("primary", event("dentist", 12))
    hosted.put("primary", HostedEvent("past", datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 2, tzinfo=UTC)))

    assert sync(connection)

    assert busy(ada) == [("Ada", soon(12))]


def test_whole_days_are_the_owners(ada: User, hosted: HostedCalendars, connection: Connection) -> None:
    hosted.put("primary", day("holiday"))
    hosted.put("primary", day("birthday", is_free=True))
    Connection.objects.update(counts_all_day=True)

    assert sync(connection)

    midnight = soon(12).astimezone(BERLIN).replace(hour=0)
    assert [start for _, start in busy(ada)] == [midnight, midnight]


def test_only_calendars_that_count_are_read(
    ada: User, hosted: HostedCalendars, connection: Connection, adas: Client
) -> None:
    hosted.put("primary", event("dentist", 10))
    hosted.put("work", event("meeting", 12))
    assert sync(connection)
    page = reverse("scheduling:account_calendars", args=[connection.pk])
    work = AccountCalendar.objects.get(name="Work")

    assert "Work" in adas.get(page).content.decode()
    adas.post(page, {"counted": [str(work.pk)]})

    assert busy(ada) == [("Work", soon(12))]


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "Connect it again"), (404, "is no longer there"), (500, "has a problem"), (429, "less often")],
)
def test_an_account_that_cannot_be_read_keeps_what_was_read(
    ada: User, hosted: HostedCalendars, connection: Connection, status: int, words: str
) -> None:
    hosted.put("primary", event("dentist", 10))
    assert sync(connection)
    hosted.status = status

    assert not sync(connection)

    connection.refresh_from_db()
    assert (connection.state, busy(ada)) == ("failing", [("Ada", soon(10))])
    assert words in connection.error


def test_the_page_shows_the_account_and_removing_it_withdraws_its_tokens(
    ada: User, hosted: HostedCalendars, connection: Connection, adas: Client
) -> None:
    hosted.put("primary", event("dentist", 10))
    assert sync(connection)
    page = adas.get(reverse("scheduling:connections")).content.decode()
    assert "Up to date" in page
    form = adas.get(reverse("scheduling:connection", args=[connection.pk])).content.decode()
    assert "App password" not in form

    adas.post(
        reverse("scheduling:connection", args=[connection.pk]),
        {"name": "Mine", "when_unread": "request", "patience": "30"},
    )
    connection.refresh_from_db()
    assert (connection.name, connection.when_unread) == ("Mine", "request")

    adas.post(reverse("scheduling:disconnect", args=[connection.pk]))
    assert (LinkedAccount.objects.count(), Connection.objects.count(), busy(ada)) == (0, 0, [])


def test_after_disconnecting_the_account_its_times_are_free_again(
    ada: User, hosted: HostedCalendars, connection: Connection, django_capture_on_commit_callbacks: Any
) -> None:
    rates(ada)
    open_hours(ada)
    session_type = offer(ada)
    hosted.put("primary", event("dentist", 10))
    assert sync(connection)
    free_times.refresh([ada.pk])
    before = FreeTimes.objects.get(session_type=session_type).runs

    account = connection.account
    assert account is not None
    database.run_on_commit.clear()  # what the preparations have queued
    with django_capture_on_commit_callbacks(execute=True):
        oauth.disconnect(account=account, by=ada)

    assert busy(ada) == []
    assert len(FreeTimes.objects.get(session_type=session_type).runs) < len(before), "the day is one run again"


def test_an_account_that_is_connected_again_is_the_same_connection(
    ada: User, hosted: HostedCalendars, connection: Connection
) -> None:
    service = service_named(connection.service)
    assert service is not None
    oauth.connect(owner=ada, service=service, code="code", verifier="verifier", redirect_uri="https://waymark.example/")

    assert Connection.objects.get().pk == connection.pk
    assert Connection.objects.calendars().due(clock.now()).exists()


@pytest.mark.parametrize("name", SERVICES)
def test_without_a_client_id_a_service_is_not_offered(adas: Client, name: str) -> None:
    service = service_named(name)
    assert service is not None
    assert service.client() is None
    assert service.label not in adas.get(reverse("scheduling:connections")).content.decode()


def test_with_the_flag_off_nobody_connects_and_what_is_connected_is_read(
    ada: User, hosted: HostedCalendars, connection: Connection, adas: Client, settings: Any
) -> None:
    settings.USE_CALENDARS = False
    hosted.put("primary", event("dentist", 10))

    assert sync(connection)
    other = "google" if connection.service == "microsoft" else "microsoft"
    page = adas.get(reverse("scheduling:connections")).content.decode()

    assert busy(ada) == [("Ada", soon(10))]
    assert reverse("connections:start", args=[other]) not in page


def test_google_is_given_its_access_back_and_microsoft_takes_none(
    adas: Client, connection: Connection, hosted: HostedCalendars
) -> None:
    account = LinkedAccount.objects.get()
    LinkedAccount.objects.update(expires_at=clock.now() - timedelta(days=1))  # the refresh token has no end
    address = reverse("connections:disconnect", args=[account.pk])
    page = adas.get(address).text

    adas.post(address)
    outbox.deliver_due("revoked_tokens")

    is_google = account.service == "google"
    assert hosted.given_back == ([{"token": "refresh"}] if is_google else [])
    assert ("https://account.live.com/consent/Manage" in page) is not is_google
