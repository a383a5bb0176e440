"""The verbs of a booking. Each checks the table and its rule, changes the row, writes the event, and leaves the news
of it in the outbox, in one transaction.

The order of locks: the builder's time, where time is taken or freed; then the booking's row; then reservations.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import User
from bookings import news
from bookings.models import Answer, Booking, BookingEvent, Draft, Guest
from bookings.rules import allowed_verbs, answer_by, cost_of, is_due, too_late
from bookings.states import Side, State, Verb, step_of, steps_from
from bookings.wishes import Checked, check_bookable, check_price
from coaching.quotes import Quote
from core import clock
from core.errors import Refusal, Refused
from core.ids import uuid7
from scheduling import claims
from scheduling.claims import Ask, Visitor
from scheduling.loading import notice_of
from scheduling.locks import with_time_of
from scheduling.models import Seat

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that look alike


@dataclass(frozen=True)
class Actor:
    """Who does something to a booking, and on whose behalf."""

    side: Side
    person: User | None = None


SYSTEM = Actor(Side.SYSTEM)


def request(*, checked: Checked, visitor: Visitor) -> Booking:
    """Takes the time and makes the agreement. The same form sent again answers the booking that it made."""
    wish = checked.wish
    check_bookable(wish.session_type, checked.offer, visitor.person)
    check_price(checked)
    if made := _made_by(wish.form_key):
        return made
    try:
        with transaction.atomic():
            seat = claims.book(wish.ask(visitor))
            return _write(checked, seat, visitor)
    except (Refused, IntegrityError):
        if made := _made_by(wish.form_key):
            return made
        raise


def _made_by(form_key: UUID | None) -> Booking | None:
    return Booking.objects.complete().filter(form_key=form_key).first() if form_key else None


def _write(checked: Checked, seat: Seat, visitor: Visitor) -> Booking:
    wish, now = checked.wish, clock.now()
    session_type = wish.session_type
    guest = Guest.objects.create(name=wish.guest.name, email=wish.guest.email) if wish.guest else None
    identity = uuid7()
    is_agreed = session_type.auto_confirm
    booking = Booking(
        id=identity,
        reference=_free_reference(),
        calendar_uid=f"booking-{identity}@{news.host()}",
        builder=session_type.builder,
        client=visitor.person,
        guest=guest,
        session_type=session_type,
        title=session_type.title,
        seat=seat,
        starts_at=wish.start,
        ends_at=wish.start + timedelta(minutes=wish.minutes),
        state=State.CONFIRMED if is_agreed else State.PENDING,
        tiers=checked.tiers,
        is_remote=wish.is_remote,
        location=checked.location,
        pathway=wish.pathway,
        notes=wish.notes.strip(),
        timezone=wish.timezone,
        source=wish.source,
        form_key=wish.form_key,
        needs_answer=not is_agreed,
        answer_by=None if is_agreed else answer_by(now, wish.start, notice_of(session_type, wish.start)),
        confirmed_at=now if is_agreed else None,
        **_price(checked.price),
    )
    booking.save(force_insert=True)
    Answer.objects.bulk_create(
        [
            Answer(booking=booking, question=each.question, label=each.question.label, kind=each.question.kind, value=each.value)
            for each in checked.answers
        ]
    )  # fmt: skip
    Draft.objects.filter(holder=visitor.key, session_type=session_type).delete()
    _happened(booking, Verb.REQUEST, Actor(Side.CLIENT, visitor.person), now, before="")
    return booking


def _price(price: Quote) -> dict[str, Any]:
    return {
        "rate": price.unit.amount,
        "rate_type": price.rate_type,
        "total": price.total.amount,
        "currency": price.total.currency,
    }


def _free_reference() -> str:
    while True:
        reference = "WM-" + "".join(secrets.choice(LETTERS) for _ in range(6))
        if not Booking.objects.filter(reference=reference).exists():
            return reference


def confirm(*, booking: Booking, by: Actor, version: int | None = None) -> Booking:
    """The builder says yes. Saying it again changes nothing."""

    def work(found: Booking, now: datetime) -> None:
        found.confirmed_at, found.answer_by = found.confirmed_at or now, None

    return _change(booking, Verb.CONFIRM, State.CONFIRMED, by, work, version=version)


def decline(*, booking: Booking, by: Actor, reason: str = "", version: int | None = None) -> Booking:
    """The builder says no, and the time is free again."""
    return _end(booking, Verb.DECLINE, by, reason, version)


def cancel(*, booking: Booking, by: Actor, reason: str = "", version: int | None = None) -> Booking:
    """Ends what was asked for or agreed; what that costs by its terms is written down."""
    return _end(booking, Verb.CANCEL, by, reason, version)


def expire(*, booking: Booking) -> Booking:
    """Ends a request that nobody has answered in time."""
    return _end(booking, Verb.EXPIRE, SYSTEM, "Nobody answered in time.", None)


def start(*, booking: Booking, by: Actor, version: int | None = None) -> Booking:
    return _change(booking, Verb.START, State.IN_PROGRESS, by, version=version)


def complete(*, booking: Booking, by: Actor, version: int | None = None) -> Booking:
    def work(found: Booking, now: datetime) -> None:
        found.completed_at = now

    return _change(booking, Verb.COMPLETE, State.COMPLETED, by, work, version=version)


def dispute(*, booking: Booking, by: Actor, reason: str, version: int | None = None) -> Booking:
    """One side says that something was wrong; support looks into it."""
    return _change(booking, Verb.DISPUTE, State.DISPUTED, by, reason=reason, version=version)


def resolve(*, booking: Booking, by: Actor, outcome: State, reason: str, version: int | None = None) -> Booking:
    """Support settles a dispute, one way or the other."""

    def work(found: Booking, now: datetime) -> None:
        if outcome == State.CANCELLED:
            _mark_cancelled(found, by, reason, now)
        else:
            found.completed_at = found.completed_at or now

    return _change(booking, Verb.RESOLVE, outcome, by, work, reason=reason, version=version)


def reschedule(
    *, booking: Booking, start: datetime, by: Actor, reason: str = "", version: int | None = None
) -> Booking:
    """Another time for it. If that cannot be had, the old one stays."""

    def locked(now: datetime) -> Booking:
        found = _fresh(booking, version)
        _check_allowed(found, Verb.RESCHEDULE, by, now)
        if start == found.starts_at:
            return found
        cost = cost_of(found, Verb.RESCHEDULE, by.side, now)
        before, old_start = found.state, found.starts_at
        found.seat = claims.move(seat=found.seat, ask=_same_for(found, start))
        found.starts_at, found.ends_at = start, start + (found.ends_at - old_start)
        found.previous_start, found.sequence = old_start, found.sequence + 1
        if by.side == Side.CLIENT and found.needs_answer:
            found.state = State.PENDING
        if found.state == State.PENDING:
            found.answer_by = answer_by(now, start, notice_of(found.session_type, start))
        _save(found)
        _happened(
            found, Verb.RESCHEDULE, by, now, before=before, reason=reason, started_at=old_start, fee=cost.fee.amount
        )
        return found

    return with_time_of(booking.builder_id, locked)


def _same_for(booking: Booking, start: datetime) -> Ask:
    seat = booking.seat
    visitor = Visitor(seat.holder, booking.client, seat.address)
    return Ask(booking.session_type, start, booking.minutes, visitor)


def _end(booking: Booking, verb: Verb, by: Actor, reason: str, version: int | None) -> Booking:
    """Every way to CANCELLED but a settled dispute: with the builder's time locked, since it is given back."""

    def locked(now: datetime) -> Booking:
        found = _fresh(booking, version)
        if found.state == State.CANCELLED or not is_due(found, verb, by.side, now):
            return found
        _check_allowed(found, verb, by, now)
        cost = cost_of(found, verb, by.side, now)
        before = found.state
        found.state = State.CANCELLED
        found.cancel_percent, found.cancel_fee = cost.percent, cost.fee.amount
        _mark_cancelled(found, by, reason, now)
        claims.release(seat=found.seat)
        _save(found)
        _happened(found, verb, by, now, before=before, reason=reason, fee=cost.fee.amount)
        return found

    return with_time_of(booking.builder_id, locked)


def _mark_cancelled(found: Booking, by: Actor, reason: str, now: datetime) -> None:
    found.cancelled_at, found.cancelled_by, found.cancel_reason = now, by.side, reason[:500]
    found.answer_by, found.sequence = None, found.sequence + 1


@transaction.atomic
def _change(
    booking: Booking,
    verb: Verb,
    target: State,
    by: Actor,
    work: Callable[[Booking, datetime], None] | None = None,
    *,
    reason: str = "",
    version: int | None = None,
) -> Booking:
    """A step that leaves the time alone. Being there already is no error."""
    found = _fresh(booking, version)
    now = clock.now()
    if found.state == target or not is_due(found, verb, by.side, now):
        return found
    _check_allowed(found, verb, by, now)
    before = found.state
    found.state = target
    if work is not None:
        work(found, now)
    _save(found)
    _happened(found, verb, by, now, before=before, reason=reason)
    return found


def _fresh(booking: Booking, version: int | None) -> Booking:
    """The row as it is now, locked until the transaction ends."""
    found = Booking.objects.select_for_update(no_key=True, of=("self",)).complete().get(pk=booking.pk)
    if version is not None and version != found.version:
        raise Refused(Refusal.STALE, version=found.version)
    return found


def _check_allowed(booking: Booking, verb: Verb, by: Actor, now: datetime) -> None:
    step = step_of(booking.state, verb)
    if step is None:
        raise Refused(Refusal.INVALID_TRANSITION, allowed=reachable(booking, frozenset({by.side}), now))
    if by.side not in step.sides:
        raise Refused(Refusal.FORBIDDEN)
    if sentence := too_late(booking, verb, now):
        raise Refused(Refusal.INVALID_TRANSITION, sentence, allowed=reachable(booking, frozenset({by.side}), now))


def reachable(booking: Booking, sides: frozenset[Side], now: datetime) -> list[str]:
    """The states that somebody on these sides can bring it to from here."""
    verbs = allowed_verbs(booking, sides, now)
    targets = [
        state for step in steps_from(booking.state, sides) if step.verb in verbs for state in step.after
    ]  # fmt: skip
    return [str(state) for state in dict.fromkeys(targets) if state != booking.state]


def _save(found: Booking) -> None:
    found.version += 1
    found.save()


def _happened(
    booking: Booking,
    verb: Verb,
    by: Actor,
    now: datetime,
    *,
    before: str,
    reason: str = "",
    started_at: datetime | None = None,
    fee: Decimal = Decimal(0),
) -> BookingEvent:
    event = BookingEvent.objects.create(
        booking=booking,
        at=now,
        verb=verb,
        before=before,
        after=booking.state,
        side=by.side,
        actor=by.person,
        reason=reason[:500],
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        started_at=started_at,
        sequence=booking.sequence,
        fee=fee,
    )
    news.spread(event)
    return event


@transaction.atomic
def join(*, booking: Booking, person: User, now: datetime) -> Booking:
    """A guest's booking becomes that of the account whose address it was made with, once that is proven."""
    found = _fresh(booking, None)
    if found.client_id is not None or found.guest is None:
        return found
    found.client = person
    Guest.objects.filter(pk=found.guest.pk).update(proven_at=now)
    Seat.objects.filter(pk=found.seat_id).update(person=person)
    _save(found)
    _happened(found, Verb.JOIN, Actor(Side.CLIENT, person), now, before=found.state)
    return found
