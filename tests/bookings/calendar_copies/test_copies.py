"""Tests that confirmed sessions are written into the calendar that the builder has chosen, on two CalDAV servers."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bookings.agreement import services
from bookings.calendar_copies import services as copies
from bookings.meetings.services import set_link
from bookings.models import Booking
from coaching.models import SessionType
from connections.caldav.client import CalDavAccount
from connections.caldav.writer import bring_up_to_date
from connections.models import AccountCalendar, Connection
from core import clock, outbox
from core.models import OutboxMessage
from scheduling.models import Reservation
from scheduling.outside import accounts
from scheduling.outside import services as outside
from tests.bookings.cast import book, builder_of, client_of, confirmed, shop
from tests.caldav_servers import PASSWORD, USERNAME, CaldavServer
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def hour(ada: User) -> SessionType:
    return shop(ada)


@pytest.fixture
def account(ada: User, caldav: CaldavServer) -> Connection:
    """Returns an account with the calendars Family, into which sessions are written, and Work."""
    caldav.add_calendar("work", "Work")
    connection = accounts.connect(
        builder=ada, name="Home", address=caldav.address, username=USERNAME, password=PASSWORD, counts_all_day=False,
        when_unread="closed", patience=120,
    )  # fmt: skip
    write_into(connection, "Family")
    return connection


def write_into(connection: Connection, name: str | None) -> None:
    calendars = {calendar.name: calendar.pk for calendar in connection.calendars.all()}
    written = calendars[name] if name else None
    accounts.choose(connection=connection, counted=set(calendars.values()), written=written)


def delivered() -> None:
    """Delivers the copies that are due. All of them have to succeed."""
    outbox.deliver_due(copies.CHANNEL)
    assert set(OutboxMessage.objects.filter(channel=copies.CHANNEL).values_list("state", flat=True)) <= {"delivered"}


def starts(server: CaldavServer, calendar: str = "family") -> list[str]:
    """Returns when the events of a calendar begin."""
    lines = [line for text in server.texts(calendar) for line in text.split("\n")]
    return [line.partition(":")[2] for line in lines if line.startswith("DTSTART")]


def stamp(hour: int) -> str:
    return f"{soon(hour):%Y%m%dT%H%M%SZ}"


def test_a_confirmed_session_is_written_and_a_request_is_not(
    hour: SessionType, cleo: User, caldav: CaldavServer, account: Connection
) -> None:
    booking = book(hour, cleo)
    delivered()
    assert starts(caldav) == []

    services.confirm(booking=booking, by=builder_of(booking))
    delivered()

    [text] = caldav.texts()
    assert f"DTSTART:{stamp(10)}" in text
    assert f"UID:{booking.calendar_uid}" in text
    assert "SUMMARY:Coaching hour with Cleo Park" in text
    assert "ATTENDEE" not in text
    assert "METHOD" not in text


def test_it_moves_and_goes_with_the_booking(
    hour: SessionType, cleo: User, caldav: CaldavServer, account: Connection
) -> None:
    booking = confirmed(hour, cleo)
    delivered()

    booking = services.reschedule(booking=booking, start=soon(14), by=builder_of(booking))
    delivered()
    assert starts(caldav) == [stamp(14)]

    services.cancel(booking=booking, by=client_of(booking))
    delivered()
    assert starts(caldav) == []


def test_what_we_wrote_does_not_come_back_as_busy_time(
    ada: User, hour: SessionType, cleo: User, caldav: CaldavServer, account: Connection
) -> None:
    confirmed(hour, cleo)
    delivered()
    caldav.put("dentist", f"DTSTART:{stamp(12)}", "DURATION:PT1H")

    assert outside.sync(connection=account)

    rows = Reservation.objects.filter(builder=ada, kind="EXTERNAL", released_at__isnull=True)
    assert [row.during.lower for row in rows] == [soon(12)]


def test_a_new_link_is_written_too(hour: SessionType, cleo: User, caldav: CaldavServer, account: Connection) -> None:
    booking = confirmed(hour, cleo)
    set_link(booking=booking, url="https://meet.example/ada", by=builder_of(booking))
    delivered()

    assert "https://meet.example/ada" in caldav.texts()[0]


def test_a_worker_that_is_killed_after_it_wrote_leaves_one_event(
    hour: SessionType, cleo: User, caldav: CaldavServer, account: Connection
) -> None:
    booking = confirmed(hour, cleo)
    message = OutboxMessage.objects.get(channel=copies.CHANNEL)
    copies.deliver(message)  # and killed before it saved that
    assert OutboxMessage.objects.get(pk=message.pk).state == "waiting"

    delivered()
    assert starts(caldav) == [stamp(10)]

    services.cancel(booking=booking, by=client_of(booking))
    copies.deliver(OutboxMessage.objects.exclude(pk=message.pk).get(channel=copies.CHANNEL))
    delivered()
    assert starts(caldav) == []


def test_sessions_ahead_are_written_when_a_calendar_is_chosen_and_follow_to_another_one(
    hour: SessionType, cleo: User, caldav: CaldavServer, account: Connection
) -> None:
    write_into(account, None)
    confirmed(hour, cleo)
    delivered()
    assert starts(caldav) == []

    write_into(account, "Family")
    delivered()
    assert (starts(caldav), starts(caldav, "work")) == ([stamp(10)], [])

    write_into(account, "Work")
    delivered()
    assert (starts(caldav), starts(caldav, "work")) == ([], [stamp(10)])

    write_into(account, None)
    delivered()
    assert (starts(caldav), starts(caldav, "work")) == ([], [])


def test_an_event_that_the_builder_moved_or_removed_there_is_put_right_with_the_next_change(
    hour: SessionType, cleo: User, caldav: CaldavServer, account: Connection
) -> None:
    booking = confirmed(hour, cleo)
    delivered()
    caldav.remove(f"waymark-{booking.pk}")

    booking = services.reschedule(booking=booking, start=soon(14), by=builder_of(booking))
    delivered()
    assert starts(caldav) == [stamp(14)]

    text = caldav.texts()[0].replace(stamp(14), stamp(9))
    address = f"{caldav.calendar('family')}waymark-{booking.pk}.ics"
    caldav.send("PUT", address, text.replace("\n", "\r\n"), **{"Content-Type": "text/calendar"})
    services.reschedule(booking=booking, start=soon(15), by=builder_of(booking))
    delivered()
    assert starts(caldav) == [stamp(15)]


@pytest.mark.parametrize("moment", ["before it writes", "after it wrote"])
def test_a_slow_worker_never_leaves_what_a_quicker_one_has_replaced(
    hour: SessionType, cleo: User, caldav: CaldavServer, account: Connection, moment: str
) -> None:
    """While one worker writes, the booking is moved, and another worker writes that."""
    booking = confirmed(hour, cleo)
    calendar = AccountCalendar.objects.get(is_written=True)
    calls = 0

    def wanted() -> str | None:
        nonlocal calls
        calls += 1
        text = copies._wanted(str(booking.pk), calendar)
        if calls == (1 if moment == "before it writes" else 2):
            services.reschedule(booking=booking, start=soon(14), by=builder_of(booking))
            delivered()
        return text

    bring_up_to_date(CalDavAccount.of(account), calendar.address, f"waymark-{booking.pk}.ics", wanted)

    assert starts(caldav) == [stamp(14)]


def test_an_invitation_that_is_in_the_calendar_already_is_left_alone(
    hour: SessionType, cleo: User, caldav: CaldavServer, account: Connection
) -> None:
    booking = confirmed(hour, cleo)
    caldav.put("from-an-email", f"DTSTART:{stamp(10)}", "DURATION:PT1H")
    address = f"{caldav.calendar('family')}from-an-email.ics"
    text = caldav.texts()[0].replace("UID:from-an-email", f"UID:{booking.calendar_uid}").replace("\n", "\r\n")
    caldav.remove("from-an-email")
    assert caldav.send("PUT", address, text, **{"Content-Type": "text/calendar"}).ok

    delivered()

    assert starts(caldav) == [stamp(10)]


def test_a_calendar_that_cannot_be_written_is_tried_again_and_its_page_says_why(
    hour: SessionType, cleo: User, caldav: CaldavServer, account: Connection, adas: Client, settings: Any
) -> None:
    confirmed(hour, cleo)
    trusted, settings.CALENDARS_TRUSTED = settings.CALENDARS_TRUSTED, []

    outbox.deliver_due(copies.CHANNEL)

    page = adas.get(reverse("scheduling:connections")).content.decode()
    assert "The last session could not be added." in page
    settings.CALENDARS_TRUSTED = trusted
    assert OutboxMessage.objects.get(channel=copies.CHANNEL).state == "waiting"
    OutboxMessage.objects.update(due_at=clock.now())
    delivered()
    assert starts(caldav) == [stamp(10)]
    assert "could not be added" not in adas.get(reverse("scheduling:connections")).content.decode()


def test_without_a_chosen_calendar_nothing_is_written(hour: SessionType, cleo: User) -> None:
    confirmed(hour, cleo)

    delivered()

    assert Booking.objects.get().state == "CONFIRMED"
