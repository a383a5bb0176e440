"""The second step: length, day and time, as chosen in the address, in the viewer's time zone."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import groupby
from zoneinfo import ZoneInfo

from bookings.meetings.places import AT_CLIENT
from bookings.models import Booking
from bookings.times import When, offset, zone_with_offset
from coaching.models import Offer, SessionType
from coaching.quotes import DAY, FIXED, HOURLY, Circumstances, Quote, Terms, price_list, quote
from coaching.terms import offer_of, terms_of
from core.dates import parse_date, parse_instant
from core.hour_format import time_of_day
from core.zones import known_zone
from scheduling.intervals import Stretch
from scheduling.queries import free_times, local_window, nearest_free
from scheduling.slots import Slot

LOOK_AHEAD_DAYS = 400  # further ahead than most builders can be booked
MAX_LENGTH_BUTTONS = 6  # more lengths are shown as a slider
UNIT_LABELS = {HOURLY: "By the hour", DAY: "By the day"}
HOURS = re.compile(r"(\d{1,2})(?:[.,](\d{1,2}))?", re.ASCII)


def _asked_minutes(asked: Mapping[str, str]) -> int:
    """Returns the length in an address: `minutes=90`, or `hours=1.5` as the first step sends it. 0 if there is none."""
    minutes = asked.get("minutes", "")
    if minutes.isascii() and minutes.isdigit() and len(minutes) < 5:
        return int(minutes)
    hours = HOURS.fullmatch(asked.get("hours", "").strip())
    return round(float(f"{hours[1]}.{hours[2] or 0}") * 60) if hours else 0


@dataclass(frozen=True)
class Length:
    minutes: int
    price: Quote
    is_chosen: bool


@dataclass(frozen=True)
class Cell:
    """A day in the calendar of a month."""

    day: date
    count: int
    is_inside: bool
    is_chosen: bool
    is_today: bool


@dataclass(frozen=True)
class Time:
    """A free time in the viewer's time zone. `twice` is its UTC offset on a night that has this time twice."""

    start: datetime
    seats_left: int
    twice: str = ""
    early_price: Quote | None = None  # where it is cheaper because it is booked early

    @cached_property
    def value(self) -> str:
        return self.start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def shown(self) -> str:
        """The time of day in the reader's format."""
        return time_of_day(self.start)


class TimePicker:
    """What somebody chooses a time by: length, price, zone, and a calendar that is computed when it is shown.

    A month with free times takes two queries; an empty first month six, because the next one with any is looked for.
    """

    travels = False  # whether the session is at the client's address

    def __init__(
        self,
        session_type: SessionType,
        offer: Offer,
        asked: Mapping[str, str],
        *,
        zone: str,
        now: datetime,
        holder: str,
        moving: Stretch | None = None,
        minutes: int | None = None,
    ) -> None:
        self.session_type = session_type
        self.terms: Terms = terms_of(session_type, offer)
        self.now, self.holder, self.moving = now, holder, moving
        self.fixed_minutes = minutes
        self.zone = known_zone(asked.get("zone", "")) or zone
        self.tz = ZoneInfo(self.zone)
        self.today = now.astimezone(self.tz).date()
        self._asked_rate = asked.get("rate", "")
        self.minutes = minutes or self._minutes(asked)
        self._asked_start, self._asked_lost = (
            parse_instant(asked.get("start", "")),
            parse_instant(asked.get("lost", "")),
        )
        self._asked_month, self._asked_day = asked.get("month"), parse_date(asked.get("day", ""))
        if self._asked_start and not self._asked_month and not self._asked_day:
            self._asked_day = self._asked_start.astimezone(self.tz).date()

    # How long, and for how much ---------------------------------------------------------------------

    @cached_property
    def _prices(self) -> list[tuple[int, Quote]]:
        return price_list(self.terms)

    @cached_property
    def units(self) -> list[tuple[str, str]]:
        """(rate type, label) of the units to choose a length in: hours or days, where there are many lengths."""
        has_days = any(price.rate_type == DAY for _, price in self._prices)
        return list(UNIT_LABELS.items()) if has_days and len(self._prices) > MAX_LENGTH_BUTTONS else []

    @property
    def is_by_day(self) -> bool:
        return bool(self.units) and self._asked_rate == DAY

    @cached_property
    def _offered(self) -> list[tuple[int, Quote]]:
        return [(minutes, price) for minutes, price in self._prices if not self.is_by_day or price.rate_type == DAY]

    def _minutes(self, asked: Mapping[str, str]) -> int:
        """Returns the length asked for, in minutes or hours; the nearest one where many are offered, else the usual
        one.
        """
        offered = [minutes for minutes, _ in self._offered]
        minutes = _asked_minutes(asked)
        if minutes in offered:
            return minutes
        if minutes and len(offered) > MAX_LENGTH_BUTTONS:
            return min(offered, key=lambda length: abs(length - minutes))
        usual = self.session_type.default_minutes
        return usual if usual in offered or not offered else offered[0]

    @cached_property
    def lengths(self) -> list[Length]:
        return [Length(minutes, price, minutes == self.minutes) for minutes, price in self._offered]

    @property
    def is_slider(self) -> bool:
        return len(self.lengths) > MAX_LENGTH_BUTTONS

    @cached_property
    def price(self) -> Quote | None:
        """The one price of the chosen length: for the time asked for, if there is one, else the list price."""
        return self._price_at(self._asked_start) if self._asked_start else quote(self.terms, self.minutes)

    def _price_at(self, start: datetime) -> Quote | None:
        return quote(self.terms, self.minutes, circumstances=Circumstances(start - self.now))

    def _early_price_at(self, start: datetime) -> Quote | None:
        """Returns the price for a time that is cheaper because it is booked early; None for others, and for a booking that
        is moved, which keeps its price."""
        price = self._price_at(start) if self.terms.early and self.moving is None else None
        return price if price and price.discount else None

    @property
    def rate_type(self) -> str:
        return self.price.rate_type if self.price else FIXED

    # Which day ---------------------------------------------------------------------------------------

    @cached_property
    def _calendar(self) -> tuple[date, dict[date, list[Slot]]]:
        """The month to show and its free times by day; the next month with any, unless somebody asked for this one.

        Only a page that shows the calendar pays for it: holding a time, details and review do not.
        """
        month = self._month_asked_for()
        days = self._free_slots_of_month(month)
        if not days and self._asked_month is None and self._asked_day is None and (first := self._first_free(month)):
            month = first.replace(day=1)
            days = self._free_slots_of_month(month)
        return month, days

    @property
    def month(self) -> date:
        return self._calendar[0]

    @property
    def days(self) -> dict[date, list[Slot]]:
        return self._calendar[1]

    @property
    def day(self) -> date | None:
        """The day whose times are shown: the one asked for, else the first with free times."""
        if self._asked_day is not None and self._asked_day.replace(day=1) == self.month:
            return self._asked_day
        return min(self.days, default=None)

    def _month_asked_for(self) -> date:
        this_month = self.today.replace(day=1)
        day = self._asked_day
        month = parse_date(f"{self._asked_month or ''}-01") or (day.replace(day=1) if day else this_month)
        latest = (self.today + timedelta(days=LOOK_AHEAD_DAYS * 2)).replace(day=1)
        return min(max(month, this_month), latest)

    def _free_slots_of_month(self, month: date) -> dict[date, list[Slot]]:
        last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
        return self._free_slots(month, last)

    def _free_slots(self, first: date, last: date) -> dict[date, list[Slot]]:
        slots = free_times(
            self.session_type, self.minutes, local_window(first, last, self.tz), self.now, self.holder, self.moving,
            travels=self.travels,
        )  # fmt: skip
        by_day = groupby(slots, key=lambda slot: datetime.fromtimestamp(slot.start, self.tz).date())
        return {day: list(day_slots) for day, day_slots in by_day}

    @cached_property
    def next_free(self) -> date | None:
        """The first day with a free time after the month shown; None if there is none in 400 days."""
        return self._first_free(self.month)

    def _first_free(self, month: date) -> date | None:
        after = (month + timedelta(days=32)).replace(day=1)
        days = self._free_slots(after, after + timedelta(days=LOOK_AHEAD_DAYS))
        return min(days, default=None)

    @property
    def weeks(self) -> list[list[Cell]]:
        """The weeks of the month from this week on."""
        grid = calendar.Calendar().monthdatescalendar(self.month.year, self.month.month)
        return [[self._cell(day) for day in week] for week in grid if week[-1] >= self.today]

    def _cell(self, day: date) -> Cell:
        is_inside = day.month == self.month.month
        return Cell(day, len(self.days.get(day, ())) if is_inside else 0, is_inside, day == self.day, day == self.today)

    @property
    def before(self) -> date | None:
        return (self.month - timedelta(days=1)).replace(day=1) if self.month > self.today.replace(day=1) else None

    @property
    def after(self) -> date:
        return (self.month + timedelta(days=32)).replace(day=1)

    @property
    def focus(self) -> date:
        """The day in the calendar that the Tab key moves to."""
        return self.day or (self.today if self.today.replace(day=1) == self.month else self.month)

    @property
    def day_before(self) -> date | None:
        return max((day for day in self.days if self.day and day < self.day), default=None)

    @property
    def day_after(self) -> date | None:
        return min((day for day in self.days if self.day and day > self.day), default=None)

    # Which time --------------------------------------------------------------------------------------

    @cached_property
    def times(self) -> list[Time]:
        slots = self.days.get(self.day, []) if self.day else []
        starts = [(datetime.fromtimestamp(slot.start, self.tz), slot.seats_left) for slot in slots]
        return [
            Time(start, left, offset(start) if self._is_doubled(start) else "", self._early_price_at(start))
            for start, left in starts
        ]

    def _is_doubled(self, start: datetime) -> bool:
        """Whether clocks show this time twice, because they are set back that night."""
        return start.replace(fold=0).utcoffset() != start.replace(fold=1).utcoffset()

    @cached_property
    def chosen(self) -> Time | None:
        """The time of this day that the address chooses, as links of the search do; None if it is not available."""
        return next((time for time in self.times if time.start == self._asked_start), None)

    # A time taken by somebody else -------------------------------------------------------------------------

    @cached_property
    def lost_at(self) -> datetime | None:
        start = self._asked_start
        is_taken = start is not None and start.astimezone(self.tz).date() == self.day and self.chosen is None
        return start if is_taken else self._asked_lost

    @property
    def lost(self) -> When | None:
        """The time that the visitor chose and somebody else has taken."""
        return When(self.lost_at, self.lost_at, self.zone) if self.lost_at else None

    @cached_property
    def nearest(self) -> list[Time]:
        """The free times nearest to the one that somebody else has taken."""
        if self.lost_at is None:
            return []
        slots = nearest_free(
            self.session_type, self.minutes, self.lost_at, self.now, self.holder, self.moving, travels=self.travels
        )
        return [Time(datetime.fromtimestamp(slot.start, self.tz), slot.seats_left) for slot in slots]

    @property
    def groups(self) -> list[tuple[str, list[Time]]]:
        """The times of the day by morning, afternoon and evening, without empty groups."""
        named = [("Morning", 0, 12), ("Afternoon", 12, 17), ("Evening", 17, 24)]
        groups = [
            (name, [time for time in self.times if first <= time.start.hour < last]) for name, first, last in named
        ]
        return [(name, times) for name, times in groups if times]

    @property
    def zone_note(self) -> str:
        at = self.times[0].start if self.times else self.now.astimezone(self.tz)
        return zone_with_offset(self.zone, at)


def picker_to_move(booking: Booking, asked: Mapping[str, str], *, zone: str, now: datetime) -> TimePicker:
    """Returns the picker of another time for a booking, whose length stays the same and whose current time counts as
    free.
    """
    picker = TimePicker(
        booking.session_type,
        offer_of(booking.builder_id),
        asked,
        zone=zone,
        now=now,
        holder=booking.seat.holder,
        moving=(int(booking.starts_at.timestamp()), int(booking.ends_at.timestamp())),
        minutes=booking.minutes,
    )
    picker.travels = booking.in_person_at == AT_CLIENT
    return picker
