"""What the pages of a plan show: its weeks with their days and sessions, in the time zone of the reader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse

from bookings.models import PlannedSession, SessionPlan
from bookings.session_plans.queries import FreeSession, ShownSession, ShownSessionPlan
from bookings.session_plans.replanning import ProposedMove
from bookings.states import State
from bookings.times import When
from coaching.quotes import Quote
from core.dates import days_of_week, monday_of
from core.hour_format import time_of_day
from core.money import Money

WEEK = timedelta(weeks=1)
ENDED = (State.CANCELLED,)


@dataclass(frozen=True)
class PlannedCard:
    """A session of a plan on its page."""

    row: PlannedSession
    when: When
    shown: ShownSession | None = None  # None once it is booked
    others: list[OtherTime] = field(default_factory=list)

    @property
    def price(self) -> Quote | None:
        return self.shown.priced.price if self.shown and self.shown.priced else None

    @property
    def uses_credit(self) -> bool:
        return bool(self.shown and self.shown.priced and self.shown.priced.uses_credit)

    @property
    def minute(self) -> int:
        return self.when.start.hour * 60 + self.when.start.minute


@dataclass(frozen=True)
class OtherTime:
    """A free time that can be taken instead of one that is not free, or besides."""

    free: FreeSession
    when: When

    @property
    def value(self) -> str:
        return iso(self.free.starts_at)


@dataclass(frozen=True)
class PlanDay:
    day: date
    cards: list[PlannedCard]


@dataclass(frozen=True)
class PlanWeek:
    """A week from Monday to Sunday with its sessions."""

    days: list[PlanDay]

    @property
    def first(self) -> date:
        return self.days[0].day

    @property
    def last(self) -> date:
        return self.days[-1].day

    @property
    def count(self) -> int:
        return sum(len(day.cards) for day in self.days)

    @property
    def title(self) -> str:
        first, last = self.first, self.last
        if first.month == last.month:
            return f"{first:%-d}–{last:%-d %B}"
        return f"{first:%-d %B} – {last:%-d %B}"


def iso(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def proposed_cards(shown: ShownSessionPlan, zone: str) -> list[PlannedCard]:
    return [
        PlannedCard(session.row, _when(session.row, zone), session, other_times(session.others, zone))
        for session in shown.sessions
    ]


def booked_cards(rows: Iterable[PlannedSession], zone: str) -> list[PlannedCard]:
    """Returns the sessions of a booked plan at the times that their bookings have now."""
    return [PlannedCard(row, _when(row, zone)) for row in sorted(rows, key=_starts_at)]


def _starts_at(row: PlannedSession) -> datetime:
    return row.booking.starts_at if row.booking else row.starts_at


def _when(row: PlannedSession, zone: str) -> When:
    timed = row.booking or row
    return When(timed.starts_at, timed.ends_at, zone)


def other_times(free: Iterable[FreeSession], zone: str) -> list[OtherTime]:
    return [
        OtherTime(session, When(session.starts_at, session.starts_at + timedelta(minutes=session.minutes), zone))
        for session in free
    ]


def weeks_of(cards: Sequence[PlannedCard], plan: SessionPlan) -> list[PlanWeek]:
    """Returns the weeks from the first to the last session, and one more of those that were asked for, to which a session
    can be moved."""
    by_day: dict[date, list[PlannedCard]] = defaultdict(list)
    for card in cards:
        by_day[card.when.start.date()].append(card)
    if not by_day:
        return []
    first_used, last_used = min(by_day), max(by_day)
    monday = monday_of(first_used)
    last = max(last_used, min(plan.last_day, last_used + WEEK))
    weeks = []
    while monday <= last:
        weeks.append(PlanWeek([PlanDay(day, by_day[day]) for day in days_of_week(monday)]))
        monday += WEEK
    return weeks


def starts_as_json(starts: Iterable[datetime], zone: str) -> list[list[Any]]:
    """Returns each start as its instant, its day, the minute of that day, and the time in words."""
    tz = ZoneInfo(zone)
    rows: list[list[Any]] = []
    for start in starts:
        local = start.astimezone(tz)
        label = f"{local:%a %-d %b}, {time_of_day(local)}"
        rows.append([iso(start), str(local.date()), local.hour * 60 + local.minute, label])
    return rows


def starts_by_day(starts: Iterable[datetime], zone: str) -> list[tuple[date, list[tuple[str, When]]]]:
    """Returns the starts by day, each with its value in a form."""
    days: dict[date, list[tuple[str, When]]] = defaultdict(list)
    for start in starts:
        when = When(start, start, zone)
        days[when.start.date()].append((iso(start), when))
    return sorted(days.items())


@dataclass(frozen=True)
class PlanUndo:
    """A change that can be taken back: the form that does it, as it stands in the address of the page."""

    act: str  # move or add
    session: str
    start: str
    session_type: str

    def address(self, plan: SessionPlan) -> str:
        fields = {"undo": self.act, "session": self.session, "start": self.start, "type": self.session_type}
        return f"{reverse('bookings:session_plan', args=[plan.pk])}?{urlencode(fields)}"


@dataclass(frozen=True)
class MovedCard:
    """A session that should be moved because another one of the plan was, and when to."""

    move: ProposedMove
    before: When
    after: When


def moved_card(move: ProposedMove, zone: str) -> MovedCard:
    booking = move.booking
    length = booking.ends_at - booking.starts_at
    after = When(move.starts_at, move.starts_at + length, zone)
    return MovedCard(move, When(booking.starts_at, booking.ends_at, zone), after)


def savings_of(shown: ShownSessionPlan) -> list[tuple[str, Money]]:
    """Returns how much booking early takes off the list prices, by its reason."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in shown.price.sessions:
        discount = row.price.discount
        if discount and not row.uses_credit:
            sums[discount.reason, discount.amount.currency] += discount.amount.amount
    return [(reason, Money(amount, currency)) for (reason, currency), amount in sums.items()]


def progress_of(cards: Sequence[PlannedCard], now: datetime) -> dict[str, Any]:
    """Returns how far a booked plan is: how many of its sessions took place, which is next, which are ahead."""
    bookings = [card.row.booking for card in cards if card.row.booking]
    counted = [booking for booking in bookings if booking.state not in ENDED]
    done = [booking for booking in counted if booking.state == State.COMPLETED]
    ahead = [card for card in cards if card.row.booking and card.row.booking.state in (State.PENDING, State.CONFIRMED)]
    ahead = [card for card in ahead if card.when.starts_at > now]
    return {
        "done": len(done),
        "count": len(counted),
        "cancelled": len(bookings) - len(counted),
        "next": ahead[0] if ahead else None,
        "ahead": len(ahead),
        "waiting": sum(booking.state == State.PENDING for booking in counted),
    }
