"""Busy time of a connected calendar that came after a booking: shown to the builder, with move and cancel at hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.models import Notification, User
from bookings.agreement import services as bookings
from bookings.models import Booking
from coaching.models import SessionType
from connections.models import Connection
from core import clock
from core.models import OutboxMessage
from scheduling.outside import services
from scheduling.outside.queries import clashes
from tests.bookings.cast import book, builder_of, confirmed, shop
from tests.cast import make_person
from tests.outside import OutsideServer, outside_server
from tests.scheduling.calendars import calendar, hour
from tests.scheduling.cast import offer, soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Any) -> Iterator[OutsideServer]:
    with outside_server(settings) as running:
        yield running


@pytest.fixture
def session_type(ada: User) -> SessionType:
    ada.timezone = "Europe/Berlin"
    ada.save()
    return shop(ada)


def connect(ada: User, server: OutsideServer, *events: Any) -> Connection:
    address = server.answer("/ada.ics", calendar(*events))
    return services.connect(
        builder=ada, name="Family", address=address, counts_all_day=False, when_unread="closed", patience=120
    )


def read(connection: Connection, server: OutsideServer, *events: Any) -> None:
    server.answer("/ada.ics", calendar(*events))
    connection.refresh_from_db()
    assert services.sync(connection=connection)


def titles(ada: User) -> list[str]:
    return list(Notification.objects.filter(person=ada, kind="calendar").values_list("title", flat=True))


def mails() -> int:
    return OutboxMessage.objects.filter(channel="mail", payload__subject__startswith="You are double-booked").count()


def test_the_page_of_calendars_links_to_the_booking_with_move_and_cancel(
    adas: Client, ada: User, cleo: User, session_type: SessionType, server: OutsideServer
) -> None:
    booking = confirmed(session_type, cleo, soon(10))
    connect(ada, server, hour(10))

    page = adas.get("/dashboard/connections/").content.decode()

    for path in ("", "move/", "end/"):
        assert f'href="{booking.get_absolute_url()}{path}"' in page
        assert adas.get(f"{booking.get_absolute_url()}{path}").status_code == 200
    assert "Booking of Cleo Park" in page
    assert "Move<span" in page
    assert "Cancel<span" in page


def test_each_booking_of_a_group_has_its_links(
    adas: Client, ada: User, cleo: User, session_type: SessionType, server: OutsideServer
) -> None:
    group = offer(ada, title="Clinic", seats=6, auto_confirm=True)
    first, second = book(group, cleo, soon(10)), book(group, make_person("Dana Ray"), soon(10))
    connect(ada, server, hour(10))

    page = adas.get("/dashboard/connections/").content.decode()

    assert page.count("Clinic on") == 1
    assert page.index("Booking of Cleo Park") < page.index("Booking of Dana Ray")
    for booking in (first, second):
        assert f'href="{booking.get_absolute_url()}end/"' in page


def test_a_request_is_declined_and_not_cancelled(
    adas: Client, ada: User, cleo: User, session_type: SessionType, server: OutsideServer
) -> None:
    SessionType.objects.update(auto_confirm=False)
    session_type.refresh_from_db()
    book(session_type, cleo, soon(10))
    connect(ada, server, hour(10))

    page = adas.get("/dashboard/connections/").content.decode()

    assert "Decline<span" in page
    assert "Cancel<span" not in page


def test_a_cancelled_booking_is_no_clash(
    adas: Client, ada: User, cleo: User, session_type: SessionType, server: OutsideServer
) -> None:
    booking = confirmed(session_type, cleo, soon(10))
    connect(ada, server, hour(10))
    bookings.cancel(booking=booking, by=builder_of(booking), reason="")

    for address in ("/dashboard/connections/", "/dashboard/"):
        assert "double-booked" not in adas.get(address).content.decode()


def test_the_dashboard_shows_the_count_and_the_first_clash(
    adas: Client, ada: User, cleo: User, session_type: SessionType, server: OutsideServer
) -> None:
    for number in (12, 10):
        confirmed(session_type, cleo, soon(number))
    assert "double-booked" not in adas.get("/dashboard/").content.decode()
    connect(ada, server, hour(10), hour(12))

    page = " ".join(adas.get("/dashboard/").content.decode().split())

    assert "You are double-booked</strong> in 2 sessions. The first is " in page
    notice = page[page.index("You are double-booked") :][:700]
    assert f"{soon(10):%A, %-d %B}, 10:00</time>" in notice
    assert "“Family” says that you are busy." in notice
    assert 'href="/dashboard/connections/"' in notice


def test_looking_for_clashes_is_one_query_however_many_there_are(
    ada: User, cleo: User, session_type: SessionType, server: OutsideServer, django_assert_num_queries: Any
) -> None:
    now = clock.now()
    with django_assert_num_queries(1):
        assert clashes(ada.pk, now) == []
    for number in (9, 11, 13):
        confirmed(session_type, cleo, soon(number))
    connect(ada, server, hour(9), hour(11), hour(13))
    with django_assert_num_queries(1):
        assert len(clashes(ada.pk, now)) == 3


def test_the_page_of_calendars_needs_as_many_queries_for_many_clashes_as_for_one(
    adas: Client, ada: User, cleo: User, session_type: SessionType, server: OutsideServer,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    confirmed(session_type, cleo, soon(9))
    connection = connect(ada, server, hour(9))
    adas.get("/dashboard/connections/")
    with django_assert_max_num_queries(20) as few:
        adas.get("/dashboard/connections/")
    for number in (11, 13):
        confirmed(session_type, cleo, soon(number))
    read(connection, server, hour(9), hour(11), hour(13))
    with django_assert_max_num_queries(len(few)):
        adas.get("/dashboard/connections/")


def test_the_builder_is_notified_once_when_busy_time_appears_over_a_session(
    ada: User, cleo: User, session_type: SessionType, server: OutsideServer
) -> None:
    connection = connect(ada, server)
    confirmed(session_type, cleo, soon(10))

    read(connection, server, hour(10))
    assert titles(ada) == [f"You are double-booked on {soon(10):%A %-d %B}, 10:00"]
    notification = Notification.objects.get(person=ada, kind="calendar")
    assert notification.url == "/dashboard/connections/"
    assert "“Family” says that you are busy during " in notification.text
    assert mails() == 1

    read(connection, server, hour(10), hour(12))  # something else is new
    read(connection, server)
    read(connection, server, hour(10))  # the same event is back
    assert len(titles(ada)) == mails() == 1


def test_each_session_is_notified_of(ada: User, cleo: User, session_type: SessionType, server: OutsideServer) -> None:
    connection = connect(ada, server)
    for number in (10, 12):
        confirmed(session_type, cleo, soon(number))

    read(connection, server, hour(10), hour(12), hour(14))

    assert len(titles(ada)) == 2


def test_clashes_from_before_are_not_notified_of(
    ada: User, cleo: User, session_type: SessionType, server: OutsideServer
) -> None:
    """Those of a new calendar are on the page to which connecting leads; an event that moves within is no new clash."""
    confirmed(session_type, cleo, soon(10))
    connection = connect(ada, server, hour(10, uid="dentist"))
    assert clashes(ada.pk, clock.now())

    uid, start, _ = hour(10, uid="dentist")
    read(connection, server, (uid, start, soon(12)))

    assert titles(ada) == []
    assert mails() == 0


def test_whoever_switched_notifications_off_only_sees_it(
    ada: User, cleo: User, session_type: SessionType, server: OutsideServer
) -> None:
    User.objects.filter(pk=ada.pk).update(wants_mail=False, wants_notifications=False)
    connection = connect(ada, server)
    booking = confirmed(session_type, cleo, soon(10))
    read(connection, server, hour(10))

    assert titles(ada) == []
    assert mails() == 0
    assert len(clashes(ada.pk, clock.now())) == 1
    assert Booking.objects.get(pk=booking.pk).state == "CONFIRMED"
