"""Meetings at Zoom are made, moved and deleted with their bookings, and mails wait for their links."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bookings.agreement import services
from bookings.meetings import arranging
from bookings.meetings.services import set_link
from bookings.states import State
from coaching.models import SessionType
from connections.oauth.models import LinkedAccount
from core import clock, outbox
from core.models import OutboxMessage
from tests.bookings.cast import book, book_as_guest, builder_of, client_of, confirmed, free_shop
from tests.bookings.meetings.cast import OTHER_ROOM, ROOM, begin_in, loaded, set_standing_link
from tests.bookings.meetings.zoom import booked, page_of, work
from tests.cast import make_person
from tests.connections.zoom import RunningZoom, connect_zoom
from tests.emails import delivered, entry_of, read, text_of
from tests.reading import visible_text
from tests.scheduling.cast import offer, open_hours, rates, soon

pytestmark = pytest.mark.django_db


# Made, moved, deleted -----------------------------------------------------------------------------------


def test_a_confirmed_remote_session_gets_a_meeting_of_its_time_and_length(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    booking = booked(hour, cleo)

    (room,) = zoom.rooms
    assert booking.meeting is not None
    assert (booking.meeting.state, booking.meeting.external_id) == ("made", str(room.id))
    assert booking.zoom_url.startswith(f"{zoom.server.address}/zoom/j/{room.id}?pwd=")
    assert room.content["duration"] == booking.minutes
    assert room.content["start_time"] == f"{booking.starts_at:%Y-%m-%dT%H:%M:%SZ}"
    assert room.content["topic"] == f"{booking.title} with Ada Moreno"
    assert cleo.display_name not in str(room.content)


def test_a_request_that_waits_for_an_answer_has_no_meeting(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    book(hour, cleo)
    work()

    assert zoom.rooms == []


def test_a_builder_without_zoom_meets_at_the_standing_link(zoom: RunningZoom, hour: SessionType, cleo: User) -> None:
    set_standing_link(hour.builder, ROOM)
    booking = booked(hour, cleo)

    assert booking.zoom_url == ""
    assert not OutboxMessage.objects.filter(channel="zoom").exists()


def test_the_meeting_comes_before_the_standing_link(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    set_standing_link(hour.builder, ROOM)
    booking = booked(hour, cleo)

    assert booking.zoom_url
    assert booking.zoom_url in page_of(booking, cleo)


def test_who_has_just_booked_is_shown_no_link_that_is_about_to_be_replaced(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    set_standing_link(hour.builder, ROOM)
    booking = confirmed(hour, cleo)
    client = Client()
    client.force_login(cleo)
    address = reverse("bookings:booked", args=[booking.reference])

    page = visible_text(client.get(address))
    assert ROOM not in page
    assert "The link will be on this page and in a mail." in page

    work()
    assert loaded(booking).zoom_url in visible_text(client.get(address))


def test_the_page_of_the_booking_says_that_the_zoom_link_is_coming(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    set_standing_link(hour.builder, ROOM)
    booking = confirmed(hour, cleo)

    for person in (cleo, hour.builder):
        assert ROOM not in page_of(booking, person)
        assert "The Zoom link is coming." in page_of(booking, person)

    work()
    assert loaded(booking).zoom_url in page_of(booking, cleo)
    assert "The Zoom link is coming." not in page_of(booking, cleo)


def test_a_quarter_of_an_hour_before_the_start_the_page_shows_the_link_that_applies(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    set_standing_link(hour.builder, ROOM)
    booking = confirmed(hour, cleo)
    begin_in(booking, 14)

    assert ROOM in page_of(booking, cleo)


def test_while_zoom_fails_they_are_shown_the_standing_link(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    set_standing_link(hour.builder, ROOM)
    zoom.fail("500")
    booking = booked(hour, cleo)
    client = Client()
    client.force_login(cleo)

    assert ROOM in visible_text(client.get(reverse("bookings:booked", args=[booking.reference])))


def test_it_moves_with_the_booking(zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User) -> None:
    booking = booked(hour, cleo)
    services.reschedule(booking=booking, start=soon(15), by=builder_of(booking))
    work()

    (room,) = zoom.rooms
    moved = loaded(booking)
    assert room.content["start_time"] == f"{moved.starts_at:%Y-%m-%dT%H:%M:%SZ}"
    assert moved.zoom_url == booking.zoom_url
    assert (zoom.count("POST"), zoom.count("PATCH")) == (1, 1)


def test_what_the_client_moves_keeps_its_meeting_until_it_is_confirmed_again(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    booking = booked(hour, cleo)
    services.reschedule(booking=booking, start=soon(15), by=client_of(booking))
    work()
    asked = loaded(booking)
    assert asked.state == State.PENDING
    assert booking.zoom_url not in page_of(asked, cleo)

    services.confirm(booking=asked, by=builder_of(asked))
    work()
    assert loaded(booking).zoom_url == booking.zoom_url
    assert zoom.count("POST") == 1


@pytest.mark.parametrize("side", [builder_of, client_of])
def test_a_cancelled_session_has_its_meeting_deleted(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User, side: Any
) -> None:
    booking = booked(hour, cleo)
    services.cancel(booking=booking, by=side(booking))
    work()

    ended = loaded(booking)
    assert zoom.rooms == []
    assert ended.zoom_url == ""
    assert ended.meeting is not None
    assert ended.meeting.state == "deleted"


def test_a_session_that_was_held_keeps_its_meeting(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    booking = begin_in(booked(hour, cleo), -70)
    services.start(booking=booking, by=builder_of(booking))
    services.complete(booking=booking, by=builder_of(booking))
    arranging.queue(booking)
    work()

    assert len(zoom.rooms) == 1


def test_a_link_that_the_builder_types_ends_the_meeting_and_taking_it_away_makes_another(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    booking = booked(hour, cleo)
    set_link(booking=booking, url=OTHER_ROOM, by=builder_of(booking))
    assert OTHER_ROOM in page_of(booking, cleo)
    work()
    assert zoom.rooms == []

    set_link(booking=booking, url="", by=builder_of(booking))
    work()
    assert len(zoom.rooms) == 1
    assert loaded(booking).zoom_url not in ("", booking.zoom_url)


def test_a_group_shares_one_meeting_which_stays_for_the_others(zoom: RunningZoom, ada: User, cleo: User) -> None:
    rates(ada)
    open_hours(ada)
    connect_zoom(ada)
    group = offer(ada, seats=3)
    sam = make_person("Sam Stranger")
    first, second = booked(group, cleo, start=soon()), booked(group, sam, start=soon())

    assert first.zoom_url == second.zoom_url != ""
    assert len(zoom.rooms) == 1

    services.cancel(booking=first, by=client_of(first))
    work()
    assert len(zoom.rooms) == 1
    services.reschedule(booking=second, start=soon(15), by=builder_of(second))
    services.cancel(booking=second, by=client_of(second))
    work()
    assert zoom.rooms == []


def test_a_builders_wishes_shape_new_meetings(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    client = Client()
    client.force_login(hour.builder)
    page = client.get("/dashboard/connections/zoom/")
    assert "Clients wait until I let them in" in visible_text(page)
    client.post("/dashboard/connections/zoom/", {"join_before_host": "on", "recording": "cloud"})
    booked(hour, cleo)

    (room,) = zoom.rooms
    assert "password" not in room.content
    assert room.content["settings"] == {
        "host_video": False, "participant_video": False, "waiting_room": False, "join_before_host": True,
        "mute_upon_entry": False, "auto_recording": "cloud", "approval_type": 2, "email_notification": False,
    }  # fmt: skip


def test_by_default_there_is_a_waiting_room_and_a_passcode(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    booked(hour, cleo)

    (room,) = zoom.rooms
    assert len(room.content["password"]) == 8
    assert room.content["settings"]["waiting_room"] is True


# The mail waits for the link ----------------------------------------------------------------------------


def test_the_mail_about_a_booking_waits_for_the_link_and_has_it(
    zoom: RunningZoom, ada: User, mail_folder: Path
) -> None:
    free = free_shop(ada)
    connect_zoom(ada)
    booking = book(free, make_person("Cleo Park"))
    outbox.deliver_due("booking")
    assert read(mail_folder) == []

    mails = delivered(mail_folder)  # Zoom comes after bookings in one round, and makes their mails due
    mails = delivered(mail_folder)

    link = loaded(booking).zoom_url
    assert [link in text_of(mail) for mail in mails] == [True, True]
    assert [entry_of(mail).vevent.url.value for mail in mails] == [link, link]


def test_without_zoom_the_mail_goes_out_after_a_minute_and_the_link_follows(
    zoom: RunningZoom, ada: User, mail_folder: Path
) -> None:
    free = free_shop(ada)
    connect_zoom(ada)
    zoom.fail("500")
    booking = book(free, make_person("Cleo Park"))
    work()
    _pass_a_minute()
    outbox.deliver_due("booking")
    assert len(read(mail_folder)) == 2

    zoom.fail("none")
    work()
    last = delivered(mail_folder)[-1]
    assert last["Subject"].startswith("New link")
    assert loaded(booking).zoom_url in text_of(last)


def _pass_a_minute() -> None:
    """Makes the event a minute older; the database refuses to change events otherwise."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE bookings_bookingevent DISABLE TRIGGER USER")
        cursor.execute("UPDATE bookings_bookingevent SET at = at - interval '61 seconds'")
        cursor.execute("ALTER TABLE bookings_bookingevent ENABLE TRIGGER USER")
    OutboxMessage.objects.update(due_at=clock.now())


def test_a_guest_reads_the_link_on_the_page_in_the_mail_and_in_the_calendar_file(
    zoom: RunningZoom, ada: User, mail_folder: Path
) -> None:
    free = free_shop(ada)
    connect_zoom(ada)
    booking = book_as_guest(free)
    services.join(booking=booking, person=make_person("Gwen Guest"), now=clock.now())
    work()

    agreed = loaded(booking)
    assert agreed.zoom_url
    assert any(agreed.zoom_url in text_of(mail) for mail in delivered(mail_folder))
    client = Client()
    assert agreed.client is not None
    client.force_login(agreed.client)
    assert agreed.zoom_url in visible_text(client.get(agreed.get_absolute_url()))
    calendar = client.get(f"{agreed.get_absolute_url()}calendar.ics")
    assert agreed.zoom_url in calendar.content.decode().replace("\r\n ", "")
