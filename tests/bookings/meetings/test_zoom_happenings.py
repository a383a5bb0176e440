"""What happens in a meeting at Zoom: the session begins, its real length and who was there, and builders on time."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bookings.agreement import services
from bookings.meetings.happenings import follow
from bookings.models import Booking, Meeting
from bookings.states import State
from coaching.models import SessionType
from connections.oauth.models import LinkedAccount
from connections.zoom.webhooks import Happening, MeetingEvent
from core import personal
from core.models import AuditEntry, OutboxMessage, WebhookDelivery
from marketplace import listings
from marketplace.models import BuilderMetrics
from tests.bookings.cast import builder_of, confirmed
from tests.bookings.meetings.cast import begin_in, loaded
from tests.bookings.meetings.zoom import booked, page_of
from tests.bookings.wire import Caller
from tests.connections.zoom import RunningZoom, connect_zoom
from tests.reading import visible_text

pytestmark = pytest.mark.django_db


def held(zoom: RunningZoom) -> None:
    """Holds the meeting with Ada and Cleo, and ends it."""
    number = zoom.rooms[0].id
    zoom.zoom.start(number)
    zoom.zoom.join(number, "Ada Moreno", is_host=True)
    zoom.zoom.join(number, "Cleo Park")
    zoom.zoom.end(number)
    assert set(zoom.deliver_webhooks()) == {200}


def test_starting_the_meeting_begins_the_session(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    booking = begin_in(booked(hour, cleo), 5)
    zoom.zoom.start(zoom.rooms[0].id)
    zoom.deliver_webhooks()

    assert loaded(booking).state == State.IN_PROGRESS


def test_trying_the_meeting_out_the_day_before_begins_nothing(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    booking = booked(hour, cleo)
    zoom.zoom.start(zoom.rooms[0].id)
    zoom.deliver_webhooks()

    assert loaded(booking).state == State.CONFIRMED


def test_the_page_and_the_api_show_the_real_length_and_who_was_there(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    booking = begin_in(booked(hour, cleo), -1)
    held(zoom)

    page = page_of(booking, cleo)
    assert "Ada Moreno, Cleo Park" in page
    answer = Caller(cleo).send("GET", f"/api/bookings/{booking.pk}").json()["booking"]
    meeting = answer["meeting"]
    assert answer["joinUrl"] == booking.zoom_url
    assert answer["meetingId"] == Meeting.objects.get().external_id
    assert meeting["provider"] == "zoom"
    assert meeting["startedAt"] <= meeting["endedAt"]
    assert meeting["minutes"] == 0
    assert [person["name"] for person in meeting["participants"]] == ["Ada Moreno", "Cleo Park"]
    assert all(person["joinedAt"] <= person["leftAt"] for person in meeting["participants"])


def test_support_reads_neither_link_nor_people(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User, suri: User
) -> None:
    booking = begin_in(booked(hour, cleo), -1)
    held(zoom)

    answer = Caller(suri).send("GET", f"/api/bookings/{booking.pk}").json()["booking"]
    assert (answer["joinUrl"], answer["meetingId"], answer["meeting"]["participants"]) == (None, None, [])
    assert booking.zoom_url not in page_of(booking, suri)


def test_a_booking_without_a_meeting_says_so_in_the_api(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)
    answer = Caller(cleo).send("GET", f"/api/bookings/{booking.pk}").json()["booking"]

    assert answer["meeting"] == {
        "provider": "none", "startedAt": None, "endedAt": None, "minutes": None, "participants": [],
    }  # fmt: skip
    assert answer["meetingId"] is None


def test_events_give_the_same_in_any_order_and_twice(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    booked(hour, cleo)
    meeting = Meeting.objects.get()
    start = meeting.starts_at
    steps = [(Happening.STARTED, 0), (Happening.JOINED, 3), (Happening.LEFT, 40), (Happening.ENDED, 45)]
    events = [
        MeetingEvent(happening, meeting.external_id, "run", start + timedelta(minutes=minute), "1", "Ada", is_host=True)
        for happening, minute in steps
    ]
    ends = set()
    for order in itertools.permutations(events):
        Meeting.objects.update(runs={}, people={}, started_at=None, ended_at=None, host_joined_at=None)
        for event in (*order, *order):
            follow(event)
        now = Meeting.objects.get()
        ends.add((now.started_at, now.ended_at, now.host_joined_at, now.real_minutes, str(now.participants)))

    assert len(ends) == 1
    started_at, ended_at, joined_at, minutes, _ = ends.pop()
    assert (started_at, ended_at) == (start, start + timedelta(minutes=45))
    assert (joined_at, minutes) == (start + timedelta(minutes=3), 45)


def test_a_meeting_that_was_interrupted_counts_the_time_of_both_parts(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    booked(hour, cleo)
    meeting = Meeting.objects.get()
    for run, first, last in (("a", 0, 20), ("b", 30, 50)):
        for happening, minute in ((Happening.STARTED, first), (Happening.ENDED, last)):
            at = meeting.starts_at + timedelta(minutes=minute)
            follow(MeetingEvent(happening, meeting.external_id, run, at))

    meeting.refresh_from_db()
    assert meeting.real_minutes == 40
    assert meeting.ended_at == meeting.starts_at + timedelta(minutes=50)


def test_meetings_of_others_and_later_ones_with_the_same_number_are_left_alone(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    booked(hour, cleo)
    meeting = Meeting.objects.get()
    follow(MeetingEvent(Happening.STARTED, "999", "run", meeting.starts_at))
    follow(MeetingEvent(Happening.STARTED, meeting.external_id, "run", meeting.starts_at + timedelta(days=3)))

    meeting.refresh_from_db()
    assert meeting.started_at is None


@pytest.mark.parametrize(("minutes", "rate"), [(-2, 1.0), (5, 1.0), (6, 0.0)])
def test_the_on_time_rate_counts_builders_who_come_within_five_minutes(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User, minutes: int, rate: float
) -> None:
    booking = begin_in(booked(hour, cleo), -70)
    Meeting.objects.update(started_at=booking.starts_at, host_joined_at=booking.starts_at + timedelta(minutes=minutes))
    services.start(booking=booking, by=builder_of(booking))
    services.complete(booking=booking, by=builder_of(booking))
    listings.recount([hour.builder_id])

    assert BuilderMetrics.objects.get(builder=hour.builder_id).on_time_rate == rate
    answer = Client().get(f"/api/marketplace/builders/{hour.builder_id}/metrics").json()
    assert answer["metrics"]["onTimeRate"] == rate


def test_without_meetings_the_on_time_rate_is_unknown(hour: SessionType) -> None:
    answer = Client().get(f"/api/marketplace/builders/{hour.builder_id}/metrics").json()

    assert answer["metrics"]["onTimeRate"] is None


# The builder starts it ----------------------------------------------------------------------------------


def test_the_builder_starts_the_meeting_by_a_link_that_is_asked_for_and_not_kept(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    booking = begin_in(booked(hour, cleo), 5)
    start = reverse("bookings:start_meeting", args=[booking.reference])
    assert f'href="{start}"' in browser_of(hour.builder).get(booking.get_absolute_url()).content.decode()
    assert "Start the meeting" in page_of(booking, hour.builder)
    assert "Join now" in page_of(booking, cleo)

    answer = browser_of(hour.builder).get(start)
    assert answer.status_code == 302
    key = answer["Location"].partition("zak=")[2]
    assert answer["Location"].startswith(f"{zoom.server.address}/zoom/s/{zoom.rooms[0].id}?zak=")
    assert "no-store" in answer["Cache-Control"]
    kept = [Meeting, Booking, LinkedAccount, OutboxMessage, WebhookDelivery, AuditEntry]
    assert not any(key in str(list(model._default_manager.values())) for model in kept)
    assert key not in caplog.text


def test_a_meeting_made_before_zoom_was_connected_again_can_be_started(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    booking = begin_in(booked(hour, cleo), 5)
    start = reverse("bookings:start_meeting", args=[booking.reference])
    account.delete()
    assert "Connect it again" in visible_text(browser_of(hour.builder).get(start, follow=True))

    connect_zoom(hour.builder)
    assert "zak=" in browser_of(hour.builder).get(start)["Location"]


def test_nobody_else_can_start_it(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User, suri: User
) -> None:
    booking = begin_in(booked(hour, cleo), 5)
    start = reverse("bookings:start_meeting", args=[booking.reference])

    assert [browser_of(person).get(start).status_code for person in (cleo, suri)] == [404, 404]
    assert browser_of(hour.builder).post(start).status_code == 405


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [("500", "Zoom has a problem"), ("gone", "was deleted in Zoom"), ("garbage", "could not be read")],
)
def test_while_zoom_fails_the_page_says_why_the_meeting_does_not_start(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User, fault: str, sentence: str
) -> None:
    booking = begin_in(booked(hour, cleo), 5)
    zoom.fail(fault)

    page = browser_of(hour.builder).get(reverse("bookings:start_meeting", args=[booking.reference]), follow=True)

    assert page.status_code == 200
    assert sentence in visible_text(page)


def browser_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


# Personal data ------------------------------------------------------------------------------------------


def test_the_download_names_the_meeting_and_erasing_forgets_who_was_there(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User
) -> None:
    begin_in(booked(hour, cleo), -1)
    held(zoom)

    rows = next(export.rows for export in personal.exported(cleo) if export.name == "meetings")
    assert [person["name"] for person in rows[0]["people"].values()] == ["Ada Moreno", "Cleo Park"]
    assert "pwd=" not in str(rows)

    personal.erase_everything(cleo)
    assert Meeting.objects.get().people == {}


def test_the_admin_shows_how_it_went_and_no_link(
    zoom: RunningZoom, account: LinkedAccount, hour: SessionType, cleo: User, suri: User
) -> None:
    booking = begin_in(booked(hour, cleo), -1)
    held(zoom)
    pages = [
        browser_of(suri).get(f"/admin/bookings/meeting/{Meeting.objects.get().pk}/change/").content.decode(),
        browser_of(suri).get(f"/admin/bookings/booking/{booking.pk}/change/").content.decode(),
    ]

    assert "Made" in pages[0]
    assert not any("pwd=" in page for page in pages)
    assert "Cleo Park" not in pages[0]
