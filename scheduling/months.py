"""A month of a schedule: the hours of each day, and why they differ from the weekly ones."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.dates import parse_date
from scheduling import loading
from scheduling.hours_text import format_hours
from scheduling.models import Schedule
from scheduling.slots import HoursPlan


@dataclass(frozen=True)
class MonthDay:
    """One day of the month. `kind` is usual, exception, holiday, or outside (in another month or past)."""

    day: date
    kind: str
    hours: str
    note: str = ""


@dataclass(frozen=True)
class Month:
    first: date
    weeks: Sequence[Sequence[MonthDay]]

    @property
    def before(self) -> str:
        return f"{self.first - timedelta(days=1):%Y-%m}"

    @property
    def after(self) -> str:
        return f"{self.first + timedelta(days=31):%Y-%m}"


def month_of(schedule: Schedule, name: str, today: date) -> Month:
    """Returns the month named as `2026-12`, or the present one if the name is not valid. Four queries."""
    first = _first_day(name, today)
    days = [day for week in calendar.Calendar().monthdatescalendar(first.year, first.month) for day in week]
    exceptions = {day.date: day.intervals for day in schedule.exceptions.filter(date__range=(days[0], days[-1]))}
    worked = schedule.worked_holidays.values_list("date", flat=True)
    closed = (
        loading.closed_days(schedule.holiday_country, days[0], days[-1], worked) if schedule.holiday_country else {}
    )
    usual = loading.usual_plan(schedule)
    cells = [_month_day(day, first, today, usual, exceptions, closed) for day in days]
    weeks = [cells[at : at + 7] for at in range(0, len(cells), 7)]
    return Month(first, [row for row in weeks if any(cell.kind != "outside" for cell in row)])


def _month_day(
    day: date,
    first: date,
    today: date,
    usual: HoursPlan,
    exceptions: Mapping[date, Sequence[Sequence[int]]],
    closed: Mapping[date, str],
) -> MonthDay:
    if day.month != first.month or day < today:
        return MonthDay(day, "outside", "")
    if day in exceptions:
        return MonthDay(day, "exception", format_hours([(pair[0], pair[1]) for pair in exceptions[day]]) or "closed")
    if day in closed:
        return MonthDay(day, "holiday", "closed", closed[day])
    return MonthDay(day, "usual", format_hours(usual.hours_on(day)))


def _first_day(name: str, today: date) -> date:
    first, present = parse_date(f"{name}-01"), today.replace(day=1)
    return first if first and present <= first and first.year <= today.year + 3 else present
