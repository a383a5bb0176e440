"""The slot engine: computes which starts can be booked. It takes and returns plain values; no ORM, clock or settings.

All instants are whole seconds since 1970. A slot belongs to a window if it starts in it. Pages, holds, bookings, the
API and search all use this function, so that every slot that is offered can be booked, and no other.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo
from enum import Enum
from typing import NamedTuple

from scheduling.intervals import DAY_MINUTES, DAY_SECONDS, Stretch, instant, midnight
from scheduling.patterns import WEEK, Hours, Pattern, with_patterns

EPOCH = date(1970, 1, 1)
NEVER = 2**62
SIX_DAYS = 6 * DAY_SECONDS


@dataclass(frozen=True)
class Limits:
    """Limits on when sessions can be booked. On a session type, None inherits the value of the day's schedule."""

    buffer_before: int | None = None  # minutes, as all of these but the last two
    buffer_after: int | None = None
    notice: int | None = None
    horizon_days: int | None = None
    most_a_day: int | None = None  # for a schedule None is no cap

    def over(self, inherited: Limits) -> Limits:
        """Returns these limits, with inherited values where they are None."""
        if self == INHERIT_ALL:
            return inherited
        mine = (self.buffer_before, self.buffer_after, self.notice, self.horizon_days, self.most_a_day)
        theirs = (
            inherited.buffer_before,
            inherited.buffer_after,
            inherited.notice,
            inherited.horizon_days,
            inherited.most_a_day,
        )
        return Limits(*(own if own is not None else other for own, other in zip(mine, theirs, strict=True)))


INHERIT_ALL = Limits()


@dataclass(frozen=True)
class HoursPlan:
    """One schedule: usual hours in a time zone, and the hours that replace them on some dates."""

    zone: tzinfo
    weekly: tuple[Hours, ...]  # Monday first
    dated: dict[date, Hours] = field(default_factory=dict)  # an empty one is closed
    public_holidays: dict[date, str] = field(default_factory=dict)  # closed, unless the day is dated
    limits: Limits = INHERIT_ALL
    patterns: tuple[Pattern, ...] = ()  # hours on some weeks, besides the weekly ones

    def hours_on(self, day: date) -> Hours:
        if self.dated and (hours := self.dated.get(day)) is not None:
            return hours
        if self.public_holidays and day in self.public_holidays:
            return ()
        weekly = self.weekly[day.weekday()]
        return with_patterns(weekly, self.patterns, day) if self.patterns else weekly


@dataclass(frozen=True)
class Calendar:
    """A builder's schedules: on each day the holiday schedule whose dates cover it, else the usual one."""

    usual: HoursPlan
    holidays: tuple[tuple[date, date, HoursPlan], ...] = ()  # first and last day

    def plan_on(self, day: date) -> HoursPlan:
        for first, last, plan in self.holidays:
            if first <= day <= last:
                return plan
        return self.usual


class Kind(Enum):
    """Why time is taken. Buffers are kept around sessions and times busy elsewhere, but not around time off."""

    SESSION = "session"
    BUSY = "busy"
    TIME_OFF = "time off"


class Taken(NamedTuple):
    """A stretch of time that is taken. A group session with free seats can be joined at its own start and length."""

    start: int
    end: int
    kind: Kind = Kind.SESSION
    buffer_before: int = 0  # minutes
    buffer_after: int = 0
    seats_left: int = 0  # for the requested session type
    note: str = ""


@dataclass(frozen=True)
class SlotRequest:
    """The session to find slots for: its length, grid, seats and own limits."""

    minutes: int
    step: int | None = None  # minutes; None is the duration
    seats: int = 1
    limits: Limits = INHERIT_ALL
    travel_before: int = 0  # minutes that the way there takes, beside the buffer
    travel_after: int = 0

    def limits_in(self, plan: HoursPlan) -> Limits:
        """Returns the limits on a day of this plan, with the way there and back in the buffers."""
        limits = self.limits.over(plan.limits)
        before, after = (limits.buffer_before or 0) + self.travel_before, (limits.buffer_after or 0) + self.travel_after
        return replace(limits, buffer_before=before, buffer_after=after)


class Slot(NamedTuple):
    start: int
    end: int
    seats_left: int


def free_slots(
    calendar: Calendar, taken: Sequence[Taken], wanted: SlotRequest, window: Stretch, now: int
) -> list[Slot]:
    """Returns every slot that starts in the window, in order, with groups that can be joined."""
    length = wanted.minutes * 60
    free = [Slot(start, start + length, wanted.seats) for start in free_starts(calendar, taken, wanted, window, now)]
    joinable = [Slot(*group) for group in _joinable_groups(calendar, taken, wanted, window, now)]
    return sorted(free + joinable, key=lambda slot: slot.start) if joinable else free


def free_starts(
    calendar: Calendar, taken: Sequence[Taken], wanted: SlotRequest, window: Stretch, now: int
) -> list[int]:
    """Returns the starts of slots, without groups that can be joined, as numbers, which cost less than slots."""
    starts: list[int] = []
    for run in start_runs(calendar, taken, wanted, window, now):
        starts.extend(run)
    return starts


def start_runs(
    calendar: Calendar, taken: Sequence[Taken], wanted: SlotRequest, window: Stretch, now: int
) -> Iterator[range]:
    """Yields the same starts as evenly spaced runs, as `FreeTimes` stores them."""
    length, step = wanted.minutes * 60, (wanted.step or wanted.minutes) * 60
    if length <= 0 or step <= 0 or window[1] <= window[0]:
        return
    booked: Counter[date] | None = None  # counted only if a plan has a daily cap
    rules: dict[int, _Rules] = {}
    for opening in _openings(calendar, window):
        last = opening.end - length
        for segment, anchor in opening.segments:
            rule = rules.get(id(segment.plan))
            if rule is None:
                rule = rules[id(segment.plan)] = _rules_for(segment.plan, taken, wanted, window, now)
            if rule.most_a_day is not None:
                booked = booked_days(calendar, taken) if booked is None else booked
                if booked[segment.day] >= rule.most_a_day:
                    continue
            low, high = max(segment.start, rule.earliest), min(segment.end - 1, rule.latest, last)
            first = anchor + -((anchor - low) // step) * step
            if first <= high:
                yield from _free_runs(first, high + 1, step, rule)


class _Rules(NamedTuple):
    """The limits of one plan, worked out for one request and window."""

    earliest: int
    latest: int
    most_a_day: int | None
    lows: list[int]  # starts between a low and its high are blocked
    highs: list[int]


def _rules_for(plan: HoursPlan, taken: Sequence[Taken], wanted: SlotRequest, window: Stretch, now: int) -> _Rules:
    limits = wanted.limits_in(plan)
    blocked = _blocked_starts(taken, wanted.minutes * 60, limits)
    return _Rules(
        max(window[0], earliest(limits, now)),
        min(window[1] - 1, latest(plan, limits, now)),
        limits.most_a_day,
        [low for low, _ in blocked],
        [high for _, high in blocked],
    )


def opening_around(calendar: Calendar, start: int) -> Stretch | None:
    """Returns where the grid at this instant begins and where its opening ends, or None when closed."""
    for opening in _openings(calendar, (start, start + 1)):
        for segment, anchor in opening.segments:
            if segment.start <= start < segment.end:
                return anchor, opening.end
    return None


def openings(calendar: Calendar, window: Stretch) -> list[Stretch]:
    """Returns the open stretches of the window in order, taken or not."""
    overlapping = _openings(calendar, window)
    return [(max(opening.start, window[0]), min(opening.end, window[1])) for opening in overlapping]


def open_seconds(calendar: Calendar, window: Stretch) -> int:
    """Returns how many seconds of the window are open, taken or not."""
    return sum(end - start for start, end in openings(calendar, window))


class _Segment(NamedTuple):
    """The part of an opening that lies on one local date."""

    start: int
    end: int
    day: date
    plan: HoursPlan


@dataclass
class _Opening:
    """Open time without a break, also across midnight. The grid begins at its start, and anew at each anchor."""

    start: int
    end: int
    segments: list[tuple[_Segment, int]]  # with the anchor of its grid


def _openings(calendar: Calendar, window: Stretch) -> list[_Opening]:
    """Returns every opening that overlaps the window.

    In an opening longer than a week, the grid starts again at midnight each Monday: hours around the clock have no
    start, and the grid must not depend on the window.
    """
    openings: list[_Opening] = []
    for original in _segments(calendar, window):
        segment = original
        if not openings or segment.start > openings[-1].end:
            openings.append(_Opening(segment.start, segment.end, [(segment, segment.start)]))
            continue
        opening = openings[-1]
        if segment.end <= opening.end:
            continue  # inside the previous one, where the clocks went back
        if segment.start < opening.end:
            segment = segment._replace(start=opening.end)
        opening.segments.append((segment, _anchor(segment, opening)))
        opening.end = segment.end
    return [opening for opening in openings if opening.end > window[0] and opening.start < window[1]]


def _anchor(segment: _Segment, opening: _Opening) -> int:
    """Returns where the grid of the segment begins: at this Monday's midnight after a week, else as before it."""
    if segment.day.weekday() == 0 and segment.start - opening.start > SIX_DAYS:
        zone = segment.plan.zone
        monday = midnight(segment.day, zone)
        if segment.start >= monday and opening.start <= midnight(segment.day - WEEK, zone):
            return monday
    return opening.segments[-1][1]


def _segments(calendar: Calendar, window: Stretch) -> list[_Segment]:
    """Returns the open time of each day, from two weeks earlier if the first day continues the day before it."""
    zone = calendar.usual.zone
    first = datetime.fromtimestamp(window[0], zone).date() - timedelta(days=2)
    last = datetime.fromtimestamp(window[1], zone).date() + timedelta(days=2)
    segments = _segments_of_days(calendar, first, last)
    if segments:
        before = _segments_of_days(calendar, first - timedelta(days=1), first - timedelta(days=1))
        if before and max(earlier.end for earlier in before) >= min(earlier.start for earlier in segments[:3]):
            segments = _segments_of_days(calendar, first - 2 * WEEK, first - timedelta(days=1)) + segments
    segments.sort(key=lambda segment: (segment.start, segment.end))
    return segments


def _segments_of_days(calendar: Calendar, first: date, last: date) -> list[_Segment]:
    """Returns the segments of the days. It asks the zone once a day, and at each boundary if the clocks change."""
    segments: list[_Segment] = []
    midnight_utc = (first - EPOCH).days * DAY_SECONDS
    zone: tzinfo | None = None
    offset = 0
    tomorrow = first
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day, tomorrow = tomorrow, date.fromordinal(ordinal + 1)
        plan = calendar.plan_on(day) if calendar.holidays else calendar.usual
        if plan.zone is not zone:
            zone = plan.zone
            offset = midnight(day, zone) - midnight_utc
        next_offset = midnight(tomorrow, zone) - midnight_utc - DAY_SECONDS
        for start, end in plan.hours_on(day):
            if offset == next_offset:
                begin, finish = midnight_utc + offset + start * 60, midnight_utc + offset + end * 60
            else:
                begin, finish = instant(day, start, zone), instant(day, end, zone)
            if finish > begin:
                segments.append(_Segment(begin, finish, day, plan))
        offset = next_offset
        midnight_utc += DAY_SECONDS
    return segments


def earliest(limits: Limits, now: int) -> int:
    """Returns the first start after now and the notice, which is elapsed time and not time on the clock."""
    return max(now + 1, now + (limits.notice or 0) * 60)


def latest(plan: HoursPlan, limits: Limits, now: int) -> int:
    """Returns the last second of the local day on which the horizon ends."""
    if limits.horizon_days is None:
        return NEVER
    today = datetime.fromtimestamp(now, plan.zone).date()
    return instant(today + timedelta(days=limits.horizon_days), DAY_MINUTES, plan.zone) - 1


def booked_days(calendar: Calendar, taken: Sequence[Taken]) -> Counter[date]:
    """Counts the sessions that begin on each of the builder's local days."""
    days: Counter[date] = Counter()
    for entry in taken:
        if entry.kind is Kind.SESSION:
            days[local_day(calendar, entry.start)] += 1
    return days


def local_day(calendar: Calendar, start: int) -> date:
    """Returns the day of the start in the zone of the schedule that applies on it."""
    day = datetime.fromtimestamp(start, calendar.usual.zone).date()
    zone = calendar.plan_on(day).zone
    return day if zone is calendar.usual.zone else datetime.fromtimestamp(start, zone).date()


def _blocked_starts(taken: Sequence[Taken], length: int, limits: Limits) -> list[Stretch]:
    """Returns ranges `(low, high)` of blocked starts, merged and in order; the ends themselves are free.

    Between two sessions, the larger of the first one's after-buffer and the second one's before-buffer stays free.
    """
    before, after = (limits.buffer_before or 0) * 60, (limits.buffer_after or 0) * 60
    ranges: list[Stretch] = []
    for entry in taken:
        if entry.kind is Kind.TIME_OFF:
            low, high = entry.start - length, entry.end
        else:
            low = entry.start - max(after, entry.buffer_before * 60) - length
            high = entry.end + max(before, entry.buffer_after * 60)
        ranges.append((low, high))
    ranges.sort()
    merged: list[Stretch] = []
    for low, high in ranges:
        if merged and low < merged[-1][1]:
            if high > merged[-1][1]:
                merged[-1] = (merged[-1][0], high)
        else:
            merged.append((low, high))
    return merged


def _free_runs(start: int, stop: int, step: int, rule: _Rules) -> Iterator[range]:
    """Yields the parts of a grid outside the blocked ranges; the ends of a range are free."""
    lows, highs = rule.lows, rule.highs
    at = bisect_left(highs, start)
    while start < stop and at < len(lows) and lows[at] < stop:
        if lows[at] >= start:
            yield range(start, lows[at] + 1, step)
        if highs[at] > start:
            start += -((start - highs[at]) // step) * step
        at += 1
    if start < stop:
        yield range(start, stop, step)


def _joinable_groups(
    calendar: Calendar, taken: Sequence[Taken], wanted: SlotRequest, window: Stretch, now: int
) -> Iterator[tuple[int, int, int]]:
    """Yields groups of this length in which there are free seats."""
    for group in taken:
        if not group.seats_left or group.end - group.start != wanted.minutes * 60:
            continue
        plan = calendar.plan_on(local_day(calendar, group.start))
        limits = wanted.limits.over(plan.limits)
        is_inside = window[0] <= group.start < window[1]
        if is_inside and earliest(limits, now) <= group.start <= latest(plan, limits, now):
            yield group.start, group.end, group.seats_left


def by_day(starts: Sequence[int], zone: tzinfo) -> dict[date, list[int]]:
    """Groups sorted starts by their local day in `zone`. It asks the zone once a day and not once a start."""
    days: dict[date, list[int]] = {}
    at, one_day = 0, timedelta(days=1)
    while at < len(starts):
        day = datetime.fromtimestamp(starts[at], zone).date()
        beyond = bisect_left(starts, midnight(day + one_day, zone), lo=at)
        days.setdefault(day, []).extend(starts[at : max(beyond, at + 1)])
        at = max(beyond, at + 1)
    return days
