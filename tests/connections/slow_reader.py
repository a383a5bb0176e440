"""A second reader of calendars: day by day, slow and simple. It shares nothing with the one whose results are compared
with it, and knows only what the random calendars of the tests contain."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass
class Component:
    """The properties of an event: each with its parameters and its value."""

    lines: list[tuple[str, dict[str, str], str]] = field(default_factory=list)

    def all(self, name: str) -> list[tuple[dict[str, str], str]]:
        return [(parameters, value) for known, parameters, value in self.lines if known == name]

    def get(self, name: str) -> tuple[dict[str, str], str] | None:
        return next(iter(self.all(name)), None)

    def value(self, name: str) -> str:
        return (self.get(name) or ({}, ""))[1]


@dataclass(frozen=True)
class Moment:
    """A time on some clock, or a whole day."""

    local: datetime
    zone: ZoneInfo | None  # None is floating
    is_day: bool

    def instant(self, owner: ZoneInfo) -> datetime:
        zone = owner if self.is_day or self.zone is None else self.zone
        return self.local.replace(tzinfo=zone).astimezone(UTC)


def components(text: str) -> list[Component]:
    events: list[Component] = []
    for line in text.replace("\r\n ", "").split("\r\n"):
        if line == "BEGIN:VEVENT":
            events.append(Component())
        elif events and ":" in line and not line.startswith(("BEGIN:", "END:")):
            head, _, value = line.partition(":")
            name, *parameters = head.split(";")
            events[-1].lines.append((name, dict(part.split("=") for part in parameters), value))
    return events


def moment(parameters: dict[str, str], value: str) -> Moment:
    if "T" not in value:
        return Moment(datetime.fromisoformat(value), None, is_day=True)
    local = datetime.fromisoformat(value.rstrip("Z"))
    zone = ZoneInfo("UTC") if value.endswith("Z") else ZoneInfo(parameters["TZID"]) if "TZID" in parameters else None
    return Moment(local, zone, is_day=False)


def duration(text: str) -> timedelta:
    units = {"W": timedelta(weeks=1), "D": DAY, "H": timedelta(hours=1), "M": timedelta(minutes=1)}
    total, number = timedelta(0), ""
    for letter in text.removeprefix("P").replace("T", ""):
        if letter.isdigit():
            number += letter
        else:
            total, number = total + int(number) * units[letter], ""
    return total


def busy(text: str, start: datetime, end: datetime, owner: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """Returns the busy times that touch the window, in order."""
    times = []
    events = components(text)
    for event in events:
        if event.get("RECURRENCE-ID") is None:
            times += busy_times(event, changes_of(event, events, owner), end, owner)
    return sorted(during for during in times if during[0] < during[1] and during[0] < end and during[1] > start)


def changes_of(event: Component, events: list[Component], owner: ZoneInfo) -> dict[datetime, Component]:
    """Returns the changed occurrences of an event, by the instant at which they were to begin."""
    changes = {}
    for other in events:
        changed = other.get("RECURRENCE-ID")
        if changed is not None and other.value("UID") == event.value("UID"):
            changes[moment(*changed).instant(owner)] = other
    return changes


def busy_times(
    event: Component, changes: dict[datetime, Component], end: datetime, owner: ZoneInfo
) -> list[tuple[datetime, datetime]]:
    excluded = {moment(*line).instant(owner) for line in event.all("EXDATE")}
    times = []
    for begins in occurrences(event, end, owner):
        at = begins.instant(owner)
        if at in changes:
            continue
        if at not in excluded and takes_time(event):
            times.append((at, end_of(event, begins, owner)))
    for change in changes.values():
        if takes_time(change):
            begins = moment(*change.all("DTSTART")[0])
            times.append((begins.instant(owner), end_of(change, begins, owner)))
    return times


def takes_time(event: Component) -> bool:
    return event.value("STATUS") != "CANCELLED" and event.value("TRANSP") != "TRANSPARENT"


def end_of(event: Component, begins: Moment, owner: ZoneInfo) -> datetime:
    """Returns when an occurrence ends: whole days end at midnight, others after the time that the first one takes."""
    first = moment(*event.all("DTSTART")[0])
    until = event.get("DTEND")
    if begins.is_day:
        days = moment(*until).local - first.local if until else duration(event.value("DURATION") or "P1D")
        return Moment(begins.local + days, None, is_day=True).instant(owner)
    lasts = moment(*until).instant(owner) - first.instant(owner) if until else duration(event.value("DURATION"))
    return begins.instant(owner) + lasts


def occurrences(event: Component, end: datetime, owner: ZoneInfo) -> list[Moment]:
    """Returns every beginning until the window ends, by trying each day."""
    first = moment(*event.all("DTSTART")[0])
    rule = dict(part.split("=") for part in event.value("RRULE").split(";") if part)
    if not rule:
        return [first]
    day = first.local.date()
    begins: list[Moment] = []
    last = until_of(rule, owner)
    while day <= end.date() + 3 * DAY and len(begins) < int(rule.get("COUNT", 100_000)):
        if is_in_rule(day, first.local.date(), rule):
            candidate = Moment(datetime.combine(day, first.local.time()), first.zone, first.is_day)
            if last is not None and candidate.instant(owner) > last:
                break
            begins.append(candidate)
        day += DAY
    return begins


def until_of(rule: dict[str, str], owner: ZoneInfo) -> datetime | None:
    return moment({}, rule["UNTIL"]).instant(owner) if "UNTIL" in rule else None


def is_in_rule(day: date, first: date, rule: dict[str, str]) -> bool:
    every, named = int(rule.get("INTERVAL", 1)), rule.get("BYDAY", "")
    weekday = WEEKDAYS[day.weekday()]
    if rule["FREQ"] == "DAILY":
        return (day - first).days % every == 0
    if rule["FREQ"] == "WEEKLY":
        weeks = (day - timedelta(days=day.weekday()) - (first - timedelta(days=first.weekday()))).days // 7
        return weeks % every == 0 and weekday in (named.split(",") if named else [WEEKDAYS[first.weekday()]])
    if rule["FREQ"] == "MONTHLY":
        months = (day.year - first.year) * 12 + day.month - first.month
        return months % every == 0 and is_in_month(day, first, rule)
    return (day.year - first.year) % every == 0 and (day.month, day.day) == (first.month, first.day)


def is_in_month(day: date, first: date, rule: dict[str, str]) -> bool:
    if "BYMONTHDAY" in rule:
        number = int(rule["BYMONTHDAY"])
        return day.day == number if number > 0 else (day + DAY * -number).day == 1
    if "BYDAY" not in rule:
        return day.day == first.day
    which, name = int(rule["BYDAY"][:-2]), rule["BYDAY"][-2:]
    is_that = (day.day - 1) // 7 + 1 == which if which > 0 else (day + timedelta(weeks=1)).month != day.month
    return name == WEEKDAYS[day.weekday()] and is_that
