"""Recurring hours: which days they are on, in every place that shows hours or offers times."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.tokens import services as tokens
from core import clock, hour_format
from scheduling import free_times, loading
from scheduling.days import own_days
from scheduling.explain import describe_closed_day
from scheduling.models import FreeTimes, OfferedDay, RecurringHours
from scheduling.patterns import LAST, Pattern, in_words
from scheduling.preview import reasons_for
from scheduling.services import ScheduleHours, save_schedule
from scheduling.slots import Calendar, HoursPlan, SlotRequest, free_starts, open_seconds
from tests.scheduling import oracle
from tests.scheduling.cast import BERLIN, free_session, open_hours
from tests.scheduling.random_patterns import patterns

FRIDAY = 4
EVERY_OTHER_FRIDAY = Pattern(FRIDAY, 540, 720, every_weeks=2, starts_on=date(2026, 12, 4))
NO_HOURS: tuple[tuple[int, int], ...] = ()


def next_friday() -> date:
    """Returns a Friday from two to nine days ahead."""
    first = clock.now().astimezone(BERLIN).date() + timedelta(days=2)
    return first + timedelta(days=(FRIDAY - first.weekday()) % 7)


def days_of(pattern: Pattern, first: str, count: int) -> list[str]:
    return [str(day) for day in pattern.days_from(date.fromisoformat(first), count)]


def test_every_other_friday_goes_on_across_the_end_of_a_year() -> None:
    assert days_of(EVERY_OTHER_FRIDAY, "2026-11-27", 4) == ["2026-12-04", "2026-12-18", "2027-01-01", "2027-01-15"]
    in_2029 = days_of(EVERY_OTHER_FRIDAY, "2028-12-20", 2)  # the weeks before have 53 in one year
    assert in_2029 == ["2028-12-29", "2029-01-12"]


def test_weeks_are_counted_from_the_first_such_day_on_or_after_the_date() -> None:
    from_monday = EVERY_OTHER_FRIDAY._replace(starts_on=date(2026, 11, 30))

    assert days_of(from_monday, "2026-11-01", 2) == ["2026-12-04", "2026-12-18"]


@pytest.mark.parametrize(
    ("ordinal", "days"),
    [
        (1, ["2026-12-07", "2027-01-04", "2027-02-01", "2027-03-01"]),
        (2, ["2026-12-14", "2027-01-11", "2027-02-08", "2027-03-08"]),
        (4, ["2026-12-28", "2027-01-25", "2027-02-22", "2027-03-22"]),
        (LAST, ["2026-12-28", "2027-01-25", "2027-02-22", "2027-03-29"]),  # the fifth Monday of March
    ],
)
def test_one_day_of_each_month(ordinal: int, days: list[str]) -> None:
    assert days_of(Pattern(0, 540, 720, ordinal=ordinal), "2026-12-01", 4) == days


def test_hours_between_two_dates_are_open_on_both_of_them() -> None:
    term = Pattern(FRIDAY, 540, 720, starts_on=date(2026, 12, 4), ends_on=date(2026, 12, 18))

    assert days_of(term, "2026-01-01", 9) == ["2026-12-04", "2026-12-11", "2026-12-18"]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_days_agree_with_those_of_the_oracle(data: st.DataObject) -> None:
    day = date(2026, 6, 1) + timedelta(days=data.draw(st.integers(0, 1_500)))
    pattern = data.draw(patterns(day))

    assert pattern.includes(day) == (day in oracle.days_of(pattern, until=day))


@pytest.mark.parametrize("name", ["Europe/Berlin", "Pacific/Auckland"])
def test_the_right_fridays_at_nine_on_the_clock_there_for_a_year(name: str) -> None:
    """Both zones change their clocks twice meanwhile, and a year ends."""
    zone = ZoneInfo(name)
    plan = HoursPlan(zone, (NO_HOURS,) * 7, patterns=(EVERY_OTHER_FRIDAY,))
    window = int(datetime(2026, 11, 20, tzinfo=zone).timestamp()), int(datetime(2027, 12, 10, tzinfo=zone).timestamp())

    starts = free_starts(Calendar(plan), (), SlotRequest(180), window, window[0] - 1)

    shown = [datetime.fromtimestamp(start, zone) for start in starts]
    assert [f"{start:%Y-%m-%d}" for start in shown[:3]] == ["2026-12-04", "2026-12-18", "2027-01-01"]
    assert {f"{start:%A %H:%M}" for start in shown} == {"Friday 09:00"}
    assert {later.date() - earlier.date() for earlier, later in pairwise(shown)} == {timedelta(days=14)}
    assert len({start.utcoffset() for start in shown}) == 2


def test_on_the_night_of_a_clock_change_the_hours_last_as_long_as_the_clocks_say() -> None:
    """In Berlin, 02:00 to 03:00 happens twice on the last Sunday of October, and not at all on that of March."""
    plan = HoursPlan(BERLIN, (NO_HOURS,) * 7, patterns=(Pattern(6, 60, 240, ordinal=LAST),))

    def hours_on(day: date) -> int:
        start = int(datetime(day.year, day.month, day.day, tzinfo=BERLIN).timestamp())
        return open_seconds(Calendar(plan), (start, start + 86_400)) // 3600

    assert [hours_on(date(2027, 3, 28)), hours_on(date(2027, 9, 26)), hours_on(date(2027, 10, 31))] == [2, 3, 4]


def test_hours_are_added_to_those_of_the_week_and_joined_where_they_meet() -> None:
    plan = HoursPlan(BERLIN, (((540, 720),),) * 7, patterns=(EVERY_OTHER_FRIDAY._replace(start=700, end=900),))

    assert plan.hours_on(date(2026, 12, 4)) == ((540, 900),)
    assert plan.hours_on(date(2026, 12, 11)) == ((540, 720),)


def test_a_dated_exception_and_a_public_holiday_go_before_recurring_hours() -> None:
    friday, new_year = date(2026, 12, 18), date(2027, 1, 1)
    plan = HoursPlan(
        BERLIN, (NO_HOURS,) * 7, {friday: ((600, 660),)}, {new_year: "New Year"}, patterns=(EVERY_OTHER_FRIDAY,)
    )

    assert (plan.hours_on(friday), plan.hours_on(new_year)) == (((600, 660),), ())


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (EVERY_OTHER_FRIDAY, "every other Friday, 09:00 to 12:00, from 4 December"),
        (
            EVERY_OTHER_FRIDAY._replace(every_weeks=3, ends_on=date(2027, 6, 4)),
            "every 3 weeks on Friday, 09:00 to 12:00, from 4 December until 4 June 2027",
        ),
        (Pattern(0, 0, 1440, ordinal=1), "the first Monday of each month, 00:00 to 24:00"),
        (Pattern(6, 60, 120, ordinal=LAST), "the last Sunday of each month, 01:00 to 02:00"),
        (Pattern(1, 60, 120, ends_on=date(2026, 12, 31)), "every Tuesday, 01:00 to 02:00, until 31 December"),
    ],
)
def test_recurring_hours_in_words(pattern: Pattern, words: str) -> None:
    assert in_words(pattern, date(2026, 11, 27)) == words


def test_words_follow_the_hour_format_of_the_reader() -> None:
    with hour_format.override("12"):
        assert in_words(EVERY_OTHER_FRIDAY, date(2026, 11, 27)).startswith("every other Friday, 9:00 AM to 12:00 PM")


def test_a_closed_friday_says_which_fridays_are_open() -> None:
    plan = HoursPlan(BERLIN, (NO_HOURS,) * 7, patterns=(EVERY_OTHER_FRIDAY,))

    sentence = describe_closed_day(plan, date(2026, 12, 11))

    assert sentence == "Closed on 11 December: open every other Friday, 09:00 to 12:00, from 4 December."


# In the database, on pages and in the API ----------------------------------------------------------------


@pytest.fixture
def call() -> Callable[..., Any]:
    def request(method: str, path: str, body: Any, by: User) -> Any:
        headers = {"Authorization": f"Bearer {tokens.issue(user=by, name='t')}"}
        return Client().generic(method, path, json.dumps(body), "application/json", headers=headers)

    return request


def lines(*rows: dict[str, Any]) -> dict[str, Any]:
    """Returns what the form of a schedule sends, with these lines of recurring hours."""
    data = {
        "name": "Usual", "timezone": "Europe/Berlin", "buffer_before": "0", "buffer_after": "0",
        "minimum_notice": "0", "horizon_days": "90", "holiday_country": "",
        "recurring-TOTAL_FORMS": str(len(rows)), "recurring-INITIAL_FORMS": "0",
    }  # fmt: skip
    usual = {"repeats": "week 2", "weekday": "4", "hours": "9-12", "starts_on": "", "ends_on": ""}
    for number, row in enumerate(rows):
        data |= {f"recurring-{number}-{name}": value for name, value in {**usual, **row}.items()}
    return data


def test_a_builder_opens_every_other_friday_and_can_be_booked_then_only(adas: Client, ada: User) -> None:
    free = free_session(ada)
    friday = next_friday()

    page = adas.post(reverse("scheduling:availability"), lines({"starts_on": str(friday)}), follow=True)

    assert "Every other Friday, 09:00 to 12:00" in page.content.decode()
    assert RecurringHours.objects.get().pattern == Pattern(FRIDAY, 540, 720, 2, None, friday)
    days = own_days(ada.pk, friday - timedelta(days=2), 17, BERLIN, clock.now())
    assert [day.day for day in days if day.open_minutes] == [friday, friday + timedelta(days=14)]
    free_times.refresh([ada.pk])
    runs = FreeTimes.objects.get(session_type=free).runs
    assert {datetime.fromtimestamp(edge, BERLIN).date() for edge in runs} == {friday}
    closed = datetime(friday.year, friday.month, friday.day, 9, tzinfo=BERLIN) + timedelta(days=7)
    (obstacle,) = reasons_for(free, closed, clock.now())
    assert f"open every other Friday, 09:00 to 12:00, from {friday:%-d %B}" in obstacle.sentence


def test_the_page_of_hours_shows_recurring_ones_in_the_month_and_in_the_form(adas: Client, ada: User) -> None:
    year = clock.now().year + 1
    evening = Pattern(0, 1080, 1200, ordinal=LAST)
    schedule = open_hours(ada, [], week={"recurring": [evening, evening._replace(start=600, end=660)]})

    page = adas.get(reverse("scheduling:schedule", args=[schedule.pk]), {"month": f"{year}-05"}).content.decode()

    assert page.count('<span class="month__hours">10:00–11:00, 18:00–20:00</span>') == 1
    assert 'value="10:00–11:00, 18:00–20:00"' in page, "hours of the same days are one line"
    assert '<option value="month -1" selected>' in page


def test_a_line_without_hours_is_removed(adas: Client, ada: User) -> None:
    schedule = open_hours(ada, week={"recurring": [EVERY_OTHER_FRIDAY]})

    adas.post(reverse("scheduling:schedule", args=[schedule.pk]), lines({"hours": "", "starts_on": "2026-12-04"}))

    assert not RecurringHours.objects.exists()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({}, "Enter the date from which it is every other Friday."),
        ({"hours": "nine", "starts_on": "2027-01-01"}, "“nine” is not a stretch of time."),
        ({"repeats": "week 1"}, "use the hours of the week"),
        ({"starts_on": "2027-01-02", "ends_on": "2027-01-05"}, "There is no such day between these dates"),
        ({"repeats": "week 9"}, "Select a valid choice"),
    ],
)
def test_a_line_that_never_happens_is_shown_again_with_the_reason(
    adas: Client, row: dict[str, Any], words: str
) -> None:
    page = adas.post(reverse("scheduling:availability"), lines(row))

    assert page.status_code == 422
    assert words in page.content.decode()
    assert "A line is not complete" in page.content.decode()
    assert not RecurringHours.objects.exists()


def test_recurring_hours_in_the_api(call: Callable[..., Any], ada: User) -> None:
    sent = {"weekday": 4, "start": "09:00", "end": "12:00", "everyWeeks": 2, "startsOn": "2027-01-01"}
    week = {"name": "Usual", "timezone": "Pacific/Auckland", "recurring": [sent]}

    schedule = call("POST", "/api/coaching/availability", week, ada).json()["schedule"]

    assert schedule["recurring"] == [{**sent, "ordinal": None, "endsOn": None}]
    path = f"/api/coaching/availability/{schedule['id']}"
    assert call("PUT", path, schedule, ada).json()["schedule"] == schedule, "what was read can be sent back"
    without = {name: value for name, value in schedule.items() if name != "recurring"}
    assert call("PUT", path, without, ada).json()["schedule"] == schedule, "callers who do not know them keep them"
    assert call("PUT", path, {**without, "recurring": []}, ada).json()["schedule"]["recurring"] == []


@pytest.mark.parametrize(
    "change", [{"startsOn": None}, {"ordinal": 1}, {"ordinal": 5}, {"everyWeeks": 5}, {"end": "08:00"}, {"surprise": 1}]
)
def test_impossible_recurring_hours_are_refused_by_the_api(
    call: Callable[..., Any], ada: User, change: dict[str, Any]
) -> None:
    sent = {"weekday": 4, "start": "09:00", "end": "12:00", "everyWeeks": 2, "startsOn": "2027-01-01", **change}

    answer = call("POST", "/api/coaching/availability", {"name": "Usual", "recurring": [sent]}, ada)

    assert answer.status_code == 422
    assert not RecurringHours.objects.exists()


def test_utilisation_counts_the_hours_of_the_days_that_they_are_on(ada: User) -> None:
    open_hours(ada, [], week={"recurring": [EVERY_OTHER_FRIDAY]})

    for day in (date(2026, 12, 4), date(2026, 12, 11)):
        free_times.keep_offered_days(datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(days=1))

    assert list(OfferedDay.objects.values_list("date", "minutes").order_by("date")) == [
        (date(2026, 12, 4), 180), (date(2026, 12, 11), 0),
    ]  # fmt: skip


@pytest.mark.parametrize("count", [1, 30])
def test_hours_of_many_builders_with_patterns_are_loaded_by_one_query(
    ada: User, count: int, django_assert_num_queries: Any
) -> None:
    open_hours(ada, [], week={"recurring": [EVERY_OTHER_FRIDAY._replace(start=at, end=at + 9) for at in range(count)]})
    window = (int(datetime(2026, 12, 4, tzinfo=UTC).timestamp()), int(datetime(2026, 12, 20, tzinfo=UTC).timestamp()))

    with django_assert_num_queries(1):
        hours = loading.load_hours([ada.pk], window)[ada.pk]

    assert len(hours.usual.patterns) == count


def test_other_hours_are_saved_without_touching_recurring_ones(ada: User) -> None:
    schedule = open_hours(ada, week={"recurring": [EVERY_OTHER_FRIDAY]})

    save_schedule(schedule=schedule, week=ScheduleHours(rules=[(0, 540, 600)]), by=ada)

    assert schedule.recurring_hours.get().pattern == EVERY_OTHER_FRIDAY
