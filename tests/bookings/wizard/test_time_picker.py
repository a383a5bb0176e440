"""The month, times, lengths and rates that the wizard's second step shows."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bookings.wizard.time_picker import TimePicker
from coaching.models import SessionType
from coaching.services import SessionTypeParts, save_rates, save_session_type
from coaching.terms import offer_of
from core import clock
from tests.bookings.wizard.steps import page
from tests.reading import visible_text
from tests.scheduling.cast import offer, open_hours, rates, soon

pytestmark = pytest.mark.django_db


def picker(session_type: SessionType, zone: str = "Europe/Berlin", **asked: str) -> TimePicker:
    return TimePicker(session_type, offer_of(session_type.builder_id), asked, zone=zone, now=clock.now(), holder="")


def test_days_are_in_the_time_zone_of_the_viewer(ada: User) -> None:
    rates(ada)
    open_hours(ada, [(day, 22 * 60, 24 * 60) for day in range(7)])
    late = offer(ada)

    at_home, far = picker(late), picker(late, zone="Pacific/Auckland")

    assert far.day is not None
    assert at_home.day is not None
    assert all(time.start.hour in (22, 23) for time in at_home.times)
    assert {time.start.astimezone(UTC).hour for time in far.times} == {time.start.astimezone(UTC).hour for time in at_home.times}  # fmt: skip
    assert far.times[0].start.tzinfo == ZoneInfo("Pacific/Auckland")


def test_an_empty_month_is_skipped_to_the_next_free_day(ada: User) -> None:
    rates(ada)
    far = soon(days=150).date()
    open_hours(ada, [], week={"exceptions": {far: [(540, 720)]}})

    month_picker = picker(offer(ada))

    assert month_picker.day == far
    assert month_picker.month == far.replace(day=1)
    assert picker(offer(ada), month=f"{soon():%Y-%m}").next_free == far


def test_a_builder_without_free_times(client: Client, ada: User, cleo: User) -> None:
    rates(ada)
    open_hours(ada, [])
    client.force_login(cleo)

    assert "There are no available times in" in visible_text(client.get(page("times", offer(ada))))


def next_last_sunday_of_october(today: date) -> date:
    ends = (date(year, 10, 31) for year in (today.year, today.year + 1))
    return next(day for end in ends if (day := end - timedelta(days=(end.weekday() + 1) % 7)) > today)


def test_times_that_occur_twice_are_labelled(ada: User) -> None:
    """In Berlin the clocks go back at three o'clock on the last Sunday of October."""
    rates(ada)
    open_hours(ada, [(6, 0, 6 * 60)], horizon_days=730)
    night = picker(offer(ada, slot_interval=30), day=f"{next_last_sunday_of_october(clock.now().date())}")

    labels = [(f"{time.start:%H:%M}", time.twice) for time in night.times]

    assert ("02:00", "UTC+2") in labels
    assert ("02:00", "UTC+1") in labels
    assert ("04:00", "") in labels


def any_length(ada: User, **fields: Any) -> SessionType:
    """Saves a session type of one to 24 hours, at 75 an hour or 500 a day of eight hours."""
    rates(ada, allows_custom_duration=True, minimum_duration=60, maximum_duration=1440)
    save_rates(builder=ada, hourly_rate=Decimal(75), day_rate=Decimal(500), day_minutes=480, services=[])
    open_hours(ada)
    values = {"title": "Anything", "default_minutes": 240, "rate_types": ["hourly", "day"], **fields}
    return save_session_type(
        session_type=SessionType(builder=ada, **values), parts=SessionTypeParts(durations={}), by=ada
    )


def test_a_length_has_one_price_whatever_rate_the_address_asks_for(ada: User) -> None:
    rates(ada)
    save_rates(builder=ada, hourly_rate=Decimal(95), day_rate=None, day_minutes=480, services=[])
    open_hours(ada)
    group = offer(ada, price="25", seats=6)

    for rate in ("", "fixed", "hourly", "day"):
        shown = picker(group, rate=rate)
        assert [(length.minutes, length.price.total.amount) for length in shown.lengths] == [(60, Decimal(25))]
        assert (shown.price and shown.price.total.amount, shown.rate_type) == (Decimal(25), "fixed")
        assert shown.units == []


def test_many_lengths_are_chosen_by_the_hour_or_by_the_day(ada: User) -> None:
    anything = any_length(ada)

    by_hour, by_day = picker(anything, rate="hourly", minutes="240"), picker(anything, rate="day", minutes="240")

    assert [kind for kind, _ in by_hour.units] == ["hourly", "day"]
    assert (by_hour.is_slider, by_hour.lengths[0].minutes, by_hour.lengths[-1].minutes) == (True, 60, 1440)
    assert by_hour.price
    assert by_hour.price.total.amount == Decimal(300), "seed 004: four hours at 75"
    assert [(length.minutes, length.price.total.amount) for length in by_day.lengths] == [
        (480, Decimal(500)),
        (960, Decimal(1000)),
        (1440, Decimal(1500)),
    ]
    assert by_day.minutes == 480


@pytest.mark.parametrize(
    ("asked", "minutes"),
    [
        ({"hours": "4"}, 240), ({"hours": "1.5"}, 90), ({"hours": "1,5"}, 90), ({"hours": "2", "minutes": "180"}, 180),
        ({"hours": "30"}, 1440), ({"hours": "0.1"}, 60), ({"minutes": "1"}, 60), ({"hours": "x"}, 240), ({}, 240),
    ],
)  # fmt: skip
def test_a_length_in_hours_is_the_nearest_one_offered(ada: User, asked: dict[str, str], minutes: int) -> None:
    assert picker(any_length(ada), **asked).minutes == minutes


def test_the_first_step_asks_how_many_hours_where_the_client_chooses(client: Client, ada: User, cleo: User) -> None:
    anything = any_length(ada)
    hour = offer(ada)
    client.force_login(cleo)

    first = client.get(reverse("bookings:choose", args=["ada-moreno"]))

    assert f'id="hours-{anything.pk}"' in first.content.decode()
    assert f'id="hours-{hour.pk}"' not in first.content.decode()
    times = client.get(page("times", anything), {"hours": "8"})
    assert "8 h $500.00" in visible_text(times)


def test_a_session_type_without_a_price_shows_no_times(client: Client, ada: User, cleo: User) -> None:
    open_hours(ada)
    client.force_login(cleo)

    assert "has no price yet" in visible_text(client.get(page("times", offer(ada))))
