"""What a calendar shows between two instants, as plain rows for the page and for its JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, FloatField, OuterRef, Q
from django.db.models.functions import Cast, Coalesce, Extract, Now
from django.urls import reverse

from accounts.models import User
from bookings.agreement.rules import is_allowed
from bookings.calendar.lengths import has_one_length
from bookings.models import Booking, BookingQuerySet
from bookings.models.waiting_rules import WaitingRules
from bookings.states import AHEAD, Side, State, Verb
from coaching.models import SessionDuration
from pathways.goals.queries import due_goals
from pathways.models import Goal
from payments.states import Timing
from scheduling import loading
from scheduling.intervals import Stretch
from scheduling.models import Reservation
from scheduling.outside.queries import UNREAD
from scheduling.slots import openings

LONGEST = timedelta(days=1)  # of a session
PLACEHOLDER = "WM-000000"  # no reference contains a zero
SESSION, HOLD, BUSY, OFF, GOAL = "session", "hold", "busy", "off", "goal"
STATE_WORDS = {
    State.PENDING: "Requested",
    State.CONFIRMED: "Confirmed",
    State.IN_PROGRESS: "Under way",
    State.COMPLETED: "Completed",
    State.DISPUTED: "In dispute",
}


@dataclass(slots=True)
class SessionRow(WaitingRules):
    """What the calendar shows of a booking. A month of a busy builder has hundreds, and models of them took longer than
    all the rest."""

    reference: str
    title: str
    starts_at: datetime
    ends_at: datetime
    state: str
    awaits_client: bool
    proof_due_at: datetime | None
    payment_due_at: datetime | None
    calendly_reschedule_url: str
    payment_timing: str
    place: UUID | None  # the reservation, which the bookings of a group share
    client_label: str
    builder_name: str
    session_colour: str
    session_seats: int
    listed_lengths: list[int]
    rate_types: list[str]
    day_rate: Decimal | None

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at) / timedelta(minutes=1))


@dataclass(frozen=True)
class Entry:
    """Something in a calendar. `who` is the other side of a session; `move` and `resize` are addresses of pages on which
    that is done, or empty where it cannot be done."""

    kind: str
    start: datetime
    end: datetime
    title: str
    who: str = ""
    state: str = ""
    note: str = ""  # the state in words
    colour: str = ""
    url: str = ""
    move: str = ""
    resize: str = ""

    @property
    def is_request(self) -> bool:
        return self.state == State.PENDING

    @property
    def is_all_day(self) -> bool:
        return self.kind == GOAL

    @property
    def label(self) -> str:
        """The title with the other side, as a screen reader and a list read it."""
        return f"{self.title}, {self.who}" if self.who else self.title

    def as_json(self) -> dict[str, Any]:
        names = ("kind", "title", "who", "state", "note", "colour", "url", "move", "resize")
        texts = {name: getattr(self, name) for name in names}
        times = {"start": self.start.isoformat(), "end": self.end.isoformat()}
        if self.is_all_day:  # days of the owner's zone, in which `start` is
            times = {"start": self.start.date().isoformat(), "end": self.end.date().isoformat()}
        return texts | times


@dataclass(frozen=True)
class BuilderTime:
    """What takes a builder's time between two instants, in order, and when they are open."""

    entries: list[Entry]
    opened: list[Stretch]


def builder_time(builder: User, start: datetime, end: datetime) -> BuilderTime:
    """Returns what the builder's calendar shows between two instants. Three queries."""
    rows, now = _rows(Booking.objects.filter(builder=builder), start, end)
    sessions = [_session(list(group), now) for _, group in groupby(rows, key=attrgetter("place"))]
    reserved = {row.place for row in rows}
    others = [_other(*row) for row in _reserved(builder, start, end) if row[0] not in reserved]
    window = int(start.timestamp()), int(end.timestamp())
    calendar = loading.load_hours([builder.pk], window)[builder.pk].calendar_for(None)
    return BuilderTime(sorted(sessions + others, key=lambda entry: entry.start), openings(calendar, window))


def client_sessions(client: User, start: datetime, end: datetime) -> list[Entry]:
    """Returns the sessions of a client between two instants. One query."""
    rows, _ = _rows(Booking.objects.filter(client=client), start, end)
    return [
        Entry(
            SESSION, row.starts_at, row.ends_at, row.title, row.builder_name, row.state,
            _note(row, Side.CLIENT), row.session_colour, _page_of(row, "booking"),
        )
        for row in rows
    ]  # fmt: skip


def client_entries(client: User, start: datetime, end: datetime) -> list[Entry]:
    """Returns what a client's calendar shows between two instants: sessions, and the deadlines of goals. Two queries."""
    zone = ZoneInfo(client.timezone)
    first, last = start.astimezone(zone).date(), (end - timedelta(microseconds=1)).astimezone(zone).date()
    deadlines = [_deadline(goal, zone) for goal in due_goals(client, first, last)]
    return sorted([*deadlines, *client_sessions(client, start, end)], key=lambda entry: entry.start)


def _deadline(goal: Goal, zone: ZoneInfo) -> Entry:
    """Returns the entry of a goal: the whole day of its deadline, in the zone of its client."""
    assert goal.deadline is not None
    start = datetime.combine(goal.deadline, time(), zone)
    note = "Reached" if goal.status == Goal.Status.REACHED else "Deadline of a goal"
    return Entry(GOAL, start, start + timedelta(days=1), goal.title, note=note, url=goal.get_absolute_url())


def _rows(bookings: BookingQuerySet, start: datetime, end: datetime) -> tuple[list[SessionRow], datetime]:
    """Returns the live bookings of the window in order, those of a group one after another, and the present time.

    Instants are read as seconds, because Django reads a timestamp in Python. One query.
    """
    within = bookings.filter(starts_at__gte=start - LONGEST, starts_at__lt=end, ends_at__gt=start)
    lengths = SessionDuration.objects.filter(session_type=OuterRef("session_type")).values("minutes")
    values = within.exclude(state=State.CANCELLED).order_by("starts_at", "seat__reservation_id", "id").values_list(
        _seconds(Now()), _seconds(F("starts_at")), _seconds(F("ends_at")), "reference", "title", "state", "awaits_client",
        "proof_due_at", "payment_due_at", "calendly_reschedule_url", "payment_timing", "seat__reservation_id",
        Coalesce("client__display_name", "guest__name"), "builder__display_name", "session_type__colour",
        "session_type__seats", ArraySubquery(lengths), "session_type__rate_types",
        "builder__offer__day_rate",
    )  # fmt: skip
    read_at, rows = 0.0, []
    for now, starts, ends, reference, title, *rest in values:
        read_at = now
        starts_at, ends_at = datetime.fromtimestamp(starts, UTC), datetime.fromtimestamp(ends, UTC)
        rows.append(SessionRow(reference, title, starts_at, ends_at, *rest))
    return rows, datetime.fromtimestamp(read_at, UTC)


def _seconds(instant: Now | F) -> Cast:
    """Returns an instant as seconds since 1970. Without a zone, Django would count them on the clock of the active one."""
    return Cast(Extract(instant, "epoch", tzinfo=UTC), FloatField())


def _session(bookings: list[SessionRow], now: datetime) -> Entry:
    """Returns the entry of a session, in which a group has several bookings. A time that a client has yet to pay for is
    shown as held, without their name: the builder sees such a booking once it is paid."""
    first = bookings[0]
    seen = [booking for booking in bookings if booking.payment_due_at is None]
    if not seen:
        return Entry(HOLD, first.starts_at, first.ends_at, "Held while somebody is paying")
    first = seen[0]
    is_group = len(seen) > 1
    may_move = len(bookings) == 1 and first.state in AHEAD
    # Rows have all that is looked at to move a session.
    may_move = may_move and is_allowed(cast("Booking", first), Verb.RESCHEDULE, Side.BUILDER, now)
    may_resize = may_move and first.session_seats == 1 and first.payment_timing != Timing.AT_BOOKING
    may_resize = may_resize and not has_one_length(
        first.listed_lengths, first.rate_types, first.day_rate, first.minutes
    )
    state = first.state if all(booking.state == first.state for booking in seen) else State.CONFIRMED
    return Entry(
        kind=SESSION,
        start=first.starts_at,
        end=first.ends_at,
        title=f"{first.title}, {len(seen)} people" if is_group else first.title,
        who="" if is_group else first.client_label,
        state=state,
        note=STATE_WORDS[State(state)] if is_group else _note(first, Side.BUILDER),
        colour=first.session_colour,
        url=_group_url(first) if is_group else _page_of(first, "booking"),
        move=_page_of(first, "calendar_move") if may_move else "",
        resize=_page_of(first, "calendar_length") if may_resize else "",
    )


def _page_of(booking: SessionRow, name: str) -> str:
    """Returns the address of a page of a booking. Reversing one for each entry took longer than all the rest."""
    return _pattern(name).replace(PLACEHOLDER, booking.reference)


@cache
def _pattern(name: str) -> str:
    return reverse(f"bookings:{name}", args=[PLACEHOLDER])


def _group_url(booking: SessionRow) -> str:
    return f"{reverse('bookings:as_builder')}?{urlencode({'q': booking.title})}"


def _note(booking: SessionRow, reader: Side) -> str:
    """Returns the state of a booking in words, as its reader has to act on it."""
    if booking.state == State.PENDING and booking.proof_due_at:
        return "Address not confirmed yet"
    if booking.state == State.PENDING and booking.payment_due_at:
        return "Not paid yet"
    if booking.is_open_invitation:
        return "Invitation" if reader == Side.CLIENT else "Invited"
    return STATE_WORDS[State(booking.state)]


def _reserved(builder: User, start: datetime, end: datetime) -> Iterable[tuple[Any, ...]]:
    """Returns holds, time off and time that is busy elsewhere. Each part repeats the condition of an index."""
    live = Reservation.objects.live(Now()).filter(builder=builder, during__overlap=(start, end))
    holds = live.filter(kind__in=["HOLD", "BOOKED"]).filter(kind="HOLD")
    away = live.filter(Q(kind__in=["EXTERNAL", "TIME_OFF"]))
    columns = ("pk", "kind", "during", "note", "source_key")
    return holds.values_list(*columns).union(away.values_list(*columns), all=True)


def _other(pk: Any, kind: str, during: Any, note: str, source_key: str) -> Entry:
    if kind == Reservation.Kind.HOLD:
        return Entry(HOLD, during.lower, during.upper, "Somebody is booking this time")
    if kind == Reservation.Kind.TIME_OFF:
        url = reverse("bookings:blocked_time", args=[pk])
        return Entry(OFF, during.lower, during.upper, note or "Time off", url=url)
    if source_key == UNREAD:
        return Entry(BUSY, during.lower, during.upper, f"Closed: “{note}” cannot be read" if note else "Busy elsewhere")
    return Entry(BUSY, during.lower, during.upper, f"Busy in “{note}”" if note else "Busy elsewhere")
