"""A builder's calendar of a week, and figures by week and month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from accounts.models import User
from bookings.agreement.queries import Stats, stats_from, stats_rows
from bookings.models import Booking
from bookings.models.agreement import BookingQuerySet
from bookings.states import AHEAD, State
from core.compiled import CompiledQuery
from core.dates import monday_of
from scheduling.days import Bar, OwnDay, bars, minutes_of, own_days
from scheduling.hours_text import Interval
from scheduling.intervals import instant
from scheduling.queries import local_window

DAYS = 7
MIN_DRAWN_HOURS = (8 * 60, 18 * 60)  # the part of a day, in minutes, that is always drawn
WEEKS_BACK, WEEKS_AHEAD = 8, 3  # beside the current one
TOOK_PLACE = (State.COMPLETED, State.DISPUTED)
# A builder has one session at a time, so that all who come to a group have its start in common.
HOURS_BY_WEEK = """
SELECT width_bucket(starts_at, %(edges)s) - 1 AS week, took_place, sum(length) FROM (
    SELECT starts_at, max(ends_at - starts_at) AS length, bool_or(state = ANY(%(took_place)s)) AS took_place
    FROM bookings_booking
    WHERE builder_id = %(builder)s AND starts_at >= %(start)s AND starts_at < %(end)s
        AND (state = ANY(%(took_place)s) OR state = ANY(%(ahead)s) AND ends_at > %(now)s)
    GROUP BY starts_at) AS sessions
GROUP BY week, took_place
"""


@dataclass(frozen=True)
class WeekSession:
    """A session of the week, with the bookings of everybody who comes to it."""

    starts_at: datetime
    ends_at: datetime
    bookings: list[Booking]

    @property
    def first(self) -> Booking:
        return self.bookings[0]

    @property
    def is_asked_for(self) -> bool:
        return all(booking.state == State.PENDING for booking in self.bookings)

    def within(self, zone: ZoneInfo) -> Interval:
        return minutes_of(int(self.starts_at.timestamp()), int(self.ends_at.timestamp()), zone)


@dataclass(frozen=True)
class WeekDay:
    """A day of the calendar: open hours and sessions, both as data for the text and as bars to draw."""

    own: OwnDay
    is_today: bool
    meetings: list[WeekSession]
    opened: list[Bar]
    taken: list[Bar]


@dataclass(frozen=True)
class Week:
    """Seven days with their sessions, and how much of the open time is booked."""

    days: list[WeekDay]
    open_minutes: int
    booked_minutes: int

    @property
    def first(self) -> date:
        return self.days[0].own.day

    @property
    def last(self) -> date:
        return self.days[-1].own.day

    @property
    def before(self) -> date:
        return self.first - timedelta(days=DAYS)

    @property
    def after(self) -> date:
        return self.first + timedelta(days=DAYS)

    @property
    def is_empty(self) -> bool:
        return not self.open_minutes and not any(day.meetings for day in self.days)

    @property
    def percent(self) -> int:
        return min(100, round(self.booked_minutes / self.open_minutes * 100)) if self.open_minutes else 0


def week_from(builder: User, first: date, zone: ZoneInfo, now: datetime) -> Week:
    """Returns the seven days from `first`, in the time zone given. Three queries."""
    start, end = local_window(first, first + timedelta(days=DAYS - 1), zone)
    edges = (datetime.fromtimestamp(edge, zone) for edge in (start, end))
    meetings = _meetings(_in_week.rows(builder.pk, *edges))
    by_day: dict[date, list[WeekSession]] = {}
    for meeting in meetings:
        by_day.setdefault(meeting.starts_at.astimezone(zone).date(), []).append(meeting)
    days = own_days(builder.pk, first, DAYS, zone, now)
    span = _drawn_hours(
        [interval for day in days for interval in day.opened] + [meeting.within(zone) for meeting in meetings]
    )
    today = now.astimezone(zone).date()
    return Week(
        [
            WeekDay(
                own=day,
                is_today=day.day == today,
                meetings=by_day.get(day.day, []),
                opened=bars(day.opened, span),
                taken=bars((meeting.within(zone) for meeting in by_day.get(day.day, [])), span),
            )
            for day in days
        ],
        open_minutes=sum(day.open_minutes for day in days),
        booked_minutes=sum(int((meeting.ends_at - meeting.starts_at).total_seconds()) // 60 for meeting in meetings),
    )


def _starting_between(builder: UUID, start: datetime, end: datetime) -> BookingQuerySet:
    bookings = Booking.objects.filter(builder=builder, starts_at__gte=start, starts_at__lt=end)
    shown = bookings.exclude(state=State.CANCELLED).listed().select_related("seat")
    return shown.order_by("starts_at", "seat__reservation_id", "id")


_in_week = CompiledQuery(_starting_between)


def _meetings(week_bookings: Iterable[Booking]) -> list[WeekSession]:
    """Groups consecutive bookings by their reservation: a group is one session, however many come."""
    grouped = [
        list(bookings) for _, bookings in groupby(week_bookings, key=lambda booking: booking.seat.reservation_id)
    ]
    return [WeekSession(bookings[0].starts_at, bookings[0].ends_at, bookings) for bookings in grouped]


def _drawn_hours(taken: list[Interval]) -> Interval:
    """Returns the whole hours, in minutes of the day, that are drawn for every day of the week."""
    first = min([MIN_DRAWN_HOURS[0], *(start for start, _ in taken)])
    last = max([MIN_DRAWN_HOURS[1], *(end for _, end in taken)])
    return first // 60 * 60, -(-last // 60) * 60


@dataclass(frozen=True)
class Stack:
    """The hours of a week for the chart: of sessions that took place, and of those ahead, confirmed or requested."""

    monday: date
    held: Decimal
    ahead: Decimal
    is_current: bool


def by_week(builder: User, zone: ZoneInfo, now: datetime) -> list[Stack]:
    """Returns twelve weeks: eight before this one, this one and three after. A group counts once. One query."""
    monday = monday_of(now.astimezone(zone).date())
    mondays = [monday + timedelta(weeks=number) for number in range(-WEEKS_BACK, WEEKS_AHEAD + 2)]
    edges = [datetime.fromtimestamp(instant(edge, 0, zone), zone) for edge in mondays]
    parameters: dict[str, Any] = {
        "builder": builder.pk, "edges": edges, "start": edges[0], "end": edges[-1], "now": now,
        "took_place": list(TOOK_PLACE), "ahead": [*AHEAD, State.IN_PROGRESS],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(HOURS_BY_WEEK, parameters)
        hours = {(mondays[week], took_place): _in_hours(length) for week, took_place, length in cursor.fetchall()}
    return [
        Stack(day, hours.get((day, True), Decimal(0)), hours.get((day, False), Decimal(0)), day == monday)
        for day in mondays[:-1]
    ]


def _in_hours(length: timedelta) -> Decimal:
    return round(Decimal(int(length.total_seconds())) / 3600, 2)


def months(builder: User, zone: ZoneInfo, now: datetime) -> tuple[Stats, Stats]:
    """Returns the figures of this month up to now, and of the last month. One query."""
    rows = _in_months.rows(builder.pk, *month_starts(zone, now), now)
    this_month, last_month = (
        stats_from(row for row in rows if row["is_current"] == is_current) for is_current in (True, False)
    )
    return this_month, last_month


def _by_month(builder: UUID, last: datetime, current: datetime, now: datetime) -> QuerySet[Any, dict[str, Any]]:
    both = Booking.objects.of_builder(builder).filter(starts_at__gte=last, starts_at__lte=now)
    is_current = ExpressionWrapper(Q(starts_at__gte=current), output_field=BooleanField())
    return stats_rows(both.annotate(is_current=is_current), "is_current")


_in_months = CompiledQuery(_by_month)


def month_starts(zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime]:
    """Returns when the last month and this month began in the time zone."""
    first = now.astimezone(zone).date().replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    last, current = (datetime.fromtimestamp(instant(edge, 0, zone), zone) for edge in (before, first))
    return last, current
