"""Turns the text of a calendar into the times at which its owner is busy.

Run as a program of its own: a calendar can be made to take hours and gigabytes, and here the system ends that. It reads
JSON from standard input and writes JSON to standard output; it uses no Django and no database.
"""

from __future__ import annotations

import hashlib
import json
import re
import resource
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

CPU_SECONDS = 5
NO_CALENDAR = 2  # the exit status for a single text that is no calendar
KEY_LENGTH = 64
MEMORY = 1_500_000_000  # bytes
MOST_OCCURRENCES = 5_000
OFTEN = re.compile(r"FREQ=(SECONDLY|MINUTELY|HOURLY)", re.IGNORECASE)
EVENT = re.compile(r"^BEGIN:(VEVENT|VFREEBUSY)[ \t]*$.*?^END:\1[ \t]*$\n?", re.DOTALL | re.MULTILINE | re.IGNORECASE)
REPEATS = re.compile(r"^(RRULE|RDATE|RECURRENCE-ID)[;:]", re.MULTILINE | re.IGNORECASE)
STARTS = re.compile(r"^DTSTART[^:\n]*:(\d{4})(\d\d)(\d\d)", re.MULTILINE | re.IGNORECASE)
ENDS = re.compile(r"^(?:DTEND[^:\n]*:(\d{4})(\d\d)(\d\d)|DURATION)", re.MULTILINE | re.IGNORECASE)
EPOCH = 1970
EARLIEST, LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)  # shown without fault in any zone
DAY = timedelta(days=1)
LENGTH = "X-WAYMARK-LENGTH"  # a property for our own use: how many seconds each occurrence of an event lasts


@dataclass(frozen=True)
class CalendarQuery:
    """What to read: the text, the window, and how its owner wants it read."""

    text: str
    start: datetime
    end: datetime
    zone: ZoneInfo  # of floating times and whole days
    counts_all_day: bool
    own_host: str  # of the uids that Waymark itself wrote
    own_address: str  # the owner's, whose declined invitations do not count
    prefix: str = ""  # what all keys begin with


@dataclass
class Reading:
    """The busy times, each with a key that stays the same from one reading to the next."""

    busy: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    too_often: int = 0  # events that repeat within a day, which are left out
    unreadable: int = 0
    is_cut: bool = False  # whether there were more occurrences than are read


class NotACalendar(Exception):
    pass


def expand(query: CalendarQuery) -> Reading:
    """Returns the busy times of a calendar in a window. Raises NotACalendar."""
    reading = Reading()
    _read_into(reading, query, {})
    return _cut_off(reading, query)


def expand_all(queries: Sequence[CalendarQuery]) -> Reading:
    """Returns the busy times of many calendars with the same window together, such as the single events of an account.
    A text that is no calendar counts as an event that cannot be read."""
    reading = Reading()
    frames: dict[str, Any] = {}
    for query in sorted(queries, key=lambda query: EVENT.sub("", query.text)):  # the same time zones one after another
        try:
            _read_into(reading, query, frames)
        except NotACalendar:
            reading.unreadable += 1
    return _cut_off(reading, queries[0]) if queries else reading


def _read_into(reading: Reading, query: CalendarQuery, frames: dict[str, Any]) -> None:
    from icalendar import Calendar

    text = _unfolded(query.text)
    if "BEGIN:VCALENDAR" not in text[:10_000].upper():
        raise NotACalendar
    frame, blocks = _cut(text, query, reading)
    calendar = _frame(frame, frames)
    for block in blocks:
        with _counting_faults(reading):
            parsed = Calendar.from_ical(f"BEGIN:VCALENDAR\r\n{block}END:VCALENDAR\r\n".replace("\n", "\r\n"))
            for component in parsed.subcomponents:
                calendar.add_component(component)
    for key, start, end in _occurrences(calendar, query, reading):
        _add(reading, query.prefix, key, max(start, EARLIEST), min(end, LATEST))


def _frame(text: str, frames: dict[str, Any]) -> Any:
    """Returns a calendar without its events. `frames` keeps the last one, whose time zones take long to read. They are
    forgotten before those of another one are read, since two calendars may give the same name to different zones."""
    from icalendar import Calendar
    from icalendar.timezone import tzp

    if text not in frames:
        frames.clear()
        tzp.use_default()
        try:
            frames[text] = Calendar.from_ical(text.replace("\n", "\r\n"))
        except ValueError:
            raise NotACalendar from None
    calendar = Calendar(frames[text])
    calendar.subcomponents = list(frames[text].subcomponents)
    return calendar


def _add(reading: Reading, prefix: str, key: str, start: datetime, end: datetime) -> None:
    """Adds a busy time under the digest of its key, since a calendar's own names can have megabytes. A key that is taken
    by another time gets that time added, so that no event hides another one."""
    digest = _digest(key, prefix)
    if reading.busy.get(digest, (start, end)) != (start, end):
        digest = _digest(f"{key} {start.isoformat()} {end.isoformat()}", prefix)
    reading.busy[digest] = (start, end)


def _digest(key: str, prefix: str = "") -> str:
    return (prefix + hashlib.sha256(key.encode("utf-8", "replace")).hexdigest())[:KEY_LENGTH]


def _cut_off(reading: Reading, query: CalendarQuery) -> Reading:
    """Keeps the first occurrences. The time after them counts as busy, since nobody has read what is in it."""
    if len(reading.busy) <= MOST_OCCURRENCES:
        return reading
    in_order = sorted(reading.busy.items(), key=lambda entry: entry[1])
    first_left_out = in_order[MOST_OCCURRENCES][1][0]
    reading.busy = dict(in_order[:MOST_OCCURRENCES])
    reading.busy[_digest("unread", query.prefix)] = (first_left_out, query.end)
    reading.is_cut = True
    return reading


def _unfolded(text: str) -> str:
    """Returns the text with one property per line, so that it can be cut by lines."""
    return re.sub(r"\n[ \t]", "", text.replace("\r\n", "\n").replace("\r", "\n")).strip() + "\n"


def _cut(text: str, query: CalendarQuery, reading: Reading) -> tuple[str, list[str]]:
    """Returns the calendar without its events, and the events that may matter. Single events outside the window are
    dropped unparsed, which makes a long calendar thirteen times faster to read."""
    blocks = []
    for match in EVENT.finditer(text):
        block = match.group()
        if OFTEN.search(block):
            reading.too_often += 1
        elif REPEATS.search(block) or _may_be_in(block, query):
            blocks.append(block if block.endswith("\n") else f"{block}\n")
    return EVENT.sub("", text), blocks


def _may_be_in(block: str, query: CalendarQuery) -> bool:
    """Whether a single event may touch the window. Anything that is not understood here may."""
    start, end = STARTS.search(block), ENDS.search(block)
    with suppress(ValueError, OverflowError):
        if start and _day(start.groups()) - 2 * DAY > query.end.date():
            return False
        if end and end.group(1):
            return _day(end.groups()) + 2 * DAY >= query.start.date()
        if start and not end:
            return _day(start.groups()) + 3 * DAY >= query.start.date()
    return True


def _day(parts: tuple[str, ...]) -> date:
    return date(*map(int, parts))


def _occurrences(calendar: Any, query: CalendarQuery, reading: Reading) -> Iterator[tuple[str, datetime, datetime]]:
    import recurring_ical_events

    named_zone = _zone_or_none(str(calendar.get("X-WR-TIMEZONE", "")))
    for events in _grouped(calendar):  # one by one, so that one event in disorder spoils no other
        with _counting_faults(reading):
            has_zone = any("TZID" in event["DTSTART"].params for event in events)
            zone = named_zone if named_zone and has_zone else query.zone
            for event in events:
                _end_earlier(event)
                _note_length(event, zone)
                _start_later(event)
            occurrences = recurring_ical_events.of(_alone(calendar, events), components=["VEVENT"])
            # A day more on both sides: the library takes whole days and floating times for those of UTC.
            for event in occurrences.between(query.start - DAY, query.end + DAY):
                if not _is_free(event, query) and (during := _during(event, query, zone)):
                    yield f"{event.get('UID', '')} {_moment_key(event)}", *during
    for number, block in enumerate(calendar.walk("VFREEBUSY")):
        with _counting_faults(reading):
            for start, end in _free_busy(block, query):
                yield f"freebusy {number} {start.isoformat()}", start, end


def _grouped(calendar: Any) -> list[list[Any]]:
    """Returns each event with the changes of its single occurrences. Further events of the same UID stand alone: the
    standard forbids them, but some programs write them, and the library would read one of them only."""
    groups: dict[str, list[Any]] = {}
    others: list[list[Any]] = []
    with_event: set[str] = set()
    for event in calendar.walk("VEVENT"):
        uid = str(event.get("UID", ""))
        is_change = "RECURRENCE-ID" in event
        if not uid or (uid in with_event and not is_change):
            others.append([event])
            continue
        groups.setdefault(uid, []).append(event)
        if not is_change:
            with_event.add(uid)
    return [*groups.values(), *others]


def _alone(calendar: Any, events: list[Any]) -> Any:
    from icalendar import Calendar

    single = Calendar()
    for zone in calendar.walk("VTIMEZONE"):
        single.add_component(zone)
    for event in events:
        single.add_component(event)
    return single


def _start_later(event: Any) -> None:
    """Moves the start of a series before 1970 forward by whole periods: expanding it from then on takes too long."""
    rule, start = event.get("RRULE"), event.get("DTSTART")
    if rule is None or start is None or start.dt.year >= EPOCH or rule.get("COUNT") or isinstance(rule, list):
        return
    old, step = start.dt, int((rule.get("INTERVAL") or [1])[0])
    frequency = str((rule.get("FREQ") or [""])[0]).upper()
    if frequency in ("DAILY", "WEEKLY"):
        period = timedelta(days=step * (7 if frequency == "WEEKLY" else 1))
        behind = date(EPOCH, 1, 1) - (old.date() if isinstance(old, datetime) else old)
        new = old + period * -(-behind // period)
    else:
        years = step * 4 if frequency == "YEARLY" else step  # four, for the 29th of February
        new = old.replace(year=old.year + -(-(EPOCH - old.year) // years) * years)
    length = event.get("DTEND")
    if length is not None:
        length.dt = length.dt + (new - old)
    start.dt = new


def _end_earlier(event: Any) -> None:
    """Moves an end in the far future, which stands for “no end”, to a year that the library can count with."""
    end = event.get("DTEND")
    if end is not None and end.dt.year > LATEST.year:
        end.dt = end.dt.replace(year=LATEST.year, month=12, day=31)


def _note_length(event: Any, zone: ZoneInfo) -> None:
    """Notes how long an event lasts, for all its occurrences: one during which the clocks change lasts as long as the
    others (RFC 5545, 3.8.5.3), while the library lets it end at the same time of day. Whole days last until midnight."""
    from icalendar import vText

    event.pop(LENGTH, None)
    start, end = event["DTSTART"].dt, event["DTEND"].dt if "DTEND" in event else None
    if not isinstance(start, datetime):
        return
    with suppress(OverflowError, ValueError):
        if end is not None:
            length = _instant(end, zone) - _instant(start, zone)
        else:
            length = event["DURATION"].dt if "DURATION" in event else timedelta(0)
            if length and not length % DAY:
                return
        event[LENGTH] = vText(str(int(length.total_seconds())))


def _is_free(event: Any, query: CalendarQuery) -> bool:
    """Whether the event takes no time: free, cancelled, declined, or written by Waymark itself."""
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return True
    if query.own_host and str(event.get("UID", "")).lower().endswith(f"@{query.own_host}"):
        return True
    is_whole_day = not isinstance(event["DTSTART"].dt, datetime)
    if str(event.get("TRANSP", "")).upper() == "TRANSPARENT" and not (is_whole_day and query.counts_all_day):
        return True
    return _is_declined(event, query.own_address)


def _is_declined(event: Any, address: str) -> bool:
    attendees = event.get("ATTENDEE") or []
    for attendee in attendees if isinstance(attendees, list) else [attendees]:
        if str(attendee).lower() == f"mailto:{address.lower()}":
            return str(attendee.params.get("PARTSTAT", "")).upper() == "DECLINED"
    return False


def _zone_or_none(name: str) -> ZoneInfo | None:
    with suppress(ValueError, OSError):
        return ZoneInfo(name)
    return None


def _during(event: Any, query: CalendarQuery, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """Returns when the event is, or None if that is not in the window. Times without a known zone are read in `zone`:
    the calendar's own for those that name a zone which nobody knows, the owner's for all others."""
    start, end = event["DTSTART"].dt, event["DTEND"].dt if "DTEND" in event else None
    if end is None:
        end = start + (event["DURATION"].dt if "DURATION" in event else DAY * (not isinstance(start, datetime)))
    if not isinstance(start, datetime):
        zone = query.zone
    first, last = _instant(start, zone), _instant(end, zone)
    if LENGTH in event:
        last = first + timedelta(seconds=int(event[LENGTH]))
    return (first, last) if first < last and first < query.end and last > query.start else None


def _instant(value: date | datetime, zone: ZoneInfo) -> datetime:
    """Returns the instant of a time; whole days and floating times are the owner's."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


def _moment_key(event: Any) -> str:
    moment = event.get("RECURRENCE-ID") or event["DTSTART"]
    return str(moment.dt.isoformat())


def _free_busy(block: Any, query: CalendarQuery) -> Iterator[tuple[datetime, datetime]]:
    entries = block.get("FREEBUSY") or []
    for entry in entries if isinstance(entries, list) else [entries]:
        if str(entry.params.get("FBTYPE", "BUSY")).upper() == "FREE":
            continue
        for start, end in entry.dts if hasattr(entry, "dts") else [entry.dt]:
            first = _instant(start, query.zone)
            last = first + end if isinstance(end, timedelta) else _instant(end, query.zone)
            if first < last and first < query.end and last > query.start:
                yield first, last


@contextmanager
def _counting_faults(reading: Reading) -> Iterator[None]:
    """Counts an event that cannot be read instead of giving up on the calendar."""
    try:
        yield
    except Exception:  # noqa: BLE001  (the libraries raise nearly everything for events in disorder)
        reading.unreadable += 1


def _limit_resources() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a calendar is private, and is not left on the disk
    with suppress(ValueError, OSError):  # macOS refuses this one
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> int:
    _limit_resources()
    asked = json.load(sys.stdin)
    queries = [
        CalendarQuery(
            text=text,
            start=datetime.fromisoformat(asked["start"]),
            end=datetime.fromisoformat(asked["end"]),
            zone=ZoneInfo(asked["zone"]),
            counts_all_day=asked["counts_all_day"],
            own_host=asked["own_host"],
            own_address=asked["own_address"],
            prefix=prefix,
        )
        for prefix, text in asked["texts"]
    ]
    try:
        reading = expand(queries[0]) if len(queries) == 1 else expand_all(queries)
    except NotACalendar:
        return NO_CALENDAR
    json.dump(
        {
            "busy": [[key, start.isoformat(), end.isoformat()] for key, (start, end) in reading.busy.items()],
            "too_often": reading.too_often,
            "unreadable": reading.unreadable,
            "is_cut": reading.is_cut,
        },
        sys.stdout,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
