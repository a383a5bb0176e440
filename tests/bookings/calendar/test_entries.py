"""What the calendars of builders and clients show, to whom, and at what cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from bookings.agreement import services
from bookings.models import Booking
from coaching.models import Offer, SessionType
from core import clock
from scheduling import claims
from tests.bookings.cast import book, builder_of, client_of, confirmed, person_visitor, shop
from tests.cast import make_builder_person, make_person
from tests.scheduling.cast import ask, offer, soon

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User | None], Client]


def window(first: datetime, days: int = 31) -> str:
    return urlencode({"start": first.isoformat(), "end": (first + timedelta(days=days)).isoformat()})


def shown(browser: Client, name: str = "calendar_entries", days: int = 31) -> list[dict[str, Any]]:
    answer = browser.get(f"{reverse(f'bookings:{name}')}?{window(clock.now(), days)}")
    assert answer.status_code == 200
    entries: list[dict[str, Any]] = answer.json()["entries"]
    return entries


def test_a_builder_sees_everything_that_takes_their_time(
    browser_of: BrowserOf, ada: User, cleo: User, hour: SessionType
) -> None:
    book(hour, cleo, soon(9))
    confirmed(hour, cleo, soon(11))
    claims.hold(ask(hour, soon(14), who=person_visitor(make_person("Sam Lee"))))
    claims.block(builder=ada.pk, start=soon(9, days=5), end=soon(12, days=5), note="In Lisbon")
    claims.block(builder=ada.pk, start=soon(13, days=5), end=soon(14, days=5), note="Family", kind="EXTERNAL")

    entries = shown(browser_of(ada))

    assert [(entry["kind"], entry["title"], entry["who"], entry["note"]) for entry in entries] == [
        ("session", "Coaching hour", "Cleo Park", "Requested"),
        ("session", "Coaching hour", "Cleo Park", "Confirmed"),
        ("hold", "Somebody is booking this time", "", ""),
        ("off", "In Lisbon", "", ""),
        ("busy", "Busy in “Family”", "", ""),
    ]


@pytest.mark.parametrize(("minutes", "can_resize"), [((60,), False), ((60, 90), True)], ids=["one", "two"])
def test_a_session_with_one_length_has_no_handle_to_resize_it(
    browser_of: BrowserOf, ada: User, cleo: User, hour: SessionType, minutes: tuple[int, ...], can_resize: bool
) -> None:
    Offer.objects.filter(builder=ada).update(day_rate=None)
    confirmed(offer(ada, title="Review", minutes=minutes), cleo, soon(11))

    (entry,) = shown(browser_of(ada))

    assert bool(entry["resize"]) == can_resize
    assert entry["move"]


def test_a_session_is_shown_at_its_time_to_people_of_any_zone(
    browser_of: BrowserOf, ada: User, cleo: User, hour: SessionType
) -> None:
    User.objects.filter(pk=cleo.pk).update(timezone="Pacific/Auckland")
    booking = confirmed(hour, cleo, soon(11))

    for browser, name in ((browser_of(ada), "calendar_entries"), (browser_of(cleo), "client_entries")):
        (entry,) = shown(browser, name)
        assert (entry["start"], entry["end"]) == (booking.starts_at.isoformat(), booking.ends_at.isoformat())


def test_open_hours_are_sent_beside_the_entries(browser_of: BrowserOf, ada: User, hour: SessionType) -> None:
    answer = browser_of(ada).get(f"{reverse('bookings:calendar_entries')}?{window(soon(0), 1)}").json()

    assert answer["opened"] == [[int(soon(9).timestamp()), int(soon(17).timestamp())]]


def test_another_builder_sees_nothing_of_it(browser_of: BrowserOf, ada: User, cleo: User, hour: SessionType) -> None:
    booking = confirmed(hour, cleo, soon(11))
    off = claims.block(builder=ada.pk, start=soon(9, days=5), end=soon(12, days=5))
    bert = browser_of(make_builder_person("Bert Blum"))

    assert shown(bert) == []
    for name in ("calendar_move", "calendar_starts"):
        assert bert.get(reverse(f"bookings:{name}", args=[booking.reference])).status_code == 404
    for address in (
        reverse("bookings:calendar_move", args=[booking.reference]),
        reverse("bookings:calendar_undo", args=[booking.reference]),
        reverse("bookings:blocked_time", args=[off.pk]),
    ):
        assert bert.post(address, {"start": soon(13).isoformat()}).status_code == 404
    booking.refresh_from_db()
    off.refresh_from_db()
    assert (booking.starts_at, off.released_at) == (soon(11), None)


def test_the_client_of_a_session_cannot_use_the_builders_pages(
    browser_of: BrowserOf, cleo: User, hour: SessionType
) -> None:
    booking = confirmed(hour, cleo, soon(11))

    assert browser_of(cleo).get(reverse("bookings:calendar_move", args=[booking.reference])).status_code == 404
    assert browser_of(cleo).get(reverse("bookings:calendar_entries")).status_code == 403


def test_a_client_sees_only_their_own_sessions(browser_of: BrowserOf, cleo: User, sam: User, hour: SessionType) -> None:
    mine = confirmed(hour, cleo, soon(11))
    confirmed(hour, sam, soon(13))

    (entry,) = shown(browser_of(cleo), "client_entries")

    assert (entry["url"], entry["who"], entry["move"]) == (mine.get_absolute_url(), "Ada Moreno", "")


def test_a_group_is_one_entry_that_is_not_dragged(browser_of: BrowserOf, ada: User, cleo: User, sam: User) -> None:
    shop(ada)
    circle = offer(ada, title="Circle", seats=4)
    confirmed(circle, cleo, soon(11))
    confirmed(circle, sam, soon(11))

    (entry,) = shown(browser_of(ada))

    assert (entry["title"], entry["move"]) == ("Circle, 2 people", "")


def test_a_session_that_is_not_paid_yet_has_no_name(
    browser_of: BrowserOf, ada: User, cleo: User, hour: SessionType
) -> None:
    booking = book(hour, cleo, soon(11))
    later = clock.now() + timedelta(minutes=30)
    Booking.objects.filter(pk=booking.pk).update(payment_timing="at_booking", payment_due_at=later)

    (entry,) = shown(browser_of(ada))

    parts = (entry["kind"], entry["title"], entry["who"], entry["url"])
    assert parts == ("hold", "Held while somebody is paying", "", "")


def test_cancelled_sessions_and_released_holds_are_not_shown(
    browser_of: BrowserOf, ada: User, cleo: User, hour: SessionType
) -> None:
    booking = confirmed(hour, cleo, soon(11))
    services.cancel(booking=booking, by=client_of(booking))
    claims.release(seat=claims.hold(ask(hour, soon(14), who=person_visitor(cleo))))

    assert shown(browser_of(ada)) == []


def test_a_month_takes_six_queries_with_few_and_with_many_bookings(
    browser_of: BrowserOf, ada: User, cleo: User, hour: SessionType
) -> None:
    browser = browser_of(ada)
    shown(browser)
    counts = []
    for day in range(1, 9):
        booking = confirmed(hour, cleo, soon(9, days=day))
        assert builder_of(booking).person == ada
        book(hour, cleo, soon(11, days=day))
        if day in (1, 8):
            with CaptureQueriesContext(connection) as queries:
                shown(browser)
            counts.append(len(queries))

    assert counts == [6, 6]


@pytest.mark.parametrize(
    "query", ["", "start=now", "start=2027-01-01T00:00:00Z&end=2026-01-01T00:00:00Z", window(datetime.fromisoformat("2027-01-01T00:00Z"), 63)]
)  # fmt: skip
def test_a_window_that_is_none_is_refused(browser_of: BrowserOf, ada: User, query: str) -> None:
    assert browser_of(ada).get(f"{reverse('bookings:calendar_entries')}?{query}").status_code == 400
