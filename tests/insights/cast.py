"""Random bookings, attempts and reviews, written as rows, since the services would take minutes for that many."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from accounts.models import User
from bookings.models import Booking, BookingEvent
from bookings.states import Cause, Side, State, Verb
from coaching.models import SessionType
from core.models import DemandEvent
from pathways.models import Pathway
from scheduling.models import OfferedDay
from tests.cast import make_person
from tests.factories.bookings import BookingAttemptFactory, BookingEventFactory, BookingFactory, ReviewFactory

# From before the clocks go forward in Berlin (29 March 2026) to after it.
FIRST, LAST = datetime(2026, 2, 20, tzinfo=UTC), datetime(2026, 4, 20, tzinfo=UTC)
SPAN = LAST - FIRST
CLIENTS = 5


def random_history(session_type: SessionType, seed: int, count: int = 40) -> None:
    """Adds a history of so many bookings of the session type, in all states, with what follows from them."""
    chance = random.Random(seed)
    clients = [make_person(f"Client {seed} {number}") for number in range(CLIENTS)]
    pathways = [None, *Pathway.objects.all()[:2]]
    for _ in range(count):
        booking = _booking(session_type, chance.choice(clients), chance)
        booking.pathway = chance.choice(pathways)
        booking.save(update_fields=["pathway"])
        if booking.state == State.COMPLETED and chance.random() < 0.7:
            published_at = chance.choice([None, booking.ends_at + timedelta(days=1)])
            hidden_at = chance.choice([None, None, booking.ends_at])
            ReviewFactory.create(
                booking=booking, rating=chance.randint(1, 5), published_at=published_at, hidden_at=hidden_at
            )
    for number in range(count):
        _attempt(session_type, number, chance)
    for day in range(0, SPAN.days, 2):
        OfferedDay.objects.get_or_create(
            builder=session_type.builder, date=FIRST.date() + timedelta(days=day),
            defaults={"minutes": chance.randint(0, 600)},
        )  # fmt: skip
    _demand(session_type, chance)


def _booking(session_type: SessionType, client: User, chance: random.Random) -> Booking:
    state = chance.choice(list(State))
    start = FIRST + timedelta(minutes=15 * chance.randrange(SPAN.days * 96))
    asked_at = start - timedelta(minutes=chance.randrange(60, 60 * 24 * 20))
    confirmed_at = asked_at + timedelta(minutes=chance.randrange(1, 4000))
    is_over = state == State.CANCELLED
    has_no_show = state == State.COMPLETED and chance.random() < 0.3
    is_contested = has_no_show and chance.random() < 0.5
    booking = BookingFactory.create(
        session_type=session_type, client=client, state=state, starts_at=start,
        ends_at=start + timedelta(minutes=chance.choice([30, 60, 90])),
        total=chance.choice([Decimal(0), Decimal("75.50"), Decimal(120)]), currency=chance.choice(["EUR", "USD", "JPY"]),
        answer_by=start if state == State.PENDING else None,
        confirmed_at=confirmed_at if state != State.PENDING and (not is_over or chance.random() < 0.7) else None,
        completed_at=start + timedelta(hours=2) if state == State.COMPLETED else None,
        cancelled_at=start if is_over else None,
        cancelled_by=chance.choice(list(Side)).value if is_over else "",
        cancel_cause=chance.choice([*Cause, ""]) if is_over else "",
        no_show_by="client" if has_no_show else "", no_show_at=start if has_no_show else None,
        contested_at=start if is_contested else None,
        upheld_at=start if is_contested and chance.random() < 0.5 else None,
        payment_due_at=start if state in (State.PENDING, State.CANCELLED) and chance.random() < 0.2 else None,
        payment_timing="at_booking",
    )  # fmt: skip
    fee = booking.total / 2 if is_over else Decimal(0)
    Booking.objects.filter(pk=booking.pk).update(created_at=asked_at, cancel_fee=fee)
    booking.cancel_fee = fee
    _event(booking, Verb.REQUEST, State.PENDING, Side.CLIENT, asked_at)
    if booking.confirmed_at:
        Booking.objects.filter(pk=booking.pk).update(answered_at=confirmed_at)
        _event(booking, Verb.CONFIRM, State.CONFIRMED, Side.BUILDER, confirmed_at)
    return booking


def _event(booking: Booking, verb: Verb, after: State, side: Side, at: datetime) -> BookingEvent:
    return BookingEventFactory.create(booking=booking, verb=verb, after=after, side=side, at=at)


def _attempt(session_type: SessionType, number: int, chance: random.Random) -> None:
    at = FIRST + chance.random() * SPAN
    steps = chance.randrange(3)
    reason = chance.choice(["", "slot_taken", "invalid"])
    BookingAttemptFactory.create(
        session_type=session_type, day=at.date(), started_at=at, visitor=f"{chance.getrandbits(128):040x}",
        details_at=at if steps == 1 else None, completed_at=at if steps == 2 else None,
        failed_at=at if reason else None, reason=reason,
    )  # fmt: skip


def _demand(session_type: SessionType, chance: random.Random) -> None:
    for number in range(20):
        day = FIRST.date() + timedelta(days=chance.randrange(SPAN.days))
        waited = number % 2 == 0
        DemandEvent.objects.get_or_create(
            day=day, kind="waiting" if waited else "search", words="" if waited else chance.choice(["zither", "tax"]),
            service=chance.choice(["mixing", "app-review"]), builder=session_type.builder if waited else None,
            session_type=session_type.pk if waited else None, defaults={"count": chance.randint(1, 4)},
        )  # fmt: skip


def days(first: tuple[int, int], last: tuple[int, int]) -> tuple[date, date]:
    """Returns two days of 2026."""
    return date(2026, *first), date(2026, *last)
