"""The month, times, lengths and rates that the wizard's second step shows."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from accounts.models import User
from bookings.wizard.time_picker import TimePicker
from coaching.models import SessionType
from coaching.services import SessionTypeParts, save_rates, save_session_type
from coaching.terms import offer_of
from core import clock
from tests.bookings.wizard.steps import page
from tests.reading import words
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

    assert "No later times are open yet" in words(client.get(page("times", offer(ada))))


def test_times_that_occur_twice_are_labelled(ada: User) -> None:
    """In Berlin the clocks go back on 31 October 2027 at three o'clock."""
    rates(ada)
    open_hours(ada, [(6, 0, 6 * 60)], horizon_days=730)
    night = picker(offer(ada, slot_interval=30), day="2027-10-31")

    labels = [(f"{time.start:%H:%M}", time.twice) for time in night.times]

    assert ("02:00", "UTC+2") in labels
    assert ("02:00", "UTC+1") in labels
    assert ("04:00", "") in labels


def test_lengths_and_rate_types(ada: User) -> None:
    rates(ada, allows_custom_duration=True, minimum_duration=30, maximum_duration=240)
    save_rates(builder=ada, hourly_rate=Decimal(80), day_rate=Decimal(500), day_minutes=480, services=[])
    open_hours(ada)
    anything = save_session_type(
        session_type=SessionType(builder=ada, title="Anything", default_minutes=60),
        parts=SessionTypeParts(durations={}),
        by=ada,
    )

    fixed, hourly, day = (picker(anything, rate=rate) for rate in ("fixed", "hourly", "day"))

    assert [kind for kind, _ in fixed.rates] == ["fixed", "hourly", "day"]
    assert [length.minutes for length in fixed.lengths] == [30, 60, 90]
    assert hourly.is_slider
    longer = picker(anything, rate="hourly", minutes="105").price
    assert longer
    assert longer.total.amount == Decimal(140)
    assert [(length.minutes, length.price.total.amount) for length in day.lengths] == [(480, Decimal(500))]


def test_a_session_type_without_a_price_shows_no_times(client: Client, ada: User, cleo: User) -> None:
    open_hours(ada)
    client.force_login(cleo)

    assert "has no price yet" in words(client.get(page("times", offer(ada))))
