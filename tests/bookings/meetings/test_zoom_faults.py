"""Meetings at Zoom while Zoom fails, after a worker was killed, and with the flag off: the booking stands, and the end is
the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Notification, User
from bookings.agreement import services
from bookings.meetings import arranging
from bookings.meetings.services import set_link
from bookings.models import Meeting
from bookings.states import State
from bookings.tasks import look_for_zoom_hosts
from coaching.models import SessionType
from connections.oauth.models import LinkedAccount
from connections.zoom import wire
from core import clock, outbox
from core.models import OutboxMessage
from tests.at_once import DONE, at_once
from tests.bookings.cast import builder_of, confirmed, shop
from tests.bookings.meetings.cast import OTHER_ROOM, ROOM, loaded, set_standing_link
from tests.bookings.meetings.zoom import booked, page_of, work
from tests.cast import make_builder_person, make_person
from tests.connections.zoom import RunningZoom, connect_zoom, running_zoom
from tests.reading import visible_text
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db


# Faults -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["429", "500", "garbage", "daily"])
def test_while_zoom_fails_the_booking_stands_and_gets_its_meeting_later(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User, fault: str
) -> None:
    zoom.fail(fault)
    booking = booked(hour, cleo)
    assert booking.state == State.CONFIRMED
    assert booking.zoom_url == ""
    assert "The link is coming." in page_of(booking, cleo)

    zoom.fail("none")
    work()
    assert loaded(booking).zoom_url
    assert len(zoom.rooms) == 1


def test_a_meeting_whose_answer_was_lost_is_not_made_twice(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    zoom.fail("drop")
    booking = booked(hour, cleo)
    assert len(zoom.rooms) == 1
    assert booking.zoom_url == ""
    assert "The connection was lost" in page_of(booking, hour.builder)

    zoom.fail("none")
    work()

    assert len(zoom.rooms) == 1
    assert loaded(booking).zoom_url.startswith(f"{zoom.server.address}/zoom/j/{zoom.rooms[0].id}")
    assert zoom.count("POST") == 1


def test_a_move_whose_answer_was_lost_is_made_again(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    booking = booked(hour, cleo)
    zoom.fail("drop")
    services.reschedule(booking=booking, start=soon(15), by=builder_of(booking))
    work()
    zoom.fail("none")
    work()

    assert len(zoom.rooms) == 1
    assert zoom.rooms[0].content["start_time"] == f"{soon(15):%Y-%m-%dT%H:%M:%SZ}"
    assert loaded(booking).zoom_url == booking.zoom_url


def test_a_link_that_is_missing_says_why_to_the_builder_only(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    zoom.fail("daily")
    booking = booked(hour, cleo)

    assert "Zoom allows 100 new or changed meetings per host and day" in page_of(booking, hour.builder)
    assert "100 meetings" not in page_of(booking, cleo)
    message = OutboxMessage.objects.get(channel="zoom", state="waiting")
    assert message.due_at > clock.now() + timedelta(seconds=1)


def test_without_a_meeting_the_standing_link_applies_and_the_builder_reads_why(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    set_standing_link(hour.builder, ROOM)
    zoom.fail("daily")
    booking = booked(hour, cleo)

    assert ROOM in page_of(booking, cleo)
    assert "100 new or changed meetings" in page_of(booking, hour.builder)
    assert "100 new or changed meetings" not in page_of(booking, cleo)


def test_the_limit_of_a_day_is_kept_without_asking_zoom(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    for _ in range(wire.CALLS_A_DAY):
        wire.DAY.count(f"{account.pk} me {clock.now():%Y-%m-%d}")
    booking = booked(hour, cleo)

    assert zoom.count("POST") == 0
    assert "today’s limit is reached" in page_of(booking, hour.builder)


def test_a_withdrawn_account_is_told_once_and_connecting_again_makes_the_missing_meetings(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    zoom.fail("revoked")
    LinkedAccount.objects.update(expires_at=clock.now())
    booking = booked(hour, cleo)
    other = booked(hour, cleo, start=soon(15))

    assert "Connect it again" in page_of(booking, hour.builder)
    assert Notification.objects.filter(person=hour.builder, title="Connect Zoom again").count() == 1
    assert (booking.zoom_url, other.zoom_url) == ("", "")

    zoom.fail("none")
    LinkedAccount.objects.all().delete()
    connect_zoom(hour.builder)
    work()
    assert loaded(booking).zoom_url
    assert loaded(other).zoom_url
    assert len(zoom.rooms) == 2


def test_a_slow_zoom_holds_up_no_page(zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User) -> None:
    zoom.fail("slow")
    booking = confirmed(hour, cleo)

    assert "The link is coming." in page_of(booking, cleo)


def test_a_meeting_deleted_at_zoom_is_made_anew_once_and_then_said(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    booking = booked(hour, cleo)
    outbox.deliver_due("booking")
    zoom.zoom.delete(zoom.rooms[0].id)
    zoom.deliver_webhooks()
    again = loaded(booking)
    assert again.zoom_url not in ("", booking.zoom_url)
    assert OutboxMessage.objects.filter(channel="meeting").exists()

    zoom.zoom.delete(zoom.rooms[0].id)
    zoom.deliver_webhooks()
    assert loaded(booking).zoom_url == ""
    assert zoom.rooms == []
    assert Notification.objects.filter(person=hour.builder, title=f"{booking.reference} has no Zoom meeting").exists()
    assert "deleted in Zoom twice" in page_of(booking, hour.builder)


def test_a_meeting_that_is_gone_when_the_booking_moves_is_made_anew(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    booking = booked(hour, cleo)
    zoom.zoom.rooms.clear()
    services.reschedule(booking=booking, start=soon(15), by=builder_of(booking))
    work()

    assert loaded(booking).zoom_url not in ("", booking.zoom_url)
    assert len(zoom.rooms) == 1


def test_our_own_deletion_makes_no_other_meeting(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    booking = booked(hour, cleo)
    set_link(booking=booking, url=OTHER_ROOM, by=builder_of(booking))
    work()
    zoom.deliver_webhooks()

    assert zoom.rooms == []
    assert Meeting.objects.get().state == "deleted"


# Killed workers and two at once -------------------------------------------------------------------------


class Killed(BaseException):
    """Ends a worker as a signal does: nothing after it runs."""


@pytest.mark.parametrize("act", ["create", "update", "delete"])
def test_a_worker_killed_between_zoom_and_the_database_leaves_the_same_end(
    zoom: RunningZoom,
    account: LinkedAccount,
    hour: SessionType,
    cleo: User,
    monkeypatch: pytest.MonkeyPatch,
    act: str,
) -> None:
    booking = confirmed(hour, cleo)
    if act != "create":
        work()
    if act == "update":
        services.reschedule(booking=booking, start=soon(15), by=builder_of(booking))
    if act == "delete":
        services.cancel(booking=booking, by=builder_of(booking))

    def killed(*parts: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(arranging, "_save_done", killed)
        with pytest.raises(Killed):
            work()
    Meeting.objects.update(busy_until=clock.now())  # the lease of the killed worker is over
    work()

    ended = loaded(booking)
    assert len(zoom.rooms) == (0 if act == "delete" else 1)
    assert zoom.count("POST") == 1
    if act != "delete":
        assert ended.zoom_url
        assert zoom.rooms[0].content["start_time"] == f"{ended.starts_at:%Y-%m-%dT%H:%M:%SZ}"


def test_a_booking_that_ends_while_its_meeting_is_made_leaves_none(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = confirmed(hour, cleo)
    ask = arranging._ask

    def cancelled_meanwhile(work: arranging.Work) -> Any:
        if work.task == arranging.Task.CREATE:
            services.cancel(booking=booking, by=builder_of(booking))
        return ask(work)

    with monkeypatch.context() as patch:
        patch.setattr(arranging, "_ask", cancelled_meanwhile)
        work()
    work()

    assert zoom.rooms == []
    assert loaded(booking).zoom_url == ""


def test_two_workers_at_once_make_one_meeting(committed: None, settings: Any) -> None:
    with running_zoom(settings) as zoom:
        hour = shop(make_builder_person("Ada Moreno"))
        connect_zoom(hour.builder)
        booking = confirmed(hour, make_person("Cleo Park"))
        message = OutboxMessage.objects.filter(channel="zoom").latest("created_at")

        outcomes = at_once(*[lambda: arranging.deliver(message)] * 3)
        work()

        assert DONE in outcomes
        assert len(zoom.rooms) == 1
        assert loaded(booking).zoom_url


# The flag, and the platform's account -------------------------------------------------------------------


def test_with_the_flag_off_no_meeting_is_made_and_what_runs_goes_on(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User, settings: Any
) -> None:
    running = booked(hour, cleo)
    settings.USE_ZOOM = False
    new = booked(hour, cleo, start=soon(15))
    services.cancel(booking=running, by=builder_of(running))
    work()

    assert new.zoom_url == ""
    assert zoom.rooms == []
    client = Client()
    client.force_login(hour.builder)
    assert client.post("/dashboard/connections/accounts/zoom/start/").status_code == 404
    assert "Disconnect" in visible_text(client.get("/dashboard/connections/"))


def test_builders_without_an_account_meet_in_the_platforms_one_host_for_each_meeting(
    zoom: RunningZoom, hour: SessionType, cleo: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_platform_account(settings, monkeypatch)
    other = shop_of("Bea Builder")
    third = shop_of("Cai Builder")

    bookings = [booked(hour, cleo), booked(other, cleo), booked(third, cleo)]

    assert [booking.meeting.host for booking in bookings if booking.meeting] == [*settings.ZOOM_HOSTS, ""]
    assert [bool(booking.zoom_url) for booking in bookings] == [True, True, False]
    assert "All Zoom hosts of the platform" in page_of(bookings[2], third.builder)
    assert LinkedAccount.objects.get().owner is None


def test_a_session_without_a_host_gets_one_once_a_host_is_free(
    zoom: RunningZoom, hour: SessionType, cleo: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_platform_account(settings, monkeypatch)
    first, _, third = [booked(hour, cleo), booked(shop_of("Bea Builder"), cleo), booked(shop_of("Cai Builder"), cleo)]
    look_for_zoom_hosts(clock.now())
    work()
    assert loaded(third).zoom_url == ""
    assert "Waymark tries again every few minutes." in page_of(third, third.builder)

    services.cancel(booking=first, by=builder_of(first))
    work()
    look_for_zoom_hosts(clock.now())
    work()

    meeting = loaded(third).meeting
    assert meeting is not None
    assert (meeting.host, meeting.error) == (settings.ZOOM_HOSTS[0], "")
    assert loaded(third).zoom_url


def test_sessions_without_a_host_that_are_cancelled_or_over_are_left_alone(
    zoom: RunningZoom, hour: SessionType, cleo: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_platform_account(settings, monkeypatch)
    settings.ZOOM_HOSTS = ["first@platform.test"]
    first, second = booked(hour, cleo), booked(shop_of("Bea Builder"), cleo)
    services.cancel(booking=second, by=builder_of(second))
    services.cancel(booking=first, by=builder_of(first))
    work()
    OutboxMessage.objects.filter(channel="zoom").delete()

    look_for_zoom_hosts(clock.now())

    assert not OutboxMessage.objects.filter(channel="zoom").exists()


def test_a_session_that_moves_to_a_time_at_which_its_host_is_taken_gets_another(
    zoom: RunningZoom, hour: SessionType, cleo: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_platform_account(settings, monkeypatch)
    moved = booked(hour, cleo)
    booked(shop_of("Bea Builder"), cleo, start=soon(15))
    services.reschedule(booking=moved, start=soon(15), by=builder_of(moved))
    work()

    assert sorted(Meeting.objects.filter(state="made").values_list("host", flat=True)) == settings.ZOOM_HOSTS
    assert len(zoom.rooms) == 2
    assert loaded(moved).zoom_url not in ("", moved.zoom_url)


def use_platform_account(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets up an account of the platform with two hosts, at the stand-in."""
    settings.ZOOM_ACCOUNT_ID = "account"
    settings.ZOOM_SERVER_CLIENT_ID = settings.ZOOM_SERVER_CLIENT_SECRET = "server"
    settings.ZOOM_HOSTS = ["first@platform.test", "second@platform.test"]
    monkeypatch.setattr("connections.zoom.configuration.is_sandbox", lambda: True)


def shop_of(name: str) -> SessionType:
    return shop(make_builder_person(name))
