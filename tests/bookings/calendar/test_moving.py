"""Moving a session in the calendar: what is asked, what is refused and why, and taking a move back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Notification, User
from bookings.agreement import services as agreement
from bookings.calendar import services
from bookings.models import Booking
from coaching.models import SessionType
from core import clock
from core.models import OutboxMessage
from scheduling import claims
from scheduling.models import Schedule
from tests.bookings.cast import book, builder_of, client_of, confirmed
from tests.reading import visible_text
from tests.scheduling.cast import refused, soon

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User | None], Client]


@pytest.fixture
def booking(hour: SessionType, cleo: User) -> Booking:
    return confirmed(hour, cleo, soon(11))


def page_of(booking: Booking) -> str:
    return reverse("bookings:calendar_move", args=[booking.reference])


def mails_about(booking: Booking, side: str = "client") -> Any:
    event = booking.events.last()
    assert event is not None
    return OutboxMessage.objects.filter(channel="booking", event=f"booking:{event.pk}:{side}")


def test_the_question_shows_both_times_the_cost_and_what_the_client_reads(
    browser_of: BrowserOf, ada: User, booking: Booking
) -> None:
    page = visible_text(browser_of(ada).get(page_of(booking), {"start": soon(13).isoformat()}))

    assert f"Move to {soon(13):%a %-d %b}, 13:00?" in page
    assert "Nothing. The price stays" in page
    assert f"Moved: Coaching hour, {soon(13):%a %-d %b}, 12:00" in page, "the client's clock is an hour behind"
    assert "Ada Moreno has moved your session." in page
    booking.refresh_from_db()
    assert booking.starts_at == soon(11), "opening the page moves nothing"


def test_day_and_time_can_be_typed(browser_of: BrowserOf, ada: User, booking: Booking) -> None:
    page = visible_text(browser_of(ada).get(page_of(booking), {"day": f"{soon():%Y-%m-%d}", "time": "14:00"}))

    assert "14:00?" in page


def test_a_dropped_session_snaps_to_a_free_time_close_by(browser_of: BrowserOf, ada: User, booking: Booking) -> None:
    dropped = soon(13, 15)
    page = visible_text(browser_of(ada).get(page_of(booking), {"start": dropped.isoformat(), "snap": "yes"}))

    assert "13:15 is not available. This is the closest available time." in page
    assert f"Move to {soon(13):%a %-d %b}, 13:00?" in page


@pytest.mark.parametrize(
    ("hour_of_day", "reason"),
    [(14, "This time is booked"), (20, "Outside the working hours"), (11, "The session is already at this time")],
)
def test_a_time_that_is_not_free_is_refused_with_its_reason_and_the_nearest_ones(
    browser_of: BrowserOf, ada: User, sam: User, hour: SessionType, booking: Booking, hour_of_day: int, reason: str
) -> None:
    confirmed(hour, sam, soon(14))
    browser = browser_of(ada)

    page = visible_text(browser.get(page_of(booking), {"start": soon(hour_of_day).isoformat(), "snap": "yes"}))
    sent = browser.post(page_of(booking), {"start": soon(hour_of_day).isoformat()})

    assert reason in page
    assert "The nearest available times" in page
    assert sent.status_code == 422 or hour_of_day == 11
    booking.refresh_from_db()
    assert booking.starts_at == soon(11)


def test_a_session_that_cannot_be_moved_says_so(browser_of: BrowserOf, ada: User, booking: Booking) -> None:
    agreement.cancel(booking=booking, by=client_of(booking))

    page = visible_text(browser_of(ada).get(page_of(booking), {"start": soon(13).isoformat()}))

    assert "This session cannot be moved" in page


def test_moving_moves_and_mails_the_client_a_moment_later(browser_of: BrowserOf, ada: User, booking: Booking) -> None:
    answer = browser_of(ada).post(page_of(booking), {"start": soon(13).isoformat(), "reason": "Train strike"})

    booking.refresh_from_db()
    assert booking.starts_at == soon(13)
    assert answer.status_code == 302
    mail = mails_about(booking).get()
    assert mail.due_at > clock.now() + timedelta(seconds=10), "not before it is too late to undo"
    event = booking.events.last()
    assert event is not None
    assert event.reason == "Train strike"


def test_undo_moves_it_back_and_nobody_is_mailed(browser_of: BrowserOf, ada: User, booking: Booking) -> None:
    browser = browser_of(ada)
    messages = OutboxMessage.objects.filter(channel="booking").count()
    moved = browser.post(page_of(booking), {"start": soon(13).isoformat()})
    assert "Undo" in visible_text(browser.get(moved["Location"]))

    browser.post(reverse("bookings:calendar_undo", args=[booking.reference]))

    booking.refresh_from_db()
    assert booking.starts_at == soon(11)
    assert OutboxMessage.objects.filter(channel="booking").count() == messages
    assert not Notification.objects.filter(title__startswith="Moved").exists()


def test_undo_goes_back_to_a_time_that_is_no_longer_offered(ada: User, booking: Booking) -> None:
    services.move(booking=booking, start=soon(13), by=builder_of(booking))
    Schedule.objects.filter(builder=ada).update(minimum_notice=60 * 24 * 30)

    services.undo_move(booking=booking, by=builder_of(booking))

    booking.refresh_from_db()
    assert booking.starts_at == soon(11)


def test_undo_is_refused_once_somebody_else_has_the_time(hour: SessionType, sam: User, booking: Booking) -> None:
    services.move(booking=booking, start=soon(13), by=builder_of(booking))
    book(hour, sam, soon(11))

    refused(lambda: services.undo_move(booking=booking, by=builder_of(booking)))

    booking.refresh_from_db()
    assert booking.starts_at == soon(13)


def test_undo_is_refused_when_it_is_too_late(booking: Booking) -> None:
    services.move(booking=booking, start=soon(13), by=builder_of(booking))
    event = booking.events.last()
    assert event is not None

    late = event.at + services.LATEST + timedelta(seconds=1)

    assert services.undoable(booking, builder_of(booking), event.at) is not None
    assert services.undoable(booking, builder_of(booking), late) is None


def test_neither_the_clients_move_nor_an_undo_can_be_undone(booking: Booking) -> None:
    agreement.reschedule(booking=booking, start=soon(13), by=client_of(booking))
    refused(lambda: services.undo_move(booking=booking, by=builder_of(booking)))

    services.move(booking=booking, start=soon(15), by=builder_of(booking))
    services.undo_move(booking=booking, by=builder_of(booking))
    refused(lambda: services.undo_move(booking=booking, by=builder_of(booking)))

    booking.refresh_from_db()
    assert booking.starts_at == soon(13)


def test_undo_after_the_mail_was_sent_tells_the_client(cleo: User, booking: Booking) -> None:
    services.move(booking=booking, start=soon(13), by=builder_of(booking))
    mail = mails_about(booking)
    mail.update(state=OutboxMessage.State.DELIVERED, delivered_at=clock.now())

    services.undo_move(booking=booking, by=builder_of(booking))

    assert mails_about(booking).exists()
    assert Notification.objects.filter(person=cleo, title__startswith="Moved").count() == 2


def test_the_starts_to_which_it_can_be_dragged_leave_out_what_is_taken(
    browser_of: BrowserOf, ada: User, sam: User, hour: SessionType, booking: Booking
) -> None:
    confirmed(hour, sam, soon(14))
    query = {"start": soon(0).isoformat(), "end": soon(23).isoformat()}

    answer = browser_of(ada).get(f"{page_of(booking)}starts/", query).json()

    hours = [soon(number) for number in (9, 10, 11, 12, 13, 15, 16)]
    assert answer == {"starts": [int(start.timestamp()) for start in hours], "minutes": 60}


def test_time_is_blocked_and_opened_again(browser_of: BrowserOf, ada: User) -> None:
    browser = browser_of(ada)
    day = f"{soon():%Y-%m-%d}"
    fields = {"first_day": day, "first_time": "09:00", "last_day": day, "last_time": "12:30", "note": "In Lisbon"}

    browser.post(reverse("bookings:block_time"), fields)
    off = ada.reservations.get(kind="TIME_OFF")
    assert (off.during.lower, off.during.upper, off.note) == (soon(9), soon(12, 30), "In Lisbon")
    browser.post(reverse("bookings:blocked_time", args=[off.pk]))

    assert not ada.reservations.filter(released_at__isnull=True).exists()


def test_time_that_ends_before_it_begins_is_not_blocked(browser_of: BrowserOf, ada: User) -> None:
    day = f"{soon():%Y-%m-%d}"
    fields = {"first_day": day, "first_time": "09:00", "last_day": day, "last_time": "08:00"}

    answer = browser_of(ada).post(reverse("bookings:block_time"), fields)

    assert answer.status_code == 422
    assert not ada.reservations.exists()


def test_an_empty_stretch_leads_to_booking_it_for_a_client(browser_of: BrowserOf, ada: User, hour: SessionType) -> None:
    browser = browser_of(ada)
    query = {"start": soon(13).isoformat(), "end": soon(14, 30).isoformat()}
    assert "Book for a client instead" in visible_text(browser.get(reverse("bookings:block_time"), query))

    form = browser.get(reverse("bookings:book_for_client"), {"day": "2027-03-01", "time": "13:00", "minutes": "90"})

    page = form.content.decode()
    assert 'value="2027-03-01"' in page
    assert 'value="13:00"' in page
    assert 'value="90"' in page


def test_the_agenda_has_each_session_with_a_link_to_move_it(browser_of: BrowserOf, ada: User, booking: Booking) -> None:
    claims.block(builder=ada.pk, start=soon(13), end=soon(14), note="Dentist")

    answer = browser_of(ada).get(reverse("bookings:builder_calendar"), {"day": f"{soon():%Y-%m-%d}"})

    page = answer.content.decode()
    assert f'href="{page_of(booking)}"' in page
    assert "Dentist" in page
    assert "Open 09:00–17:00" in visible_text(answer)


def test_a_clients_calendar_can_only_be_read(browser_of: BrowserOf, cleo: User, booking: Booking) -> None:
    answer = browser_of(cleo).get("/bookings/", {"view": "calendar", "day": f"{soon():%Y-%m-%d}"})

    assert "Coaching hour" in visible_text(answer)
    assert page_of(booking) not in answer.content.decode()
