"""Proposes the sessions of a plan. It takes and returns plain values; no ORM, clock or settings.

All instants are whole seconds since 1970. Each time comes from the slot engine, with the sessions already chosen counted
as taken, so that every session that is proposed can be booked.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property
from itertools import combinations, pairwise
from uuid import UUID

from coaching.quotes import Terms
from core.dates import monday_of
from scheduling.explain import why_not
from scheduling.intervals import DAY_MINUTES, DAY_SECONDS, Stretch, instant
from scheduling.slots import Calendar, Slot, SlotRequest, Taken, by_day, free_slots, local_day

ONE_DAY, WEEK = timedelta(days=1), timedelta(days=7)
NEAR = 2 * DAY_SECONDS  # sessions further apart share neither a buffer nor a local day
MOST_OTHERS = 3


@dataclass(frozen=True)
class PlanPreferences:
    """What the client asks for: how often, on which days and hours of their own zone, and until when."""

    zone: tzinfo
    weekdays: frozenset[int]  # 0 is Monday
    earliest: int  # minute of the day from which a session may begin
    latest: int  # minute of the day by which it must have ended
    per_week: int
    first_day: date
    last_day: date
    most_sessions: int

    def days(self) -> Iterator[date]:
        for number in range((self.last_day - self.first_day).days + 1):
            day = self.first_day + timedelta(days=number)
            if day.weekday() in self.weekdays:
                yield day


@dataclass(frozen=True)
class PlanOffer:
    """A session type at one length, with all that its free times and its price depend on."""

    session_type: UUID
    builder: UUID
    wanted: SlotRequest
    calendar: Calendar
    taken: Sequence[Taken]
    terms: Terms
    skills: frozenset[UUID] = frozenset()  # that its builder teaches
    rank: int = 0  # its place in the client's order

    @property
    def seconds(self) -> int:
        return self.wanted.minutes * 60

    def as_taken(self, start: int) -> Taken:
        """Returns how a session at this start counts for later sessions of its builder."""
        limits = self.wanted.limits_in(self.calendar.plan_on(local_day(self.calendar, start)))
        before, after = limits.buffer_before or 0, limits.buffer_after or 0
        return Taken(start, start + self.seconds, buffer_before=before, buffer_after=after)


@dataclass(frozen=True)
class PickedSession:
    """One session of a plan. `key` is that of the stored session, or of the booking, that it was before."""

    start: int
    end: int
    offer: PlanOffer
    skill: UUID | None = None
    key: UUID | None = None


@dataclass(frozen=True)
class Shortfall:
    """A day on which the client wanted a session and can have none, why, and free times near it."""

    day: date
    rule: str  # of `scheduling.explain`, or `own` if the client has another session
    sentence: str
    others: tuple[PickedSession, ...]


@dataclass(frozen=True)
class PlanProposal:
    sessions: list[PickedSession]
    shortfalls: list[Shortfall]


@dataclass
class PlanSearch:
    """What a proposal is made of: the wishes, the offers, the client's own appointments, and the gaps in order.

    `kept` are sessions that the plan has already. They count in their weeks, and no other session is on their days.
    """

    preferences: PlanPreferences
    offers: Sequence[PlanOffer]
    now: int
    own: Sequence[Stretch] = ()
    gaps: Sequence[UUID] = ()
    kept: Sequence[PickedSession] = ()
    picked: list[PickedSession] = field(default_factory=list)

    @cached_property
    def window(self) -> Stretch:
        """From the first to the last day, with a few days after it for other times."""
        preferences = self.preferences
        first = instant(preferences.first_day, 0, preferences.zone)
        return max(first, self.now), instant(preferences.last_day + ONE_DAY, 0, preferences.zone)

    @cached_property
    def slots(self) -> list[list[Slot]]:
        """The free slots of each offer, without those during the client's own appointments."""
        own = sorted(self.own)
        return [
            [slot for slot in free_slots(offer.calendar, offer.taken, offer.wanted, self.window, self.now)
             if not _overlaps(slot.start, slot.end, own)]
            for offer in self.offers
        ]  # fmt: skip

    @cached_property
    def wanted_starts(self) -> dict[date, list[tuple[int, int]]]:
        """The free starts within the wanted hours by local day, each with the number of its offer."""
        starts: dict[date, list[tuple[int, int]]] = {}
        for number, slots in enumerate(self.slots):
            for day, of_day in by_day([slot.start for slot in slots], self.preferences.zone).items():
                if day.weekday() in self.preferences.weekdays and self.preferences.first_day <= day:
                    fitting = self._within_hours(day, of_day, self.offers[number].seconds)
                    if fitting:
                        starts.setdefault(day, []).extend((start, number) for start in fitting)
        return starts

    @cached_property
    def usual_minute(self) -> int:
        """The time of day at which most of the wanted days have a free start, the earliest of several."""
        counts: Counter[int] = Counter()
        for session in self.kept:
            counts[self.minute_of(session.start)] += 1
        for starts in self.wanted_starts.values():
            counts.update({self.minute_of(start) for start, _ in starts})
        return min(counts, key=lambda minute: (-counts[minute], minute), default=self.preferences.earliest)

    def minute_of(self, at: int) -> int:
        local = datetime.fromtimestamp(at, self.preferences.zone)
        return local.hour * 60 + local.minute

    def day_of(self, at: int) -> date:
        return datetime.fromtimestamp(at, self.preferences.zone).date()

    def _within_hours(self, day: date, starts: Sequence[int], seconds: int) -> list[int]:
        """Returns the starts from which a session lies within the wanted hours, by the clocks of the client."""
        preferences = self.preferences
        low = bisect_left(starts, instant(day, preferences.earliest, preferences.zone) - 2 * 3600)
        high = bisect_left(starts, instant(day, preferences.latest, preferences.zone) + 2 * 3600, lo=low)
        return [start for start in starts[low:high] if is_within(preferences, day, start, start + seconds)]


def is_within(preferences: PlanPreferences, day: date, start: int, end: int) -> bool:
    """Whether a session on this local day lies within the wanted hours, by the clocks of the client."""
    begins = datetime.fromtimestamp(start, preferences.zone)
    ends = datetime.fromtimestamp(end, preferences.zone)
    last = ends.hour * 60 + ends.minute + DAY_MINUTES * (ends.date() - day).days
    return (
        begins.date() == day and begins.hour * 60 + begins.minute >= preferences.earliest and last <= preferences.latest
    )


def propose_sessions(search: PlanSearch) -> PlanProposal:
    """Returns the kept sessions with as many others as were asked for, in order of time, and where there is none.

    In each week of the client, the days are chosen that are furthest apart; on each day the builder who teaches the next
    skill, then the one that is preferred, and then the time that is nearest to the usual one.
    """
    search.picked = sorted(search.kept, key=lambda session: session.start)
    shortfalls: list[Shortfall] = []
    expected = _expected_count(search)
    for days in _weeks(search.preferences):
        missing = _pick_week(search, days, expected)
        shortfalls.extend(_explain_day(search, day) for day in missing if day >= search.day_of(search.now))
        if len(search.picked) >= search.preferences.most_sessions:
            break
    return PlanProposal(with_skills(search.picked, search.gaps), shortfalls)


def with_skills(sessions: Sequence[PickedSession], gaps: Sequence[UUID]) -> list[PickedSession]:
    """Returns the sessions in order of time, with the gaps spread over them in their order."""
    ordered = sorted(sessions, key=lambda session: session.start)
    return [replace(session, skill=_skill_at(gaps, n, len(ordered))) for n, session in enumerate(ordered)]


def _skill_at(gaps: Sequence[UUID], number: int, count: int) -> UUID | None:
    if not gaps:
        return None
    return gaps[number * len(gaps) // count] if count >= len(gaps) else gaps[number]


def _weeks(preferences: PlanPreferences) -> list[list[date]]:
    weeks: dict[date, list[date]] = {}
    for day in preferences.days():
        weeks.setdefault(monday_of(day), []).append(day)
    return list(weeks.values())


def _expected_count(search: PlanSearch) -> int:
    """Returns about how many sessions there will be, by which the skills are spread while they are chosen."""
    possible = sum(
        min(search.preferences.per_week, sum(day in search.wanted_starts for day in days))
        for days in _weeks(search.preferences)
    )
    return max(1, min(search.preferences.most_sessions, possible))


def _pick_week(search: PlanSearch, days: Sequence[date], expected: int) -> list[date]:
    """Adds the sessions of a week, and returns the days on which there should have been more."""
    preferences = search.preferences
    taken_days = {search.day_of(session.start) for session in search.picked}
    monday = monday_of(days[0])
    has = sum(monday_of(day) == monday for day in taken_days)
    room = min(preferences.per_week - has, preferences.most_sessions - len(search.picked))
    if room <= 0:
        return []
    open_days = [day for day in days if day not in taken_days and day in search.wanted_starts]
    wanted = min(room, len([day for day in days if day not in taken_days]))
    left = open_days
    count = 0
    while count < wanted and left:
        chosen = _furthest_apart(left, min(wanted - count, len(left)), taken_days)
        for day in chosen:
            skill = _skill_at(search.gaps, min(len(search.picked), expected - 1), expected)
            if session := _pick_day(search, day, skill):
                search.picked.append(session)
                taken_days.add(day)
                count += 1
        left = [day for day in left if day not in chosen]
    free = [day for day in days if day not in taken_days]
    return free[: wanted - count]


def _furthest_apart(days: Sequence[date], count: int, taken: Iterable[date]) -> tuple[date, ...]:
    """Returns so many of a week's days, with the longest shortest gap between them and the days that are taken."""
    others = [day for day in taken if abs((day - days[0]).days) <= 7]

    def rank(chosen: tuple[date, ...]) -> tuple[int, int, tuple[date, ...]]:
        ordered = sorted([*chosen, *others])
        gaps = [(later - day).days for day, later in pairwise(ordered)]
        return -min(gaps, default=7), -sum(min(gap, 3) for gap in gaps), chosen

    return min(combinations(days, count), key=rank)


def _pick_day(search: PlanSearch, day: date, skill: UUID | None) -> PickedSession | None:
    """Returns the best session on this day that can still be booked with the others, or None."""

    def rank(candidate: tuple[int, int]) -> tuple[bool, int, int, int]:
        start, number = candidate
        offer = search.offers[number]
        return skill not in offer.skills, offer.rank, abs(search.minute_of(start) - search.usual_minute), start

    for start, number in sorted(search.wanted_starts[day], key=rank):
        offer = search.offers[number]
        if can_follow(offer, start, search.picked, search.now):
            return PickedSession(start, start + offer.seconds, offer, skill)
    return None


def can_follow(offer: PlanOffer, start: int, picked: Iterable[PickedSession], now: int) -> bool:
    """Whether a free slot of the offer stays free beside the sessions that are picked already."""
    end = start + offer.seconds
    near = [session for session in picked if session.start - NEAR < end and start < session.end + NEAR]
    if any(session.start < end and start < session.end for session in near):
        return False
    mine = [session.offer.as_taken(session.start) for session in near if session.offer.builder == offer.builder]
    if not mine:
        return True
    slots = free_slots(offer.calendar, [*offer.taken, *mine], offer.wanted, (start, start + 1), now)
    return bool(slots)


def _explain_day(search: PlanSearch, day: date) -> Shortfall:
    rule, sentence = _reason_on(search, day)
    at = instant(day, search.usual_minute, search.preferences.zone)
    return Shortfall(day, rule, sentence, tuple(others_near(search, at)))


def _reason_on(search: PlanSearch, day: date) -> tuple[str, str]:
    """Returns the rule that leaves no time in the wanted hours of the day, and its sentence."""
    preferences = search.preferences
    low = instant(day, preferences.earliest, preferences.zone)
    high = instant(day, preferences.latest, preferences.zone)
    for offer in search.offers:
        if high - low < offer.seconds:
            return "length", "The hours that you chose are shorter than the session."
        slots = free_slots(offer.calendar, offer.taken, offer.wanted, (low, high - offer.seconds + 1), search.now)
        if slots:
            return "own", "You have another session at this time."
    first = search.offers[0]
    is_open = free_slots(first.calendar, [], first.wanted, (low, high - first.seconds + 1), search.now)
    usual = instant(day, search.usual_minute, preferences.zone)
    at = is_open[0].start if is_open else max(low, min(usual, high - first.seconds))
    reasons = [
        reason for reason in why_not(first.calendar, first.taken, first.wanted, at, search.now) if reason.rule != "grid"
    ]
    if not reasons:
        return "hours", "There is no free time in the hours that you chose."
    if reasons[0].rule in ("taken", "buffer"):
        return "full", "There is no free time left in the hours that you chose."
    return reasons[0].rule, reasons[0].sentence


def others_near(
    search: PlanSearch,
    at: int,
    *,
    only: UUID | None = None,
    without: PickedSession | None = None,
    most: int = MOST_OTHERS,
) -> list[PickedSession]:
    """Returns the free sessions nearest to this time, at any hour, on different days or with different builders."""
    picked = [session for session in search.picked if session is not without]
    taken_days = {search.day_of(session.start) for session in picked}
    candidates: list[tuple[int, int, int]] = []
    for number, slots in enumerate(search.slots):
        if only is not None and search.offers[number].session_type != only:
            continue
        position = bisect_left(slots, at, key=lambda slot: slot.start)
        near = slots[max(0, position - 30) : position + 30]
        candidates.extend((abs(slot.start - at), slot.start, number) for slot in near)
    others: list[PickedSession] = []
    for _, start, number in sorted(candidates):
        offer = search.offers[number]
        day = search.day_of(start)
        is_new = all((search.day_of(other.start), other.offer.builder) != (day, offer.builder) for other in others)
        if is_new and day not in taken_days and can_follow(offer, start, picked, search.now):
            others.append(PickedSession(start, start + offer.seconds, offer))
        if len(others) >= most:
            break
    return sorted(others, key=lambda session: session.start)


def reason_against(search: PlanSearch, session: PickedSession) -> str:
    """Returns why a session of the plan cannot be booked at its time any more; an empty string if it can."""
    offer, at = session.offer, session.start
    if _overlaps(session.start, session.end, search.own):
        return "You have another session at this time."
    others = [other for other in search.picked if other is not session]
    if any(other.start < session.end and session.start < other.end for other in others):
        return "Your plan has another session at this time."
    if not free_slots(offer.calendar, offer.taken, offer.wanted, (at, at + 1), search.now):
        reasons = why_not(offer.calendar, offer.taken, offer.wanted, at, search.now)
        return reasons[0].sentence if reasons else "This time is not free."
    return "" if can_follow(offer, at, others, search.now) else "It is too close to another session of your plan."


def _overlaps(start: int, end: int, stretches: Sequence[Stretch]) -> bool:
    return any(begins < end and start < finishes for begins, finishes in stretches)
