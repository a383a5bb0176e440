"""What the pages and the API read of bookings, each with the number of queries it costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, F, Max, Q, Sum
from django.db.models.functions import Now
from django.http import Http404

from accounts.models import User
from accounts.roles import STAFF
from bookings.models import Booking, BookingEvent, BookingQuerySet, Deliverable, Project
from bookings.states import AHEAD, Side, State, Verb
from bookings.when import When
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


@dataclass(frozen=True)
class Delivered:
    """The newest version of something, with the ones before it."""

    newest: Deliverable
    older: list[Deliverable]


def deliverables_of(*bookings: Booking) -> list[Delivered]:
    """What came out of these bookings and was not removed, oldest first: one query."""
    return delivered(Deliverable.objects.filter(booking__in=bookings).order_by("created_at"))


def delivered(made: Iterable[Deliverable]) -> list[Delivered]:
    """The newest of each, with what it replaced: no query for what is loaded."""
    rows = [row for row in made if row.removed_at is None]
    by_id = {row.pk: row for row in rows}
    replaced = {row.replaces_id for row in rows}
    found = []
    for row in rows:
        if row.pk in replaced:
            continue
        older, step = [], row
        while step.replaces_id in by_id:
            step = by_id[step.replaces_id]
            older.append(step)
        found.append(Delivered(row, older))
    return found


def projects_of(person: User) -> list[Project]:
    """One's own with the number of sessions in each, open ones first: one query."""
    found = Project.objects.filter(client=person).annotate(sessions=Count("bookings"), last=Max("bookings__starts_at"))
    return list(found.order_by(F("closed_at").asc(nulls_first=True), "-created_at"))


@dataclass(frozen=True)
class ProjectSeen:
    """A project as one person sees it."""

    project: Project
    bookings: list[Booking]
    delivered: list[tuple[Booking, list[Delivered]]]
    is_mine: bool


def project_for(person: User, identity: UUID) -> ProjectSeen:
    """Its client and staff see all of it, a builder their own part: three queries. Nobody else has any."""
    project = Project.objects.select_related("client").filter(pk=identity).first()
    if project is None:
        raise Http404
    is_mine = project.client_id == person.pk
    bookings = Booking.objects.filter(project=project).complete()
    if not is_mine and not set(person.roles) & STAFF:
        bookings = bookings.filter(builder=person)
    found = list(bookings)
    if not found and not is_mine and not set(person.roles) & STAFF:
        raise Http404
    made = deliverables_of(*found)
    by_booking = [(booking, [each for each in made if each.newest.booking_id == booking.pk]) for booking in found]
    return ProjectSeen(project, found, [(booking, own) for booking, own in by_booking if own], is_mine)
