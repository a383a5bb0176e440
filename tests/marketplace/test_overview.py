"""The builder's dashboard: requests, the next session, the week, and the figures."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import BuilderProfile, User
from bookings import calendar_week
from bookings.models import Booking
from bookings.states import State
from coaching.models import SessionType
from core import clock
from marketplace.hours_chart import draw_hours_chart
from tests.bookings.cast import book, confirmed, finished, shop, state_of
from tests.cast import make_person
from tests.scheduling.cast import BERLIN, offer, soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def hour(ada: User) -> SessionType:
    ada.timezone = "Europe/Berlin"
    ada.save()
    return shop(ada)


def page(client: Client, **parameters: str) -> str:
    return client.get("/dashboard/", parameters).content.decode()


def test_a_new_builder_sees_the_first_steps(adas: Client, ada: User) -> None:
    seen = page(adas)

    assert "1 of 5 done" in seen, "the profile is public"
    assert '<a href="/dashboard/availability/">Set your working hours</a>' in seen
    for words in (
        "Nothing is waiting for you",
        "No sessions yet",
        "Closed all week",
        "Your hours will appear here",
    ):
        assert words in seen


def test_confirming_a_request_returns_to_the_dashboard(adas: Client, hour: SessionType, cleo: User) -> None:
    booking = book(hour, cleo)
    assert "requests</span>" in page(adas)

    address = f"{booking.get_absolute_url()}act/"
    answer = adas.post(address, {"verb": "confirm", "next": "/dashboard/"})

    assert (answer.status_code, answer["Location"]) == (302, "/dashboard/")
    assert state_of(booking) == State.CONFIRMED
    seen = page(adas)
    assert "Nothing is waiting for you" in seen
    assert "with Cleo Park" in seen


def test_confirming_redirects_only_within_the_site(adas: Client, hour: SessionType, cleo: User) -> None:
    booking = book(hour, cleo)
    answer = adas.post(f"{booking.get_absolute_url()}act/", {"verb": "confirm", "next": "https://elsewhere.test/"})

    assert answer["Location"] == booking.get_absolute_url()


def test_three_requests_are_shown_with_the_total(adas: Client, hour: SessionType, cleo: User) -> None:
    for hours in range(9, 14):
        book(hour, cleo, soon(hours))

    seen = page(adas)

    assert seen.count("requests</span>") == 3
    assert "All 5 requests" in seen


def test_missing_reviews_are_counted(adas: Client, hour: SessionType, cleo: User) -> None:
    finished(hour, cleo)

    assert "1 session</a> you have not reviewed yet" in page(adas)


def test_the_week_is_in_the_builders_time_zone(ada: User, hour: SessionType, cleo: User) -> None:
    late = confirmed(hour, cleo, soon(16))
    Booking.objects.filter(pk=late.pk).update(
        starts_at=soon(23, 30, zone=BERLIN), ends_at=soon(23, 30, zone=BERLIN) + timedelta(hours=1)
    )
    now = clock.now()
    today = now.astimezone(BERLIN).date()

    week = calendar_week.week_from(ada, today, BERLIN, now)

    assert [len(day.meetings) for day in week.days] == [0, 0, 0, 1, 0, 0, 0]
    [bar] = week.days[3].taken
    assert round(bar.start + bar.width) == 100, "the bar ends with its day"
    assert (week.booked_minutes, week.open_minutes) == (60, 7 * 8 * 60)


def test_a_group_session_is_shown_once_with_all_names(adas: Client, ada: User, hour: SessionType) -> None:
    clinic = offer(ada, title="Clinic", price="25", seats=6, auto_confirm=True)
    for name in ("Cleo One", "Cleo Two"):
        book(clinic, make_person(name), soon(10))

    seen, now = page(adas), clock.now()

    assert seen.count('class="board__title">Clinic') == 1
    assert all(f">{name}</a>" in seen for name in ("Cleo One", "Cleo Two"))
    assert sum(stack.ahead for stack in calendar_week.by_week(ada, BERLIN, now)) == 1


@pytest.mark.parametrize("first_day", ["", "rubbish", "2026-13-45", "1999-01-01", "9999-12-31"])
def test_an_invalid_week_shows_the_current_one(adas: Client, hour: SessionType, first_day: str) -> None:
    assert "The next seven days" in page(adas, **{"from": first_day})


def test_another_week_can_be_shown(adas: Client, hour: SessionType, cleo: User) -> None:
    far = confirmed(hour, cleo, soon(10, days=40))
    day = far.starts_at.astimezone(BERLIN).date() - timedelta(days=2)

    seen = page(adas, **{"from": day.isoformat()})

    assert 'class="board__title">Coaching hour' in seen
    assert f"?from={(day - timedelta(days=7)).isoformat()}" in seen
    assert 'class="board__title">' not in page(adas)


def test_htmx_receives_only_the_week(adas: Client, hour: SessionType) -> None:
    part = adas.get("/dashboard/", headers={"HX-Request": "true", "HX-Target": "week"}).content.decode()

    assert 'id="week"' in part
    assert "Waiting for you" not in part


def test_sessions_of_other_builders_are_not_shown(browser_of: Any, hour: SessionType, cleo: User, ben: User) -> None:
    confirmed(hour, cleo)

    assert "Cleo Park" not in page(browser_of(ben))


@pytest.fixture
def ben(db: None) -> User:
    from tests.cast import make_builder_person

    return make_builder_person("Ben Other")


def test_the_number_of_queries_does_not_grow(
    adas: Client, hour: SessionType, cleo: User, django_assert_max_num_queries: Any
) -> None:
    book(hour, cleo, soon(9))
    page(adas)
    with django_assert_max_num_queries(32) as few:
        page(adas)
    for hours in range(10, 15):
        confirmed(hour, make_person(f"Client {hours}"), soon(hours))
        book(hour, cleo, soon(hours, days=4))
    with django_assert_max_num_queries(len(few)):
        page(adas)


def test_hours_are_added_up_by_week(ada: User, hour: SessionType, cleo: User) -> None:
    now = datetime(2027, 3, 31, 12, tzinfo=BERLIN)
    bookings = [finished(hour, make_person(f"Client {number}"), soon(9 + number)) for number in range(2)]
    for booking, start in zip(bookings, (datetime(2027, 3, 28, 23, 30, tzinfo=BERLIN), now), strict=True):
        Booking.objects.filter(pk=booking.pk).update(starts_at=start, ends_at=start + timedelta(minutes=90))
    ahead = confirmed(hour, cleo, soon(12))
    start = datetime(2027, 4, 5, 0, tzinfo=BERLIN)
    Booking.objects.filter(pk=ahead.pk).update(starts_at=start, ends_at=start + timedelta(hours=1))

    stacks = {stack.monday: stack for stack in calendar_week.by_week(ada, BERLIN, now)}

    assert len(stacks) == 12
    assert stacks[date(2027, 3, 22)].held == Decimal("1.5"), "late on Sunday still belongs to that week"
    assert (stacks[date(2027, 3, 29)].held, stacks[date(2027, 3, 29)].is_current) == (Decimal("1.5"), True)
    assert stacks[date(2027, 4, 5)].ahead == 1


def test_hours_of_a_group_count_once_and_those_of_a_cancelled_session_not(ada: User, hour: SessionType) -> None:
    now = datetime(2027, 3, 31, 12, tzinfo=BERLIN)
    bookings = [finished(hour, make_person(f"Client {number}"), soon(9 + number)) for number in range(3)]
    start = now - timedelta(days=1)
    together, cancelled = [booking.pk for booking in bookings[:2]], bookings[2].pk
    Booking.objects.filter(pk__in=together).update(starts_at=start, ends_at=start + timedelta(hours=2))
    Booking.objects.filter(pk=cancelled).update(
        starts_at=start - timedelta(hours=3), ends_at=start - timedelta(hours=2), state="CANCELLED",
        completed_at=None, cancelled_at=start, cancelled_by="client",
    )  # fmt: skip

    stacks = calendar_week.by_week(ada, BERLIN, now)

    assert [stack.held for stack in stacks if stack.held] == [Decimal(2)]


def test_columns_of_the_chart_fit_its_scale() -> None:
    stacks = [
        calendar_week.Stack(date(2027, 3, 1), Decimal(3), Decimal(0), is_current=False),
        calendar_week.Stack(date(2027, 3, 8), Decimal("4.5"), Decimal(3), is_current=True),
    ]
    chart = draw_hours_chart(stacks)

    scale = [text.text for text in chart.texts if text.anchor == "end"]
    assert scale == ["0", "2", "4", "6", "8"]
    assert "7.5 hours completed, 3 ahead" in chart.finding
    assert not chart.is_empty
    second = [block for block in chart.blocks if block.title.startswith("8 March")]
    assert [block.series for block in second] == [1, 2]
    assert second[1].y + second[1].height == pytest.approx(second[0].y), "hours ahead stand on the completed ones"
    assert draw_hours_chart([calendar_week.Stack(date(2027, 3, 1), Decimal(0), Decimal(0), is_current=True)]).is_empty


def test_a_hidden_builder_sees_the_reason(adas: Client, ada: User) -> None:
    BuilderProfile.objects.update(hidden_at=clock.now(), hidden_reason="Copied pictures.")

    assert "Copied pictures." in page(adas)
