"""Demo bookings: upcoming ones of the demo builder through the services, all others in bulk."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.demo import FAMILY, GIVEN
from accounts.models import User
from bookings.agreement import services
from bookings.agreement.notifications import site_host
from bookings.agreement.references import LETTERS
from bookings.agreement.requests import BookingRequest, check
from bookings.agreement.transitions import Actor
from bookings.models import Booking, BookingEvent
from bookings.states import Side, State, Verb
from coaching.models import SessionType
from coaching.quotes import Quote, quote
from coaching.terms import offers_of, terms_of
from core.bulk import copy_rows, copy_values
from core.ids import uuid7
from core.registry import DemoPlan
from payments.states import Timing
from scheduling.claims import Visitor
from scheduling.models import Reservation, Seat
from scheduling.queries import free_times

BATCH = 2_000
HOURS = (9, 11, 13, 15)
DAYS_AHEAD = (6, 2, 12, 1, 20, 4, 35)  # from the request to the session
FIRST_DAYS = (-1, 1, -2, 2, -3)  # days from today; the ones after these go back day by day
DAY = timedelta(days=1)
NOTES = [
    "I would like to leave with one page that says what to do next.",
    "We met at the meetup in spring; you said to bring the numbers.",
    "",
]
REVIEW = "https://example.com/my-app"


def add_past_sessions(plan: DemoPlan, ada: User) -> None:
    """Adds five months of past sessions with Cleo and twelve other clients."""
    clients = [User.objects.get(email="client@demo.test"), *demo_clients(plan, 12)]
    types = {offered.title.split()[0]: offered for offered in ada.session_types.prefetch_related("durations")}
    rows = BookingBatch(0)
    today = plan.now.astimezone(ZoneInfo("Europe/Berlin")).replace(hour=0, minute=0, second=0, microsecond=0)
    for number in range(36):
        client = clients[number % len(clients) if number % 3 else 0]
        session_type = types[("Getting", "Accelerate:", "App")[number % 3 if number > 3 else 0]]
        start = today - timedelta(days=3 + number * 4) + timedelta(hours=HOURS[number % 4])
        rows.add(session_type, client, start, State.CANCELLED if number % 9 == 5 else State.COMPLETED, plan.now)
    rows.write()


def add_coming_sessions(plan: DemoPlan, ada: User) -> None:
    """Adds upcoming sessions: pending and confirmed ones, and a group with three people."""
    if Booking.objects.filter(builder=ada, starts_at__gt=plan.now + DAY).count() >= 5:
        return
    cleo = User.objects.get(email="client@demo.test")
    others = demo_clients(plan, 6)
    types = {offered.title.split()[0]: offered for offered in ada.session_types.complete()}
    wanted = [
        (types["Accelerate:"], cleo, 2, True),
        (types["App"], cleo, 6, False),
        (types["Getting"], others[0], 1, True),
        (types["App"], others[1], 3, True),
        (types["App"], others[2], 4, False),
        (types["Accelerate:"], others[3], 5, True),
        (types["Beside"], others[4], 8, True),
        *((types["Friday"], person, 7, True) for person in others[:3]),
    ]
    for session_type, person, days, is_answered in wanted:
        if not Booking.objects.filter(client=person, session_type=session_type, starts_at__gt=plan.now).exists():
            _book(plan, session_type, person, days, is_answered=is_answered)


def _book(plan: DemoPlan, session_type: SessionType, person: User, days: int, *, is_answered: bool) -> None:
    at = int((plan.now + timedelta(days=days)).timestamp())
    slots = free_times(session_type, session_type.default_minutes, (at, at + 14 * 86_400), plan.now)
    if not slots:
        return
    slot = slots[len(slots) // 9 if session_type.seats == 1 else 0]
    book_at(plan, session_type, person, slot.start, NOTES[days % len(NOTES)], is_answered=is_answered)


def book_at(plan: DemoPlan, session_type: SessionType, person: User, at: int, notes: str, *, is_answered: bool) -> None:
    """Books a free time, in seconds since 1970, and lets the builder confirm it if `is_answered`."""
    questions = {
        question.pk: (question.options[0] if question.options else REVIEW) for question in session_type.questions.all()
    }
    pathways = list(session_type.pathways.all())
    booking_request = BookingRequest(
        session_type=session_type,
        start=datetime.fromtimestamp(at, tz=plan.now.tzinfo),
        minutes=session_type.default_minutes,
        is_remote=session_type.is_remote,
        location="" if session_type.is_remote else "Kantstraße 148, Berlin, Germany",
        timezone=person.timezone,
        pathway=pathways[0] if pathways else None,
        answers=questions,
        notes=notes,
    )  # fmt: skip
    visitor = Visitor(f"person:{person.pk}", person)
    priced = replace(check(booking_request, visitor), timing=Timing.OUTSIDE)  # those paid by card are added elsewhere
    booking = services.request(priced=priced)
    if is_answered:
        services.confirm(booking=booking, by=Actor(Side.BUILDER, session_type.builder))


def demo_clients(plan: DemoPlan, count: int) -> list[User]:
    """Returns the first `count` demo clients, and creates those that are missing."""
    addresses = [f"client-{number:06}@clients.demo.test" for number in range(1, count + 1)]
    existing = {user.email: user for user in User.objects.filter(email__in=addresses)}
    no_password = make_password(None)
    zones = ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Europe/London", "America/Santiago"]
    missing = [
        User(
            email=address,
            display_name=f"{GIVEN[(number * 5 + 2) % len(GIVEN)]} {FAMILY[(number * 7 + number // 30) % len(FAMILY)]}",
            timezone=zones[number % len(zones)],
            password=no_password,
            wants_mail=False,  # in the demo only the named people get emails
        )
        for number, address in enumerate(addresses)
        if address not in existing
    ]
    for batch in plan.batches("clients", missing, BATCH):
        copy_rows(User, batch)
    existing |= {user.email: user for user in missing}
    return [existing[address] for address in addresses]


def add_bookings_of_other_builders(plan: DemoPlan) -> None:
    """Adds bookings of all other builders, most of them past. Written in bulk, since there may be a million."""
    others = Booking.objects.filter(builder__email__endswith="@builders.demo.test")
    missing = plan.bookings - others.count()
    if missing <= 0 or others.exists():
        return  # existing bookings are kept; for another number the demo must be reset
    types = list(
        SessionType.objects.filter(builder__email__endswith="@builders.demo.test", seats=1, default_minutes__lte=120)
        .exclude(category="PATHWAY").select_related("builder").prefetch_related("durations")
        .order_by("builder_id", "position")
    )  # fmt: skip
    if not types:
        return
    clients = demo_clients(plan, max(12, missing // 5))
    by_builder: dict[UUID, list[SessionType]] = {}
    for offered in types:
        by_builder.setdefault(offered.builder_id, []).append(offered)
    rows = BookingBatch(1_000, _prices_of(types))
    for done, (session_type, start) in enumerate(_start_times(plan, list(by_builder.values()), missing), 1):
        chance = random.Random(f"{plan.seed}-booking-{done}")  # noqa: S311  (demo data, no secret)
        is_past = start < plan.now
        state = State.COMPLETED if chance.random() < 0.9 else State.CANCELLED
        rows.add(session_type, chance.choice(clients), start, state if is_past else State.CONFIRMED, plan.now)
        if done % BATCH == 0:
            rows = rows.write()
            plan.tell("bookings", done, missing)
    rows.write()


def _start_times(plan: DemoPlan, types: list[list[SessionType]], count: int) -> Iterator[tuple[SessionType, datetime]]:
    """Yields a session type and a start for each builder in turn.

    There are four starts a day, which do not overlap: some days from today first, then further and further back.
    """
    for number in range(count):
        own = types[number % len(types)]
        round_ = number // len(types)
        session_type = own[round_ % len(own)]
        day, hour = divmod(round_, len(HOURS))
        offset = FIRST_DAYS[day] if day < len(FIRST_DAYS) else 1 - day
        zone = ZoneInfo(session_type.builder.timezone)
        date = (plan.now.astimezone(zone) + timedelta(days=offset)).date()
        yield session_type, datetime(date.year, date.month, date.day, HOURS[hour], tzinfo=zone)


class BookingBatch:
    """A batch of bookings with their reservations, seats and events, which writes each table once."""

    def __init__(self, first: int, prices: dict[UUID, Quote | None] | None = None) -> None:
        self.number = first
        self.prices = {} if prices is None else prices  # by session type, those of earlier batches too
        self.pending: list[tuple[int, SessionType, User, datetime, State, datetime]] = []

    def add(self, session_type: SessionType, client: User, start: datetime, state: State, now: datetime) -> None:
        self.pending.append((self.number, session_type, client, start, state, now))
        self.number += 1

    @transaction.atomic
    def write(self) -> BookingBatch:
        """Writes the batch, and returns an empty one that continues its numbers."""
        new = {offered.pk: offered for _, offered, *_ in self.pending if offered.pk not in self.prices}
        self.prices |= _prices_of(new.values())
        host = site_host()
        rows = [_values_of(*pending, price, host) for pending in self.pending if (price := self.prices[pending[1].pk])]
        for at, model in enumerate((Reservation, Seat, Booking)):
            copy_values(model, [values[at] for values in rows])
        copy_values(BookingEvent, [event for *_, booking in rows for event in _events_of(booking)])
        return BookingBatch(self.number, self.prices)


def _prices_of(types: Collection[SessionType]) -> dict[UUID, Quote | None]:
    """Returns the price of the usual length of each session type."""
    offers = offers_of(offered.builder_id for offered in types)
    return {
        offered.pk: quote(terms_of(offered, offers[offered.builder_id]), offered.default_minutes) for offered in types
    }


Values = dict[str, Any]  # of a row, by column


def _values_of(
    number: int, session_type: SessionType, client: User, start: datetime, state: State, now: datetime, price: Quote,
    host: str,
) -> tuple[Values, Values, Values]:  # fmt: skip
    """Returns a reservation, its seat and its booking."""
    end = start + timedelta(minutes=session_type.default_minutes)
    is_over = state == State.CANCELLED
    asked_at = min(start, now) - timedelta(days=DAYS_AHEAD[number % len(DAYS_AHEAD)], hours=3)
    ended_at = start - timedelta(days=1) if is_over else min(end + timedelta(minutes=10), now)
    released_at = ended_at if is_over else None
    pathway = session_type.pathways.first() if session_type.category == "PATHWAY" else None
    reservation = {
        "id": uuid7(), "builder_id": session_type.builder_id, "during": (start, end), "kind": "BOOKED",
        "session_type_id": session_type.pk, "released_at": released_at,
    }  # fmt: skip
    seat = {
        "id": uuid7(), "reservation_id": reservation["id"], "holder": f"person:{client.pk}", "person_id": client.pk,
        "released_at": released_at,
    }  # fmt: skip
    identity = uuid7()
    booking = {
        "id": identity,
        "reference": _reference(number),
        "calendar_uid": f"booking-{identity}@{host}",
        "created_at": asked_at,
        "builder_id": session_type.builder_id,
        "client_id": client.pk,
        "session_type_id": session_type.pk,
        "title": session_type.title,
        "seat_id": seat["id"],
        "starts_at": start,
        "ends_at": end,
        "state": state,
        "rate": price.unit.amount,
        "rate_type": price.rate_type,
        "total": price.total.amount,
        "currency": price.total.currency,
        "pathway_id": pathway.pk if pathway else None,
        "timezone": client.timezone,
        "needs_answer": not session_type.auto_confirm,
        "answered_at": asked_at + timedelta(hours=2),
        "confirmed_at": asked_at + timedelta(hours=2),
        "completed_at": ended_at if state == State.COMPLETED else None,
        "cancelled_at": ended_at if is_over else None,
        "cancelled_by": Side.CLIENT if is_over else "",
        "cancel_reason": "Something came up at work." if is_over else "",
    }
    return reservation, seat, booking


def _events_of(booking: Values) -> Iterator[Values]:
    """Yields what happened to the booking: requested, confirmed and, in the past, completed or cancelled."""
    steps = [
        (Verb.REQUEST, "", State.PENDING, Side.CLIENT, booking["created_at"]),
        (Verb.CONFIRM, State.PENDING, State.CONFIRMED, Side.BUILDER, booking["confirmed_at"]),
    ]
    if booking["state"] == State.COMPLETED:
        steps.append((Verb.COMPLETE, State.CONFIRMED, State.COMPLETED, Side.BUILDER, booking["completed_at"]))
    if booking["state"] == State.CANCELLED:
        steps.append((Verb.CANCEL, State.CONFIRMED, State.CANCELLED, Side.CLIENT, booking["cancelled_at"]))
    for verb, before, after, side, at in steps:
        yield {
            "booking_id": booking["id"], "at": at, "verb": verb, "before": before, "after": after, "side": side,
            "actor_id": booking["builder_id" if side == Side.BUILDER else "client_id"],
            "reason": booking["cancel_reason"] if verb == Verb.CANCEL else "",
            "starts_at": booking["starts_at"], "ends_at": booking["ends_at"], "sequence": 0,
        }  # fmt: skip


def _reference(number: int) -> str:
    """Returns a different reference for each number, without a query."""
    rest = (number * 362_436_067 + 123_456) % len(LETTERS) ** 6
    letters = []
    for _ in range(6):
        rest, at = divmod(rest, len(LETTERS))
        letters.append(LETTERS[at])
    return f"WM-{''.join(letters)}"
