"""Tests connected calendars: what is read there takes time here, and what applies while it cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Notification, User
from coaching.models import SessionType
from connections.models import Connection
from core import clock
from scheduling import claims, queries
from scheduling.models import Reservation
from scheduling.outside import services
from scheduling.outside.queries import clashes
from tests.factories.connections import ConnectionFactory
from tests.outside import OutsideServer, outside_server
from tests.scheduling.calendars import calendar, hour
from tests.scheduling.cast import BERLIN, offer, open_hours, rates, refused, soon

pytestmark = pytest.mark.django_db
CHOICES: dict[str, Any] = {"counts_all_day": False, "when_unread": "closed", "patience": 120}


@pytest.fixture
def server(settings: Any) -> Iterator[OutsideServer]:
    with outside_server(settings) as running:
        yield running


def offered(ada: User) -> SessionType:
    """Saves a session type of an hour that can be booked every hour."""
    rates(ada)
    return offer(ada)


def connect(ada: User, address: str, **choices: Any) -> Connection:
    return services.connect(builder=ada, name="Family", address=address, **CHOICES | choices)


def busy_hours(ada: User) -> list[int]:
    rows = Reservation.objects.filter(builder=ada, kind="EXTERNAL", released_at__isnull=True).order_by("during")
    return [row.during.lower.astimezone(BERLIN).hour for row in rows]


def test_what_is_busy_there_is_not_offered_here(ada: User, server: OutsideServer) -> None:
    open_hours(ada)
    session_type = offered(ada)
    window = (int(soon(9).timestamp()), int(soon(13).timestamp()))
    before = {slot.start for slot in queries.free_times(session_type, 60, window, clock.now())}

    connect(ada, server.answer("/ada.ics", calendar(hour(10))))

    after = {slot.start for slot in queries.free_times(session_type, 60, window, clock.now())}
    assert int(soon(10).timestamp()) in before
    assert int(soon(10).timestamp()) not in after
    assert int(soon(11).timestamp()) in after


def test_a_client_is_not_told_which_calendar_it_is(ada: User, cleo: User, server: OutsideServer, adas: Client) -> None:
    open_hours(ada)
    session_type = offered(ada)
    connect(ada, server.answer("/ada.ics", calendar(hour(10))))

    wanted = claims.TimeRequest(session_type, soon(10), 60, claims.Visitor(str(cleo.pk), cleo))
    assert refused(lambda: claims.book(wanted)).sentence == "Busy elsewhere at this time."
    page = adas.get(
        reverse("scheduling:preview"),
        {"session": str(session_type.pk), "day": f"{soon(10).astimezone(BERLIN):%Y-%m-%d}", "at": "10:00"},
    )
    assert "Busy in “Family”." in page.content.decode()


def test_only_the_difference_is_written(ada: User, server: OutsideServer) -> None:
    connection = connect(ada, server.answer("/ada.ics", calendar(hour(9), hour(10), hour(11))))
    before = {row.source_key: row.pk for row in Reservation.objects.filter(source=connection)}

    server.answer("/ada.ics", calendar(hour(9), hour(14, uid="event-10"), hour(12)))
    assert services.sync(connection=connection)

    live = Reservation.objects.filter(source=connection, released_at__isnull=True)
    assert busy_hours(ada) == [9, 12, 14]
    assert {row.pk for row in live} & set(before.values()) == {
        row.pk for row in live if row.during.lower.astimezone(BERLIN).hour == 9
    }


def test_an_unchanged_calendar_writes_no_busy_time(
    ada: User, server: OutsideServer, django_assert_max_num_queries: Any
) -> None:
    connection = connect(ada, server.answer("/ada.ics", calendar(*(hour(number) for number in range(24))), ETag='"1"'))
    server.answer("/ada.ics", status=304)
    changed = list(Reservation.objects.values_list("pk", "changed_at"))

    with django_assert_max_num_queries(5):  # the clock, a savepoint with the lock and the connection
        assert services.sync(connection=connection)

    assert server.requests[-1][1]["If-None-Match"] == '"1"'
    assert list(Reservation.objects.values_list("pk", "changed_at")) == changed


def test_a_reading_that_is_repeated_changes_nothing(ada: User, server: OutsideServer) -> None:
    connection = connect(ada, server.answer("/ada.ics", calendar(hour(9), hour(10))))
    Connection.objects.update(expanded_at=None)
    connection.refresh_from_db()
    rows = list(Reservation.objects.values_list("pk", "changed_at", "released_at"))

    assert services.sync(connection=connection)
    assert list(Reservation.objects.values_list("pk", "changed_at", "released_at")) == rows


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"status": 404}, "There is no calendar at that address any more."),
        ({"status": 401}, "does not let us read it"),
        ({"status": 503}, "has a problem"),
        ({"body": b"<html>Sign in</html>"}, "There is no calendar at that address."),
        ({"body": b"x" * 5_000_001}, "The answer is too large."),
    ],
)
def test_an_address_that_cannot_be_read_is_not_connected(
    ada: User, server: OutsideServer, answer: dict[str, Any], sentence: str
) -> None:
    refusal = refused(lambda: connect(ada, server.answer("/ada.ics", **answer)))

    assert sentence in str(refusal.fields)
    assert not Connection.objects.exists()


def test_a_calendar_that_stops_answering_keeps_what_was_read(ada: User, server: OutsideServer) -> None:
    connection = connect(ada, server.answer("/ada.ics", calendar(hour(10))))
    server.answer("/ada.ics", status=500)

    assert not services.sync(connection=connection)

    connection.refresh_from_db()
    assert (connection.state, connection.failures, busy_hours(ada)) == ("failing", 1, [10])
    assert "has a problem" in connection.error
    assert not Notification.objects.filter(person=ada).exists()


def out_of_date(connection: Connection, server: OutsideServer) -> None:
    """Lets the calendar fail after its owner's patience has ended."""
    server.answer("/ada.ics", status=500)
    Connection.objects.update(read_at=clock.now() - timedelta(hours=3))
    assert not services.sync(connection=connection)


def test_after_the_owners_patience_nothing_is_offered(ada: User, server: OutsideServer) -> None:
    open_hours(ada)
    session_type = offered(ada)
    connection = connect(ada, server.answer("/ada.ics", calendar(hour(10))))
    window = (int(soon(9).timestamp()), int(soon(13).timestamp()))

    out_of_date(connection, server)
    assert not services.sync(connection=connection)
    assert list(queries.free_times(session_type, 60, window, clock.now())) == []
    notifications = Notification.objects.filter(person=ada)
    assert [note.title for note in notifications] == ["Your calendar “Family” cannot be read"]

    server.answer("/ada.ics", calendar(hour(10)))
    connection.refresh_from_db()
    assert services.sync(connection=connection)
    assert list(queries.free_times(session_type, 60, window, clock.now())) != []
    assert busy_hours(ada) == [10]


def test_or_the_times_are_offered_and_each_booking_is_confirmed(ada: User, server: OutsideServer) -> None:
    open_hours(ada)
    ask = claims.TimeRequest(offered(ada), soon(11), 60, claims.Visitor("cleo"))
    connection = connect(ada, server.answer("/ada.ics", calendar(hour(10))), when_unread="request")
    assert not ask.hours.asks_to_confirm

    out_of_date(connection, server)
    ask.forget_hours()

    assert busy_hours(ada) == [10]
    assert ask.hours.asks_to_confirm


def test_a_session_over_which_busy_time_came_later_is_shown(
    ada: User, cleo: User, server: OutsideServer, adas: Client
) -> None:
    open_hours(ada)
    claims.book(claims.TimeRequest(offered(ada), soon(10), 60, claims.Visitor(str(cleo.pk), cleo)))

    connect(ada, server.answer("/ada.ics", calendar(hour(10), hour(12))))

    assert [(clash.session.during.lower, clash.calendar) for clash in clashes(ada.pk, clock.now())] == [
        (soon(10), "Family")
    ]
    assert "You are double-booked" in adas.get(reverse("scheduling:connections")).content.decode()


def test_a_calendar_that_is_renamed_is_named_so_in_its_clashes(ada: User, cleo: User, server: OutsideServer) -> None:
    open_hours(ada)
    claims.book(claims.TimeRequest(offered(ada), soon(10), 60, claims.Visitor(str(cleo.pk), cleo)))
    connection = connect(ada, server.answer("/ada.ics", calendar(hour(10))))

    services.change(connection=connection, name="Home")

    assert [clash.calendar for clash in clashes(ada.pk, clock.now())] == ["Home"]


def test_before_a_booking_a_calendar_is_read_again_after_a_minute(ada: User, server: OutsideServer) -> None:
    open_hours(ada)
    session_type = offered(ada)
    connect(ada, server.answer("/ada.ics", calendar(hour(10))))
    server.answer("/ada.ics", calendar(hour(11)))

    services.refresh_before_booking(claims.TimeRequest(session_type, soon(11), 60, claims.Visitor("cleo")))
    assert busy_hours(ada) == [10]

    Connection.objects.update(tried_at=clock.now() - timedelta(seconds=61))
    services.refresh_before_booking(claims.TimeRequest(session_type, soon(11), 60, claims.Visitor("cleo")))
    assert busy_hours(ada) == [11]


def test_calendars_are_read_when_they_are_due(ada: User, server: OutsideServer) -> None:
    connect(ada, server.answer("/ada.ics", calendar(hour(10))))
    server.answer("/ada.ics", calendar(hour(11)))

    assert services.sync_due() == 0
    Connection.objects.update(next_read_at=clock.now())
    assert services.sync_due() == 1
    assert busy_hours(ada) == [11]


def test_a_calendar_that_cannot_be_kept_stops_no_other(
    ada: User, server: OutsideServer, caplog: pytest.LogCaptureFixture
) -> None:
    broken = connect(ada, server.answer("/broken.ics", calendar(hour(9))))
    services.connect(builder=ada, name="Work", address=server.answer("/ada.ics", calendar(hour(10))), **CHOICES)
    Connection.objects.filter(pk=broken.pk).update(secret="under a key that is gone")
    server.answer("/ada.ics", calendar(hour(11)))

    Connection.objects.update(next_read_at=clock.now())
    assert services.sync_due() == 2

    broken.refresh_from_db()
    assert busy_hours(ada) == [9, 11]
    assert (broken.failures, broken.error) == (
        1,
        "Something went wrong in Waymark with this calendar. We will try again later.",
    )
    assert str(broken.pk) in caplog.text


@pytest.mark.parametrize("value", ['"a\0b"', '"a\x85b"', '"\xff"'], ids=["NUL", "control character", "not ASCII"])
def test_a_mark_of_a_version_that_cannot_be_sent_back_is_not_kept(ada: User, server: OutsideServer, value: str) -> None:
    connection = connect(ada, server.answer("/ada.ics", calendar(hour(10)), ETag=value, Last_Modified=value))

    assert (connection.etag, connection.modified) == ("", "")


def test_failures_are_tried_less_and_less_often(ada: User, server: OutsideServer) -> None:
    connection = connect(ada, server.answer("/ada.ics", calendar(hour(10))))
    server.answer("/ada.ics", status=429)
    pauses = []
    for _ in range(8):
        services.sync(connection=connection)
        connection.refresh_from_db()
        assert connection.tried_at
        pauses.append((connection.next_read_at - connection.tried_at).total_seconds() // 60)

    assert pauses == [10, 20, 30, 40, 50, 60, 60, 60]


def test_busy_time_that_left_its_calendar_is_deleted_a_month_later(ada: User, server: OutsideServer) -> None:
    connection = connect(ada, server.answer("/ada.ics", calendar(hour(10))))
    server.answer("/ada.ics", calendar())
    services.sync(connection=connection)
    assert busy_hours(ada) == []

    services.forget_released(clock.now() + timedelta(days=29))
    assert Reservation.objects.filter(source=connection).count() == 1
    services.forget_released(clock.now() + timedelta(days=31))
    assert Reservation.objects.filter(source=connection).count() == 0


def test_the_secret_address_is_encrypted_and_never_shown(ada: User, server: OutsideServer, adas: Client) -> None:
    address = server.answer("/private-1b2c3d/ada.ics", calendar(hour(10)))
    connection = connect(ada, address)

    assert connection.address == address
    assert "1b2c3d" not in connection.secret
    for name, args in (("connections", []), ("connection", [connection.pk]), ("disconnect", [connection.pk])):
        page = adas.get(reverse(f"scheduling:{name}", args=args))
        assert page.status_code == 200
        assert "1b2c3d" not in page.content.decode()


def test_a_builder_connects_changes_and_removes_a_calendar(ada: User, server: OutsideServer, adas: Client) -> None:
    address = server.answer("/ada.ics", calendar(hour(10)))
    form = {"name": "Family", "address": address, "when_unread": "closed", "patience": "120"}

    adas.post(reverse("scheduling:connect"), form)
    connection = Connection.objects.get()
    assert (connection.state, connection.name, busy_hours(ada)) == ("good", "Family", [10])

    changed = form | {"name": "Home", "address": "", "patience": "30"}
    adas.post(reverse("scheduling:connection", args=[connection.pk]), changed)
    connection.refresh_from_db()
    assert (connection.name, connection.patience, connection.address) == ("Home", 30, address)

    adas.post(reverse("scheduling:disconnect", args=[connection.pk]))
    assert (Connection.objects.count(), busy_hours(ada)) == (0, [])


def test_a_new_address_that_cannot_be_read_changes_nothing(ada: User, server: OutsideServer, adas: Client) -> None:
    connection = connect(ada, server.answer("/ada.ics", calendar(hour(10))))
    form = {"name": "Home", "address": "https://127.0.0.1/", "when_unread": "closed", "patience": "30"}

    page = adas.post(reverse("scheduling:connection", args=[connection.pk]), form)

    assert page.status_code == 422
    assert "no server on the public internet" in page.content.decode()
    connection.refresh_from_db()
    assert (connection.name, connection.address) == ("Family", server.address("/ada.ics"))


def test_nobody_else_reaches_a_calendar(
    ada: User, cleo: User, server: OutsideServer, browser_of: Callable[[User | None], Client]
) -> None:
    connection = connect(ada, server.answer("/ada.ics", calendar(hour(10))))
    for person in (None, cleo):
        for name in ("connection", "read_calendar", "disconnect"):
            answer = browser_of(person).post(reverse(f"scheduling:{name}", args=[connection.pk]))
            assert answer.status_code in (302, 403, 404)
    assert Connection.objects.filter(pk=connection.pk, name="Family").exists()
    assert len(server.requests) == 1


def test_one_request_at_a_time_reads_a_persons_calendars(ada: User, server: OutsideServer) -> None:
    """While the calendar's server keeps one request waiting, the same person sends another."""
    connection = connect(ada, server.answer("/ada.ics", calendar(hour(10))))
    answer = server.answers["/ada.ics"]
    sentences: list[str] = []

    def answer_late(request: Any) -> None:
        server.answers["/ada.ics"] = answer
        sentences.append(refused(lambda: services.sync_now(connection=connection)).sentence)
        answer(request)

    server.answers["/ada.ics"] = answer_late

    assert services.sync_now(connection=connection)
    assert sentences == ["Another of your calendars is being read. Try again in a few seconds."]
    assert services.sync_now(connection=connection)


@pytest.mark.slow
def test_names_are_not_used_twice_and_calendars_are_limited(ada: User, server: OutsideServer) -> None:
    address = server.answer("/ada.ics", calendar())
    connect(ada, address)
    assert "with this name" in refused(lambda: connect(ada, address)).sentence
    for number in range(services.MOST_CALENDARS - 1):
        services.connect(builder=ada, name=f"Calendar {number}", address=address, **CHOICES)
    one_more = refused(lambda: services.connect(builder=ada, name="One more", address=address, **CHOICES))
    assert "You can connect at most 10 calendars" in one_more.sentence


def test_a_calendar_that_was_never_read_says_so(ada: User, adas: Client) -> None:
    ConnectionFactory.create(owner=ada)

    page = adas.get(reverse("scheduling:connections")).content.decode()

    assert "Not read yet" in page
    assert "Cannot be read" not in page
