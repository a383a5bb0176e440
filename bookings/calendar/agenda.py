"""A week as a list of days, for phones and for browsers without JavaScript."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.models import User
from bookings.calendar.entries import SESSION, Entry, builder_time, client_entries
from core.dates import days_of_week
from scheduling.days import minutes_of
from scheduling.hours_text import format_hours
from scheduling.intervals import Stretch, midnight
from scheduling.loading import moment
from scheduling.queries import local_window

WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class AgendaDay:
    """A day with what is in it, and its opening hours in words."""

    day: date
    is_today: bool
    hours: str
    entries: list[Entry]

    @property
    def sessions(self) -> int:
        return sum(entry.kind == SESSION for entry in self.entries)

    @property
    def dots(self) -> str:
        return "•" * min(3, self.sessions)


@dataclass(frozen=True)
class Agenda:
    """The seven days from a Monday on."""

    days: list[AgendaDay]

    @property
    def first(self) -> date:
        return self.days[0].day

    @property
    def last(self) -> date:
        return self.days[-1].day

    @property
    def before(self) -> date:
        return self.first - WEEK

    @property
    def after(self) -> date:
        return self.first + WEEK


def builder_agenda(builder: User, day: date, zone: ZoneInfo, now: datetime) -> Agenda:
    """Returns the week of the day in a builder's calendar. Three queries."""
    days = days_of_week(day)
    shown = builder_time(builder, *_window(days, zone))
    return _agenda(days, zone, now, shown.entries, shown.opened)


def client_agenda(client: User, day: date, zone: ZoneInfo, now: datetime) -> Agenda:
    """Returns the week of the day in a client's calendar. Two queries."""
    days = days_of_week(day)
    return _agenda(days, zone, now, client_entries(client, *_window(days, zone)), [])


def _window(days: list[date], zone: ZoneInfo) -> tuple[datetime, datetime]:
    start, end = local_window(days[0], days[-1], zone)
    return moment(start), moment(end)


def _agenda(days: list[date], zone: ZoneInfo, now: datetime, entries: list[Entry], opened: list[Stretch]) -> Agenda:
    today = now.astimezone(zone).date()
    agenda_days = []
    for day in days:
        start, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
        hours = [
            minutes_of(max(begins, start), min(ends, end), zone)
            for begins, ends in opened
            if begins < end and ends > start
        ]
        shown = [entry for entry in entries if entry.start < moment(end) and entry.end > moment(start)]
        agenda_days.append(AgendaDay(day, day == today, format_hours(hours), shown))
    return Agenda(agenda_days)
