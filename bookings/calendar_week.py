"""A builder's sessions laid over their days, and week by week in figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db.models import Q

from accounts.models import User
from bookings.agreement.queries import Stats, stats_of
from bookings.models import Booking
from bookings.states import AHEAD, State
from scheduling.days import Bar, OwnDay, bars, minutes_of, own_days
from scheduling.hours_text import Interval
from scheduling.intervals import instant
from scheduling.queries import local_window

DAYS = 7
OFFICE = (8 * 60, 18 * 60)  # what is drawn of a day at least
WEEKS_BACK, WEEKS_AHEAD = 8, 3  # beside the current one
HELD = (State.COMPLETED, State.DISPUTED)


@dataclass(frozen=True)
class Meeting:
    """One session of the week, with everybody who comes to it."""

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
    """A day as its column shows it: open hours and sessions as bars, and both in words."""

    own: OwnDay
    is_today: bool
    meetings: list[Meeting]
    opened: list[Bar]
    taken: list[Bar]


@dataclass(frozen=True)
class Week:
    """Seven days, and how full they are."""

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
    """Seven days from one on, on the builder's clock: three queries."""
    start, end = local_window(first, first + timedelta(days=DAYS - 1), zone)
    found = Booking.objects.filter(
        builder=builder,
        starts_at__gte=datetime.fromtimestamp(start, zone),
        starts_at__lt=datetime.fromtimestamp(end, zone),
    )
    found = found.exclude(state=State.CANCELLED).complete().order_by("starts_at", "seat__reservation", "id")
    meetings = _meetings(found)
    by_day: dict[date, list[Meeting]] = {}
    for meeting in meetings:
        by_day.setdefault(meeting.starts_at.astimezone(zone).date(), []).append(meeting)
    days = own_days(builder.pk, first, DAYS, zone, now)
    span = _span([each for day in days for each in day.opened] + [meeting.within(zone) for meeting in meetings])
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
        booked_minutes=sum(int((each.ends_at - each.starts_at).total_seconds()) // 60 for each in meetings),
    )


def _meetings(found: Iterable[Booking]) -> list[Meeting]:
    """A group is one session, however many come."""
    grouped = [list(bookings) for _, bookings in groupby(found, key=lambda each: each.seat.reservation_id)]
    return [Meeting(bookings[0].starts_at, bookings[0].ends_at, bookings) for bookings in grouped]


def _span(taken: list[Interval]) -> Interval:
    """The hours that every day of the week is drawn over, whole ones."""
    first = min([OFFICE[0], *(start for start, _ in taken)])
    last = max([OFFICE[1], *(end for _, end in taken)])
    return first // 60 * 60, -(-last // 60) * 60


@dataclass(frozen=True)
class Stack:
    """One week of the drawing: hours that were held, and hours that are agreed or asked for."""

    monday: date
    held: Decimal
    ahead: Decimal
    is_current: bool


def by_week(builder: User, zone: ZoneInfo, now: datetime) -> list[Stack]:
    """Twelve weeks around this one: one query. A group's hour is one hour."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=WEEKS_BACK)
    last = monday + timedelta(weeks=WEEKS_AHEAD + 1)
    window = (datetime.fromtimestamp(instant(edge, 0, zone), zone) for edge in (first, last))
    found = Booking.objects.filter(
        Q(state__in=HELD) | Q(state__in=[*AHEAD, State.IN_PROGRESS], ends_at__gt=now),
        builder=builder,
        starts_at__range=tuple(window),
    )
    rows = {row[0]: row[1:] for row in found.values_list("seat__reservation", "starts_at", "ends_at", "state")}
    hours: dict[tuple[date, bool], timedelta] = {}
    for starts_at, ends_at, state in rows.values():
        day = starts_at.astimezone(zone).date()
        key = day - timedelta(days=day.weekday()), state in HELD
        hours[key] = hours.get(key, timedelta(0)) + (ends_at - starts_at)
    mondays = [first + timedelta(weeks=number) for number in range(WEEKS_BACK + 1 + WEEKS_AHEAD)]
    return [Stack(day, _hours(hours, day, True), _hours(hours, day, False), day == monday) for day in mondays]


def _hours(found: dict[tuple[date, bool], timedelta], monday: date, is_held: bool) -> Decimal:  # noqa: FBT001
    spent = found.get((monday, is_held), timedelta(0))
    return round(Decimal(int(spent.total_seconds())) / 3600, 2)


def months(builder: User, zone: ZoneInfo, now: datetime) -> tuple[Stats, Stats]:
    """This month's sessions, and the last one's: two queries."""
    first = now.astimezone(zone).date().replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    edges = [datetime.fromtimestamp(instant(edge, 0, zone), zone) for edge in (before, first)]
    mine = Booking.objects.filter(builder=builder)
    return (
        stats_of(mine.filter(starts_at__gte=edges[1], starts_at__lte=now)),
        stats_of(mine.filter(starts_at__gte=edges[0], starts_at__lt=edges[1])),
    )
