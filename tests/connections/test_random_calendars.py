"""Random calendars are read by our reader and by a second, slow one. Both have to find the same busy times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connections.ical.expand import CalendarQuery, expand
from tests.connections import slow_reader
from tests.connections.slow_reader import WEEKDAYS, Component, components, moment, occurrences

OWNER = ZoneInfo("Europe/Berlin")
START, END = datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 5, 1, tzinfo=UTC)
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia", "UTC", "")
DAYS = st.dates(date(2026, 6, 1), date(2027, 5, 3))


@dataclass(frozen=True)
class Clock:
    """How the times of an event are written: in a zone, in UTC, floating, or as whole days."""

    zone: str
    is_day: bool

    def line(self, name: str, local: datetime) -> str:
        if self.is_day:
            return f"{name};VALUE=DATE:{local:%Y%m%d}"
        if self.zone in ("", "UTC"):
            return f"{name}:{self.value(local)}"
        return f"{name};TZID={self.zone}:{local:%Y%m%dT%H%M%S}"

    def value(self, local: datetime) -> str:
        return f"{local:%Y%m%dT%H%M%S}{'Z' if self.zone == 'UTC' else ''}"

    def until(self, local: datetime) -> str:
        """Returns the last moment of a rule, which is in UTC where the event is in a zone (RFC 5545, 3.3.10)."""
        if self.is_day:
            return f"{local:%Y%m%d}"
        if self.zone in ("", "UTC"):
            return self.value(local)
        return f"{local.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC):%Y%m%dT%H%M%SZ}"


@st.composite
def rules(draw: st.DrawFn, clock: Clock, start: datetime) -> str:
    """Returns a rule whose first occurrence is the start, as the standard wants it; empty for a single event."""
    frequency = draw(st.sampled_from(["", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    if not frequency:
        return ""
    parts = [f"FREQ={frequency}"]
    if (every := draw(st.integers(1, 4))) > 1:
        parts.append(f"INTERVAL={every}")
    if frequency == "WEEKLY" and draw(st.booleans()):
        others = draw(st.sets(st.sampled_from(WEEKDAYS), max_size=3)) | {WEEKDAYS[start.weekday()]}
        parts.append(f"BYDAY={','.join(sorted(others))}")
    if frequency == "MONTHLY":
        which = (start.day - 1) // 7 + 1
        by_day = (
            [f"BYDAY={which}{WEEKDAYS[start.weekday()]}"] if which < 5 else [f"BYDAY=-1{WEEKDAYS[start.weekday()]}"]
        )
        last = ["BYMONTHDAY=-1"] if (start + timedelta(days=1)).day == 1 else []
        parts += draw(st.sampled_from([[], [f"BYMONTHDAY={start.day}"], by_day, last]))
    limit = draw(st.sampled_from(["", "COUNT", "UNTIL"]))
    if limit == "COUNT":
        parts.append(f"COUNT={draw(st.integers(1, 12))}")
    elif limit == "UNTIL":
        parts.append(f"UNTIL={clock.until(start + timedelta(days=draw(st.integers(0, 200))))}")
    return ";".join(parts)


@st.composite
def events(draw: st.DrawFn, uid: str) -> list[str]:
    """Returns an event with what was excluded from it and changed in it, each as one text."""
    clock = Clock(draw(st.sampled_from(ZONES)), draw(st.integers(0, 3)) == 0)
    hour = draw(st.integers(0, 23)) * 60 + draw(st.sampled_from([0, 15, 30]))
    start = datetime.combine(draw(DAYS), datetime.min.time()) + timedelta(minutes=0 if clock.is_day else hour)
    rule = draw(rules(clock, start))
    lines = [f"UID:{uid}", clock.line("DTSTART", start), *draw(ends(clock, start)), *draw(states())]
    if not rule:
        return ["\r\n".join(lines)]
    lines.append(f"RRULE:{rule}")
    begins = [entry.local for entry in occurrences(component(lines), END, OWNER)][:60]
    chosen = draw(st.lists(st.sampled_from(begins), max_size=3, unique=True))
    excluded, changed = chosen[:1], chosen[1:]
    lines += [clock.line("EXDATE", local) for local in excluded]
    return ["\r\n".join(lines), *(draw(changes(uid, clock, local)) for local in changed)]


@st.composite
def changes(draw: st.DrawFn, uid: str, clock: Clock, local: datetime) -> str:
    """Returns a changed occurrence: moved, made longer or shorter, cancelled or free."""
    minutes = 0 if clock.is_day else draw(st.integers(-8, 8)) * 15
    start = local + timedelta(days=draw(st.integers(-3, 3)), minutes=minutes)
    lines = [f"UID:{uid}", clock.line("RECURRENCE-ID", local), clock.line("DTSTART", start)]
    return "\r\n".join([*lines, *draw(ends(clock, start)), *draw(states())])


@st.composite
def ends(draw: st.DrawFn, clock: Clock, start: datetime) -> list[str]:
    if clock.is_day:
        days = draw(st.integers(1, 3))
        return draw(st.sampled_from([[], [f"DURATION:P{days}D"], [clock.line("DTEND", start + timedelta(days=days))]]))
    minutes = draw(st.integers(1, 16)) * 15
    return [draw(st.sampled_from([f"DURATION:PT{minutes}M", clock.line("DTEND", start + timedelta(minutes=minutes))]))]


def states() -> st.SearchStrategy[list[str]]:
    return st.sampled_from(
        [[], [], [], ["TRANSP:OPAQUE"], ["TRANSP:TRANSPARENT"], ["STATUS:CANCELLED"], ["STATUS:TENTATIVE"]]
    )


def component(lines: list[str]) -> Component:
    return components("\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"]))[0]


@st.composite
def calendars(draw: st.DrawFn) -> str:
    blocks = [block for number in range(draw(st.integers(1, 5))) for block in draw(events(f"event-{number}"))]
    shuffled = draw(st.permutations(blocks))
    text = "".join(f"BEGIN:VEVENT\r\n{block}\r\nEND:VEVENT\r\n" for block in shuffled)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{text}END:VCALENDAR\r\n"


def ours(text: str) -> list[tuple[datetime, datetime]]:
    reading = expand(CalendarQuery(text, START, END, OWNER, counts_all_day=False, own_host="", own_address=""))
    assert (reading.too_often, reading.unreadable, reading.is_cut) == (0, 0, False)
    return sorted(reading.busy.values())


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(calendars())
def test_random_calendars_are_read_as_by_the_slow_reader(text: str) -> None:
    assert ours(text) == slow_reader.busy(text, START, END, OWNER)


def test_the_slow_reader_finds_what_was_worked_out_by_hand() -> None:
    """So that two readers with the same fault do not pass for one without."""
    text = "\r\n".join(
        ["BEGIN:VEVENT", "UID:1", "DTSTART;TZID=Europe/Berlin:20270322T100000", "DURATION:PT1H",
         "RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;TZID=Europe/Berlin:20270405T100000", "END:VEVENT",
         "BEGIN:VEVENT", "UID:1", "RECURRENCE-ID;TZID=Europe/Berlin:20270412T100000", "DTSTART:20270413T080000Z",
         "DURATION:PT2H", "END:VEVENT"]
    )  # fmt: skip

    assert slow_reader.busy(text, START, END, OWNER) == [
        (datetime(2027, 3, 22, 9, tzinfo=UTC), datetime(2027, 3, 22, 10, tzinfo=UTC)),
        (datetime(2027, 3, 29, 8, tzinfo=UTC), datetime(2027, 3, 29, 9, tzinfo=UTC)),
        (datetime(2027, 4, 13, 8, tzinfo=UTC), datetime(2027, 4, 13, 10, tzinfo=UTC)),
    ]
    assert moment({}, "20270322").is_day
