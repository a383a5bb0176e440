"""Tests reading calendars: which events take time, and when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connections.ical import expand
from connections.ical.expand import CalendarQuery, NotACalendar, Reading

BERLIN = ZoneInfo("Europe/Berlin")
START, END = datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 12, 1, tzinfo=UTC)


def calendar(*events: str, head: str = "") -> str:
    blocks = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{blocks}END:VCALENDAR\n".replace("\n", "\r\n")


def reading_of(text: str, *, counts_all_day: bool = False) -> Reading:
    return expand.expand(
        CalendarQuery(
            text, START, END, BERLIN, counts_all_day, own_host="waymark.example", own_address="ada@waymark.test"
        )
    )


def busy(*events: str, head: str = "", counts_all_day: bool = False) -> list[tuple[str, str]]:
    """Returns the busy times in Berlin's time."""
    reading = reading_of(calendar(*events, head=head), counts_all_day=counts_all_day)
    times = sorted(reading.busy.values())
    return [tuple(f"{at.astimezone(BERLIN):%Y-%m-%d %H:%M}" for at in during) for during in times]  # type: ignore[misc]  # pairs


def event(start: str = "DTSTART:20261203T090000Z", end: str = "DTEND:20261203T100000Z", *more: str) -> str:
    return "\n".join(("UID:1", start, end, *more))


TEN_TO_ELEVEN = [("2026-12-03 10:00", "2026-12-03 11:00")]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("DTSTART:20261203T090000Z", "DTEND:20261203T100000Z"),
        ("DTSTART:20261203T100000", "DTEND:20261203T110000"),
        ("DTSTART;TZID=Europe/Berlin:20261203T100000", "DURATION:PT1H"),
        ("DTSTART;TZID=W. Europe Standard Time:20261203T100000", "DURATION:PT1H"),
        ("DTSTART;TZID=America/New_York:20261203T040000", "DTEND;TZID=America/New_York:20261203T050000"),
        ("DTSTART;TZID=Nowhere/At_all:20261203T100000", "DTEND;TZID=Nowhere/At_all:20261203T110000"),
        ("DTSTART;TZID=Europe/Ber\n lin:20261203T100000", "DURATION:PT1H"),
    ],
    ids=["UTC", "floating", "duration", "Windows zone", "other zone", "unknown zone", "folded line"],
)
def test_an_event_takes_its_time(start: str, end: str) -> None:
    assert busy(event(start, end)) == TEN_TO_ELEVEN


def test_a_time_in_an_unknown_zone_is_read_in_the_calendars_own() -> None:
    unknown = event("DTSTART;TZID=Nowhere/At_all:20261203T040000", "DURATION:PT1H")

    assert busy(unknown, head="X-WR-TIMEZONE:America/New_York\n") == TEN_TO_ELEVEN


def test_whole_days_last_from_midnight_to_midnight_where_the_owner_lives() -> None:
    whole = event("DTSTART;VALUE=DATE:20261203", "DTEND;VALUE=DATE:20261205")
    single = event("DTSTART;VALUE=DATE:20261203", "SUMMARY:no end")

    assert busy(whole) == [("2026-12-03 00:00", "2026-12-05 00:00")]
    assert busy(single) == [("2026-12-03 00:00", "2026-12-04 00:00")]


@pytest.mark.parametrize(
    "line",
    [
        "TRANSP:TRANSPARENT",
        "STATUS:CANCELLED",
        "ATTENDEE;PARTSTAT=DECLINED:mailto:Ada@waymark.test",
        "UID:0197c1f5-booking@waymark.example",
        "DTEND:20261203T090000Z",
    ],
)
def test_events_that_take_no_time(line: str) -> None:
    name = line.partition(":")[0].partition(";")[0]
    kept = [other for other in event().split("\n") if not other.startswith(name)]

    assert busy("\n".join([*kept, line])) == []


@pytest.mark.parametrize(
    "line", ["TRANSP:OPAQUE", "STATUS:TENTATIVE", "ATTENDEE;PARTSTAT=DECLINED:mailto:other@waymark.test"]
)
def test_events_that_do_take_time(line: str) -> None:
    assert busy(event(*event().split("\n")[1:], line)) == TEN_TO_ELEVEN


def test_whole_days_that_are_marked_as_free_count_only_if_the_owner_wants_it() -> None:
    free_day = event("DTSTART;VALUE=DATE:20261203", "DTEND;VALUE=DATE:20261204", "TRANSP:TRANSPARENT")
    free_hour = event(*event().split("\n")[1:], "TRANSP:TRANSPARENT")

    assert busy(free_day) == []
    assert busy(free_day, counts_all_day=True) == [("2026-12-03 00:00", "2026-12-04 00:00")]
    assert busy(free_hour, counts_all_day=True) == []


def test_a_weekly_event_keeps_its_hour_when_the_clocks_change() -> None:
    weekly = event("DTSTART;TZID=Europe/Berlin:20270322T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=2")

    assert busy(weekly) == [("2027-03-22 10:00", "2027-03-22 11:00"), ("2027-03-29 10:00", "2027-03-29 11:00")]


@pytest.mark.parametrize("end", ["DURATION:PT150M", "DTEND;TZID=Europe/Berlin:20270326T030000"])
def test_an_occurrence_lasts_as_long_as_the_others_when_the_clocks_change_during_it(end: str) -> None:
    nightly = event("DTSTART;TZID=Europe/Berlin:20270326T003000", end, "RRULE:FREQ=DAILY;COUNT=3")

    assert busy(nightly) == [
        ("2027-03-26 00:30", "2027-03-26 03:00"),
        ("2027-03-27 00:30", "2027-03-27 03:00"),
        ("2027-03-28 00:30", "2027-03-28 04:00"),
    ]


def test_exceptions_and_moved_occurrences() -> None:
    start = "DTSTART;TZID=Europe/Berlin:20261130T100000"
    weekly = event(start, "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;TZID=Europe/Berlin:20261207T100000")
    moved = "UID:1\nRECURRENCE-ID;TZID=Europe/Berlin:20261214T100000\nDTSTART:20261215T080000Z\nDURATION:PT2H"

    assert busy(weekly, moved) == [
        ("2026-11-30 10:00", "2026-11-30 11:00"),
        ("2026-12-15 09:00", "2026-12-15 11:00"),
        ("2026-12-21 10:00", "2026-12-21 11:00"),
    ]


def test_a_moved_occurrence_keeps_its_key() -> None:
    start = "DTSTART;TZID=Europe/Berlin:20261130T100000"
    weekly = event(start, "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=2")
    moved = "UID:1\nRECURRENCE-ID;TZID=Europe/Berlin:20261207T100000\nDTSTART:20261208T080000Z\nDURATION:PT2H"

    assert set(reading_of(calendar(weekly)).busy) == set(reading_of(calendar(weekly, moved)).busy)


def test_an_event_that_began_before_the_window_reaches_into_it() -> None:
    assert busy(event("DTSTART:20261020T090000Z", "DTEND:20261103T090000Z")) == [
        ("2026-10-20 11:00", "2026-11-03 10:00")
    ]
    assert busy(event("DTSTART:20261020T090000Z", "DURATION:P14D")) == [("2026-10-20 11:00", "2026-11-03 10:00")]


def test_events_that_repeat_within_a_day_are_left_out_and_counted() -> None:
    often = [f"UID:{name}\nDTSTART:20200101T000000Z\nDURATION:PT1M\nRRULE:FREQ={name}" for name in
             ("SECONDLY", "MINUTELY", "HOURLY")]  # fmt: skip
    reading = reading_of(calendar(*often, event()))

    assert (reading.too_often, len(reading.busy)) == (3, 1)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("DTSTART:20261203T090000Z", "DTEND:99991231T235959Z"),
        ("DTSTART;VALUE=DATE:20261203", "DTEND;VALUE=DATE:99991231"),
        ("DTSTART:00010101T000000Z", "DTEND:00010101T010000Z"),
        ("DTSTART:99991231T000000Z", "DTEND:99991231T010000Z"),
    ],
)
def test_an_event_at_the_first_or_last_day_of_all_spoils_no_other(start: str, end: str) -> None:
    assert TEN_TO_ELEVEN[0] in busy(event(), event(start, end).replace("UID:1", "UID:2"))


def test_an_event_without_an_end_in_sight_is_busy_until_the_last_year_that_every_zone_can_show() -> None:
    [(start, end)] = reading_of(calendar(event("DTSTART:20261203T090000Z", "DTEND:99991231T235959Z"))).busy.values()

    assert (start, end) == (datetime(2026, 12, 3, 9, tzinfo=UTC), expand.LATEST)


@pytest.mark.parametrize("uid", ["", "UID:1\n"], ids=["without a UID", "with the same UID"])
def test_events_with_the_same_uid_all_take_their_time(uid: str) -> None:
    ten, eleven, long = (
        f"{uid}DTSTART:20261203T{hour}0000Z\nDURATION:PT{hours}H" for hour, hours in (("10", 1), ("11", 1), ("10", 4))
    )

    assert busy(ten, eleven, long) == [
        ("2026-12-03 11:00", "2026-12-03 12:00"),
        ("2026-12-03 11:00", "2026-12-03 15:00"),
        ("2026-12-03 12:00", "2026-12-03 13:00"),
    ]


def test_keys_are_short_however_long_the_uid() -> None:
    reading = reading_of(calendar(event().replace("UID:1", f"UID:{'1' * 10_000}")))

    assert [len(key) for key in reading.busy] == [64]


def test_an_event_in_disorder_spoils_no_other() -> None:
    reading = reading_of(calendar("UID:2\nDTSTART:tomorrow\nRRULE:FREQ=DAILY", "UID:3\nDURATION:PT1H", event()))

    assert reading.unreadable >= 1
    assert len(reading.busy) == 1


@pytest.mark.parametrize(
    ("start", "rule", "first"),
    [
        ("19000101", "FREQ=YEARLY", "2027-01-01 00:00"),
        ("19040229", "FREQ=YEARLY;INTERVAL=4", None),
        ("19000105", "FREQ=MONTHLY;INTERVAL=2", "2026-11-05 00:00"),
        ("16010101", "FREQ=DAILY;INTERVAL=2", "2026-11-01 00:00"),
    ],
)
def test_a_series_from_long_ago(start: str, rule: str, first: str | None) -> None:
    days = busy(f"UID:1\nDTSTART;VALUE=DATE:{start}\nRRULE:{rule}")
    begin = date(int(start[:4]), int(start[4:6]), int(start[6:]))

    if first is None:
        assert days == []
        return
    assert days[0][0] == first
    if "DAILY" in rule:
        assert (date.fromisoformat(first[:10]) - begin).days % 2 == 0


def test_busy_times_without_events() -> None:
    text = (
        "BEGIN:VCALENDAR\r\nBEGIN:VFREEBUSY\r\nFREEBUSY:20261203T090000Z/20261203T100000Z,20261204T090000Z/PT1H\r\n"
        "FREEBUSY;FBTYPE=FREE:20261205T090000Z/PT1H\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n"
    )

    assert sorted(end - start for start, end in reading_of(text).busy.values()) == [timedelta(hours=1)] * 2


def test_after_too_many_occurrences_the_time_counts_as_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expand, "MOST_OCCURRENCES", 3)
    reading = reading_of(calendar("UID:1\nDTSTART:20261201T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY"))

    assert reading.is_cut
    assert len(reading.busy) == 4
    assert max(reading.busy.values()) == (datetime(2026, 12, 4, 9, tzinfo=UTC), END)


@pytest.mark.parametrize("text", ["", "<html>Sign in</html>", "BEGIN:VEVENT\nEND:VEVENT", "\0\1\2"])
def test_what_is_no_calendar(text: str) -> None:
    with pytest.raises(NotACalendar):
        reading_of(text)


def slowly(start: datetime, days: int, every: int, count: int, removed: set[int]) -> set[tuple[datetime, datetime]]:
    """Returns the occurrences of a daily series by walking through its local days one by one."""
    times = set()
    for number in range(count):
        day = (start + timedelta(days=every * number)).replace(tzinfo=BERLIN)
        end = (start + timedelta(days=every * number + days)).replace(tzinfo=BERLIN)
        if number not in removed and day.astimezone(UTC) < END and end.astimezone(UTC) > START:
            times.add((day.astimezone(UTC), end.astimezone(UTC)))
    return times


@given(
    first=st.dates(date(2026, 9, 1), date(2027, 11, 1)),
    hour=st.integers(4, 23),  # not in the hours that a change of the clocks skips or repeats
    every=st.integers(1, 9),
    count=st.integers(1, 40),
    removed=st.sets(st.integers(0, 39), max_size=4),
)
@settings(max_examples=40, deadline=None)
def test_random_series_are_read_as_by_hand(first: date, hour: int, every: int, count: int, removed: set[int]) -> None:
    start = datetime(first.year, first.month, first.day, hour)  # noqa: DTZ001  (a local time)
    stamp = "%Y%m%dT%H%M%S"
    lines = [
        f"UID:1\nDTSTART;TZID=Europe/Berlin:{start:{stamp}}\nDURATION:P1D\nRRULE:FREQ=DAILY;INTERVAL={every};COUNT={count}"
    ]
    lines += [f"EXDATE;TZID=Europe/Berlin:{start + timedelta(days=every * number):{stamp}}" for number in removed]

    assert set(reading_of(calendar("\n".join(lines))).busy.values()) == slowly(start, 1, every, count, removed)
