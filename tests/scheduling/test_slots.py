"""The slot engine: each rule by itself, then random situations compared with the oracle."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.intervals import instant
from scheduling.patterns import Pattern
from scheduling.slots import Calendar, HoursPlan, Kind, Limits, SlotRequest, Taken, by_day, free_slots, free_starts
from tests.scheduling import oracle
from tests.scheduling.random_patterns import minute_of_day, patterns

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
CLOSED: tuple[tuple[int, int], ...] = ()
NINE_TO_FIVE = ((9 * 60, 17 * 60),)
WORK_WEEK = (NINE_TO_FIVE,) * 5 + (CLOSED,) * 2
EVERY_DAY = (NINE_TO_FIVE,) * 7


def at(text: str, zone: Any = UTC) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())


def plan(zone: Any = BERLIN, weekly: Any = EVERY_DAY, **options: Any) -> HoursPlan:
    return HoursPlan(zone, weekly, **options)


def clock_times(starts: list[int], zone: Any = BERLIN) -> list[str]:
    return [datetime.fromtimestamp(start, zone).strftime("%d %H:%M") for start in starts]


def ask(
    usual: HoursPlan,
    day: str,
    *,
    minutes: int = 60,
    taken: tuple[Taken, ...] = (),
    now: str = "2026-01-01",
    **options: Any,
) -> list[str]:
    """Returns the starts on one local day."""
    begin = at(f"{day}T00:00", usual.zone)
    holidays = options.pop("holidays", ())
    wanted = SlotRequest(minutes, **options)
    window = (begin, instant(date.fromisoformat(day), 1440, usual.zone))
    starts = free_starts(Calendar(usual, holidays), taken, wanted, window, at(now))
    return [text[3:] for text in clock_times(starts, usual.zone)]


def taken_at(start: str, end: str, zone: Any = BERLIN, **options: Any) -> Taken:
    return Taken(at(start, zone), at(end, zone), **options)


def test_a_day_is_divided_into_hours() -> None:
    assert ask(plan(), "2026-03-10") == [f"{hour:02}:00" for hour in range(9, 17)]


def test_the_step_is_the_duration_unless_given() -> None:
    assert ask(plan(weekly=(((540, 660),),) * 7), "2026-03-10", minutes=45) == ["09:00", "09:45"]
    assert ask(plan(weekly=(((540, 660),),) * 7), "2026-03-10", minutes=45, step=30) == ["09:00", "09:30", "10:00"]


def test_taken_time_does_not_shift_the_grid() -> None:
    half = plan(weekly=(((540, 720),),) * 7)
    busy = taken_at("2026-03-10T09:20", "2026-03-10T09:50")

    assert ask(half, "2026-03-10", minutes=60, taken=(busy,)) == ["10:00", "11:00"]


def test_between_sessions_the_larger_buffer_stays_free() -> None:
    """SCENARIOS A2, in both directions."""
    hours = plan(weekly=(((540, 780),),) * 7)
    session = taken_at("2026-03-10T09:00", "2026-03-10T09:15", buffer_after=30)
    assert ask(hours, "2026-03-10", minutes=15, taken=(session,))[0] == "09:45"

    mine = Limits(buffer_before=45, buffer_after=0)
    assert ask(hours, "2026-03-10", minutes=15, taken=(session,), limits=mine)[0] == "10:00"
    later = taken_at("2026-03-10T12:00", "2026-03-10T13:00", buffer_before=20)
    assert ask(hours, "2026-03-10", minutes=15, taken=(later,), limits=Limits(buffer_after=30))[-1] == "11:15"


def test_the_way_to_a_client_and_back_stays_free_besides_the_buffers() -> None:
    hours = plan(weekly=(((540, 900),),) * 7)
    busy = taken_at("2026-03-10T11:00", "2026-03-10T12:00", kind=Kind.BUSY)
    limits = Limits(buffer_before=15, buffer_after=15)

    slots = ask(hours, "2026-03-10", minutes=30, taken=(busy,), limits=limits, travel_before=30, travel_after=15)

    assert slots == ["09:00", "09:30", "10:00", "13:00", "13:30", "14:00", "14:30"]


def test_the_way_is_shared_with_the_session_before_if_that_takes_longer() -> None:
    session = taken_at("2026-03-10T09:00", "2026-03-10T10:00", buffer_after=60)
    hours = plan(weekly=(((540, 780),),) * 7)

    assert ask(hours, "2026-03-10", taken=(session,), travel_before=45) == ["11:00", "12:00"]


def test_buffers_may_lie_outside_the_open_hours() -> None:
    assert ask(plan(), "2026-03-10", limits=Limits(buffer_before=60, buffer_after=60))[0] == "09:00"


def test_buffers_are_kept_around_busy_times_and_not_around_time_off() -> None:
    limits = Limits(buffer_before=30)
    hours = plan(weekly=(((540, 720),),) * 7)
    off = taken_at("2026-03-10T09:00", "2026-03-10T10:00", kind=Kind.TIME_OFF)
    busy = taken_at("2026-03-10T09:00", "2026-03-10T10:00", kind=Kind.BUSY)

    assert ask(hours, "2026-03-10", taken=(off,), limits=limits) == ["10:00", "11:00"]
    assert ask(hours, "2026-03-10", taken=(busy,), limits=limits) == ["11:00"]


def test_a_dated_exception_replaces_the_day() -> None:
    exceptions = {date(2026, 3, 10): (), date(2026, 3, 15): ((600, 660),)}
    usual = plan(weekly=WORK_WEEK, dated=exceptions)

    assert ask(usual, "2026-03-10") == []
    assert ask(usual, "2026-03-15") == ["10:00"], "a Sunday opened"


def test_a_public_holiday_closes_unless_the_day_has_hours_of_its_own() -> None:
    day = date(2026, 5, 1)
    assert ask(plan(public_holidays={day: "Labour Day"}), "2026-05-01") == []
    assert ask(plan(public_holidays={day: "Labour Day"}, dated={day: ((600, 660),)}), "2026-05-01") == ["10:00"]


def test_a_holiday_schedule_applies_on_its_days() -> None:
    summer = plan(weekly=(((600, 720),),) * 7)
    usual = plan()
    during = ((date(2026, 7, 1), date(2026, 7, 31), summer),)

    assert ask(usual, "2026-07-31", holidays=during) == ["10:00", "11:00"]
    assert len(ask(usual, "2026-08-01", holidays=during)) == 8


def test_hours_past_midnight_are_one_opening() -> None:
    """22:00 to 24:00 and 00:00 to 02:00."""
    night = plan(weekly=(((0, 120), (1320, 1440)),) * 7)
    window = (at("2026-03-10T20:00", BERLIN), at("2026-03-11T04:00", BERLIN))
    starts = free_starts(Calendar(night), (), SlotRequest(90), window, 0)

    assert clock_times(starts) == ["10 22:00", "10 23:30"]


def test_notice_is_elapsed_time() -> None:
    """SCENARIOS B14: 24 hours before a night that lasts 23."""
    hours = plan(weekly=(((600, 660),),) * 7)
    limits = Limits(notice=24 * 60)
    window = (at("2027-03-28T00:00", BERLIN), at("2027-03-29T00:00", BERLIN))
    now = at("2027-03-27T09:30", BERLIN)

    assert clock_times(free_starts(Calendar(hours), (), SlotRequest(30, limits=limits), window, now)) == ["28 10:30"]


def test_a_start_that_has_passed_is_not_offered() -> None:
    assert ask(plan(), "2026-03-10", now="2026-03-10T09:00")[0] == "11:00", "10:00 in Berlin is now"


def test_the_horizon_ends_with_the_builders_day() -> None:
    """SCENARIOS B15."""
    zone = ZoneInfo("America/Los_Angeles")
    usual = plan(zone, limits=Limits(horizon_days=10))
    now = "2026-01-21T20:00"

    assert ask(usual, "2026-01-31", now=now)[-1] == "16:00"
    assert ask(usual, "2026-02-01", now=now) == []


def test_the_daily_cap_counts_sessions_by_the_builders_day() -> None:
    usual = plan(limits=Limits(most_a_day=2))
    first = taken_at("2026-03-10T09:00", "2026-03-10T10:00")
    second = taken_at("2026-03-10T12:00", "2026-03-10T13:00")
    busy = taken_at("2026-03-10T15:00", "2026-03-10T16:00", kind=Kind.BUSY)

    assert ask(usual, "2026-03-10", taken=(first, busy)) != []
    assert ask(usual, "2026-03-10", taken=(first, second)) == []
    assert ask(usual, "2026-03-10", taken=(first, second), limits=Limits(most_a_day=3)) != []


def test_a_group_with_free_seats_is_a_slot_at_its_own_time_only() -> None:
    group = taken_at("2026-03-10T10:00", "2026-03-10T11:00", seats_left=2)
    window = (at("2026-03-10T00:00", BERLIN), at("2026-03-11T00:00", BERLIN))
    slots = free_slots(Calendar(plan(weekly=(((540, 720),),) * 7)), [group], SlotRequest(60, seats=6), window, 0)

    assert [(clock_times([slot.start])[0][3:], slot.seats_left) for slot in slots] == [
        ("09:00", 6), ("10:00", 2), ("11:00", 6),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "day", "first", "last"),
    [
        (NEW_YORK, "2027-03-14", "17:00", "21:00"),  # SCENARIOS B12, the day the clocks change
        (NEW_YORK, "2027-03-13", "18:00", "22:00"),
    ],
)
def test_afternoons_in_new_york_around_a_change_of_the_clocks(zone: ZoneInfo, day: str, first: str, last: str) -> None:
    begin = at(f"{day}T00:00", zone)
    afternoon = Calendar(plan(zone, (((780, 1080),),) * 7))
    starts = free_starts(afternoon, (), SlotRequest(60), (begin, begin + 90_000), 0)

    assert [clock_times([start], UTC)[0][3:] for start in starts if start < begin + 82_800][:: len(starts) - 1] == [
        first, last,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "day", "shown"),
    [
        ("America/Santiago", "2027-09-05", ["01:00", "02:00"]),  # there is no midnight
        ("Africa/Cairo", "2027-04-30", ["01:00", "02:00"]),
        ("Australia/Lord_Howe", "2027-10-03", ["00:00", "01:00"]),  # 02:00 to 02:30 does not happen: 2.5 hours long
        ("Australia/Lord_Howe", "2027-04-04", ["00:00", "01:00", "01:30"]),  # 01:30 to 02:00 twice
        ("Europe/Berlin", "2027-10-31", ["00:00", "01:00", "02:00", "02:00"]),  # 02:00 happens twice
    ],
)
def test_nights_when_the_clocks_change(name: str, day: str, shown: list[str]) -> None:
    zone = ZoneInfo(name)
    night = plan(zone, (((0, 180),),) * 7)

    assert ask(night, day) == shown


def test_a_slot_is_on_the_local_day_of_the_viewer() -> None:
    """The same slot is on another day in another time zone."""
    late = at("2026-03-10T23:30", BERLIN)

    assert by_day([late], BERLIN) == {date(2026, 3, 10): [late]}
    assert by_day([late], ZoneInfo("Pacific/Auckland")) == {date(2026, 3, 11): [late]}


@given(
    st.lists(st.integers(1_767_225_600, 1_861_920_000), max_size=40),
    st.sampled_from(["Europe/Berlin", "America/Santiago", "Australia/Lord_Howe"]),
)
def test_each_start_is_grouped_under_its_local_day(starts: list[int], name: str) -> None:
    zone = ZoneInfo(name)
    grouped = by_day(sorted(starts), zone)

    assert [start for day in grouped.values() for start in day] == sorted(starts)
    for day, day_starts in grouped.items():
        assert {datetime.fromtimestamp(start, zone).date() for start in day_starts} == {day}


@pytest.mark.parametrize("step", [25, 45, 50])
def test_round_the_clock_the_grid_does_not_depend_on_the_window(step: int) -> None:
    always = Calendar(plan(weekly=(((0, 1440),),) * 7))
    begin = at("2026-03-02T00:00", BERLIN)
    whole = set(free_starts(always, (), SlotRequest(25, step=step), (begin, begin + 70 * 86_400), 0))

    for offset in range(0, 70 * 86_400, 40_000):
        part = free_starts(always, (), SlotRequest(25, step=step), (begin + offset, begin + offset + 90_000), 0)
        assert set(part) <= whole | {start for start in part if start >= begin + 70 * 86_400}


def test_impossible_requests_have_no_slots() -> None:
    usual = Calendar(plan())
    assert free_slots(usual, (), SlotRequest(0), (0, 1_000_000), 0) == []
    assert free_slots(usual, (), SlotRequest(60), (5, 5), 0) == []
    assert free_slots(usual, (), SlotRequest(60 * 24 * 3), (0, 10_000_000), 0) == []


# Against the oracle --------------------------------------------------------------------------------

ZONES = sorted(
    zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix", "right"))
)
YEARS = (2026, 2027, 2028)


@cache
def clock_changes() -> list[tuple[str, date]]:
    """Returns every day of three years on which a zone's clocks change, one zone for all that have the same offsets."""
    seen: dict[tuple[Any, ...], str] = {}
    for name in ZONES:
        zone = ZoneInfo(name)
        noons = [datetime(YEARS[0], 1, 1, 12, tzinfo=zone) + timedelta(days=at) for at in range(3 * 366)]
        seen.setdefault(tuple(noon.utcoffset() for noon in noons), name)
    changes = []
    for offsets, name in seen.items():
        for number, (before, after) in enumerate(pairwise(offsets)):
            if before != after:
                changes.append((name, date(YEARS[0], 1, 1) + timedelta(days=number + 1)))
    return changes


NIGHTS = ((0, 45), (60, 150), (150, 240), (1380, 1440))


@pytest.mark.slow
def test_days_around_each_clock_change_agree_with_the_oracle() -> None:
    """In one test: finding the changes takes a third of a second, which each worker would spend before its first test."""
    changes = clock_changes()
    assert len(changes) > 60
    assert len({name for name, _ in changes}) > 15
    for name, day in changes:
        zone = ZoneInfo(name)
        calendar = Calendar(plan(zone, (NIGHTS,) * 7, limits=Limits(buffer_after=10)))
        window = (instant(day - timedelta(days=1), 0, zone), instant(day, 1440, zone))
        taken = [Taken(window[0] + 93_600, window[0] + 95_400, buffer_before=5)]
        for minutes, step in ((30, None), (45, 20)):
            wanted = SlotRequest(minutes, step)
            expected = oracle.slots(calendar, taken, wanted, window, 0)
            assert free_slots(calendar, taken, wanted, window, 0) == expected, (name, day, minutes)


@pytest.mark.deep
@pytest.mark.parametrize("year", YEARS)
def test_every_week_of_a_year_agrees_with_the_oracle(year: int) -> None:
    """Every day, not only those around a change."""
    for name in sorted({name for name, _ in clock_changes()}):
        zone = ZoneInfo(name)
        calendar = Calendar(plan(zone, (NIGHTS,) * 7, limits=Limits(buffer_before=10)))
        day = date(year, 1, 1)
        while day.year == year:
            window = (instant(day, 0, zone), instant(day + timedelta(days=7), 0, zone))
            taken = [Taken(window[0] + 40_000 // 60 * 60, window[0] + 50_000 // 60 * 60)]
            expected = oracle.slots(calendar, taken, SlotRequest(30), window, 0)
            assert free_slots(calendar, taken, SlotRequest(30), window, 0) == expected, (name, day)
            day += timedelta(days=7)


@st.composite
def hours_of_a_day(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    marks = sorted(draw(st.sets(minute_of_day, max_size=6)))
    return tuple(zip(marks[::2], marks[1::2], strict=False))


limits = st.builds(
    Limits,
    buffer_before=st.none() | st.integers(0, 40),
    buffer_after=st.none() | st.integers(0, 40),
    notice=st.none() | st.integers(0, 3000),
    horizon_days=st.none() | st.integers(0, 5),
    most_a_day=st.none() | st.integers(0, 3),
)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Calendar, list[Taken], SlotRequest, tuple[int, int], int]:
    name, day = draw(st.sampled_from(clock_changes()))
    zone = ZoneInfo(name)
    day += timedelta(days=draw(st.integers(-2, 2)))
    weekly = tuple(draw(hours_of_a_day()) for _ in range(7))
    dated = draw(st.dictionaries(st.sampled_from([day, day + timedelta(days=1)]), hours_of_a_day(), max_size=2))
    closed = {day + timedelta(days=2): "A holiday"} if draw(st.booleans()) else {}
    recurring = tuple(draw(st.lists(patterns(day), max_size=3)))
    usual = HoursPlan(zone, weekly, dated, closed, draw(limits), recurring)
    away = HoursPlan(zone, (draw(hours_of_a_day()),) * 7, limits=draw(limits))
    holidays = ((day + timedelta(days=1), day + timedelta(days=2), away),) if draw(st.booleans()) else ()
    begin = instant(day, 0, zone) + draw(st.integers(0, 1440)) * 60
    window = (begin, begin + draw(st.integers(1, 3 * 1440)) * 60)
    wanted = SlotRequest(
        draw(st.integers(1, 24)) * 5, draw(st.none() | st.integers(1, 18).map(lambda n: n * 5)), 3, draw(limits),
        travel_before=draw(st.just(0) | st.integers(0, 90)), travel_after=draw(st.just(0) | st.integers(0, 90)),
    )  # fmt: skip
    taken = draw(
        st.lists(
            st.builds(
                lambda start, length, **rest: Taken(begin + start * 60, begin + (start + length) * 60, **rest),
                st.integers(-600, 3 * 1440), st.integers(1, 300), kind=st.sampled_from(Kind),
                buffer_before=st.integers(0, 40), buffer_after=st.integers(0, 40), seats_left=st.sampled_from([0, 0, 2]),
            ),
            max_size=6,
        )
    )  # fmt: skip
    return Calendar(usual, holidays), taken, wanted, window, begin - draw(st.integers(-600, 4000)) * 60


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(situations())
def test_random_situations_agree_with_the_oracle(situation: Any) -> None:
    if opens_for_a_week(situation[0]):
        return
    assert free_slots(*situation) == oracle.slots(*situation)


def opens_for_a_week(calendar: Calendar) -> bool:
    """Whether hours may last a week or longer, for which the engine has a rule that the oracle lacks."""
    plans = [calendar.usual, *(plan for _, _, plan in calendar.holidays)]
    return any(
        all(opens_all_day(plan.weekly[weekday], plan.patterns, weekday) for weekday in range(7)) for plan in plans
    )


def opens_all_day(hours: tuple[tuple[int, int], ...], recurring: tuple[Pattern, ...], weekday: int) -> bool:
    spans = [*hours, *((pattern.start, pattern.end) for pattern in recurring if pattern.weekday == weekday)]
    return any(start == 0 for start, _ in spans) and any(end == 1440 for _, end in spans)
