"""What the pages and the API read of bookings, each with the number of queries it costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.db.models.functions import Now

from bookings.models import Booking, BookingEvent, BookingQuerySet
from bookings.states import AHEAD, Side, State, Verb
from bookings.times import When
from core.ids import parse_uuid
from core.money import Money, rounded

UPCOMING, TO_ANSWER, PAST, CANCELLED = "upcoming", "to-answer", "past", "cancelled"
TABS = ((UPCOMING, "Upcoming"), (TO_ANSWER, "To answer"), (PAST, "Past"), (CANCELLED, "Cancelled"))


@dataclass(frozen=True)
class Line:
    """One line of a booking's story."""

    at: datetime
    title: str
    who: str
    reason: str
    old: When | None
    new: When | None
    is_good: bool


def timeline(booking: Booking, zone: str) -> list[Line]:
    """What has happened, oldest first, in words both sides can read: one query."""
    return [_line(booking, event, zone) for event in booking.events.all()]


def _line(booking: Booking, event: BookingEvent, zone: str) -> Line:
    names = {Side.CLIENT: booking.client_name, Side.BUILDER: booking.builder.display_name, Side.SUPPORT: "Support"}
    length = event.ends_at - event.starts_at
    is_move = event.verb == Verb.RESCHEDULE and event.started_at is not None
    title = "Booked" if event.verb == Verb.REQUEST and event.after == State.CONFIRMED else event.get_verb_display()
    return Line(
        at=event.at,
        title=title,
        who=names.get(Side(event.side), "Waymark"),
        reason=event.reason if event.verb not in (Verb.EXPIRE, Verb.LAPSE) else "",
        old=When(event.started_at, event.started_at + length, zone) if is_move and event.started_at else None,
        new=When(event.starts_at, event.ends_at, zone) if is_move else None,
        is_good=event.after not in (State.CANCELLED, State.DISPUTED),
    )


def in_tab(bookings: BookingQuerySet, tab: str, now: datetime) -> BookingQuerySet:
    """The part of a list that a tab shows, in the order one reads it."""
    if tab == TO_ANSWER:
        return bookings.counting().filter(state=State.PENDING).order_by("answer_by", "id")
    if tab == PAST:
        over = Q(state__in=[State.COMPLETED, State.DISPUTED]) | Q(
            state__in=[*AHEAD, State.IN_PROGRESS], ends_at__lte=now
        )
        return bookings.filter(over).order_by("-starts_at", "-id")
    if tab == CANCELLED:
        return bookings.filter(state=State.CANCELLED).order_by("-starts_at", "-id")
    ahead = [State.PENDING, State.CONFIRMED, State.IN_PROGRESS]
    return bookings.filter(state__in=ahead, ends_at__gt=now).order_by("starts_at", "id")


def unproven_ahead(now: datetime | Now) -> Q:
    """The condition for sessions still ahead of guests who have not confirmed their address."""
    return Q(client__isnull=True, state__in=AHEAD, starts_at__gt=now)


def matching(bookings: BookingQuerySet, words: str) -> BookingQuerySet:
    """By reference, by name of either side, by title."""
    for word in words.split()[:6]:
        bookings = bookings.filter(
            Q(reference__icontains=word)
            | Q(title__icontains=word)
            | Q(client__display_name__icontains=word)
            | Q(guest__name__icontains=word)
            | Q(builder__display_name__icontains=word)
        )
    return bookings


@dataclass(frozen=True)
class Stats:
    """Counts by state, and what completed sessions were worth, currency by currency."""

    counts: dict[str, int]
    revenue: dict[str, Money]
    unproven: int = 0  # still ahead, of guests who have not confirmed their address

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def of(self, state: str) -> int:
        return self.counts.get(state, 0)


def stats_of(bookings: BookingQuerySet) -> Stats:
    """Over all that count: one query."""
    rows = (
        bookings.counting()
        .order_by()
        .values("state", "currency")
        .annotate(
            count=Count("pk"),
            worth=Sum("total", default=Decimal(0)),
            unproven=Count("pk", filter=unproven_ahead(Now())),
        )
    )
    counts: dict[str, int] = {}
    unproven = 0
    revenue: dict[str, Money] = {}
    for row in rows:
        counts[row["state"]] = counts.get(row["state"], 0) + row["count"]
        unproven += row["unproven"]
        if row["state"] == State.COMPLETED:
            currency = row["currency"]
            revenue[currency] = Money(rounded(row["worth"], currency), currency)
    return Stats(counts, revenue, unproven)


def made_by(form_key: str, holder: str) -> Booking | None:
    """What this visitor's form has booked before, when it is sent again: one query."""
    key = parse_uuid(form_key)
    return Booking.objects.complete().filter(form_key=key, seat__holder=holder).first() if key else None


def answers_and_notes(booking: Booking) -> list[tuple[str, str]]:
    """What was answered and noted when it was booked."""
    found = [(answer.label, answer.shown) for answer in booking.answers.all()]
    return found + ([("Notes", booking.notes)] if booking.notes else [])
