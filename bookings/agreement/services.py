"""The verbs of a booking. Each checks the table and its rule, changes the row, writes the event, and leaves the news
of it in the outbox, in one transaction.

The order of locks: the builder's time, where time is taken or freed; then the booking's row; then reservations.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import User
from bookings.agreement import limits, notifications
from bookings.agreement.requests import Contact, PricedRequest, check_bookable, check_price
from bookings.agreement.rules import answer_by, cost_of, decide_at, is_due, proof_due_at
from bookings.agreement.transitions import SYSTEM, Actor, change, check_allowed, fresh, happened, mark_cancelled, save
from bookings.models import Answer, Booking, Draft, Guest
from bookings.states import AHEAD, Cause, Side, State, Verb
from coaching.models import SessionType
from coaching.quotes import Quote
from core import clock, hour_format
from core.errors import Refused
from core.ids import uuid7
from scheduling import claims
from scheduling.claims import TimeRequest, Visitor
from scheduling.loading import notice_of
from scheduling.locks import with_time_of
from scheduling.models import Seat

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that look alike


def request(*, priced: PricedRequest, visitor: Visitor) -> Booking:
    """Takes the time and makes the agreement. The same form sent again answers the booking that it made."""
    booking_request = priced.booking_request
    check_bookable(booking_request.session_type, priced.offer, visitor.person)
    check_price(priced)
    if made := _made_by(booking_request.form_key):
        return made
    try:
        with transaction.atomic():
            seat = claims.book(booking_request.ask(visitor))
            if visitor.is_stranger:
                limits.count_guest_booking(booking_request.session_type.builder_id, visitor.address)
            return _write(priced, seat, visitor)
    except (Refused, IntegrityError):
        if made := _made_by(booking_request.form_key):
            return made
        raise


def save_draft(*, draft: Draft, told: dict[str, Any]) -> None:
    """Keeps what somebody has typed on the way to a booking; two tabs that save the first at once write one row."""
    Draft.objects.update_or_create(
        holder=draft.holder,
        session_type=draft.session_type,
        defaults={"told": told},
        create_defaults={"id": draft.pk, "person": draft.person, "told": told},
    )
    draft.told = told


def _made_by(form_key: UUID | None) -> Booking | None:
    return Booking.objects.complete().filter(form_key=form_key).first() if form_key else None


def _guest(told: Contact) -> Guest:
    """With the clock they have just read the times off, for the letters."""
    return Guest.objects.create(name=told.name, email=told.email, hour_format=hour_format.current())


def _write(priced: PricedRequest, seat: Seat, visitor: Visitor) -> Booking:
    booking_request, now = priced.booking_request, clock.now()
    session_type = booking_request.session_type
    guest = _guest(booking_request.guest) if booking_request.guest else None
    identity = uuid7()
    until = proof_due_at(session_type, booking_request.start, now) if guest else None
    is_agreed = session_type.auto_confirm and until is None
    booking = Booking(
        id=identity,
        reference=_free_reference(),
        calendar_uid=f"booking-{identity}@{notifications.host()}",
        builder=session_type.builder,
        client=visitor.person,
        guest=guest,
        session_type=session_type,
        title=session_type.title,
        seat=seat,
        starts_at=booking_request.start,
        ends_at=booking_request.start + timedelta(minutes=booking_request.minutes),
        state=State.CONFIRMED if is_agreed else State.PENDING,
        tiers=priced.tiers,
        is_remote=booking_request.is_remote,
        location=priced.location,
        pathway=booking_request.pathway,
        project=booking_request.project,
        series=booking_request.series,
        series_number=booking_request.series_number,
        notes=booking_request.notes.strip(),
        timezone=booking_request.timezone,
        source=booking_request.source,
        form_key=booking_request.form_key,
        needs_answer=not session_type.auto_confirm,
        proof_due_at=until,
        answer_by=None if is_agreed else until or _answer_by(session_type, booking_request.start, now),
        confirmed_at=now if is_agreed else None,
        min_seats=session_type.min_seats,
        decide_at=decide_at(session_type, booking_request.start, now),
        **_price(priced.price),
    )
    booking.save(force_insert=True)
    Answer.objects.bulk_create(
        [
            Answer(booking=booking, question=each.question, label=each.question.label, kind=each.question.kind, value=each.value)
            for each in priced.answers
        ]
    )  # fmt: skip
    Draft.objects.filter(holder=visitor.key, session_type=session_type).delete()
    happened(booking, Verb.REQUEST, Actor(Side.CLIENT, visitor.person), now, before="")
    return booking


def _answer_by(session_type: SessionType, starts_at: datetime, now: datetime) -> datetime:
    return answer_by(now, starts_at, notice_of(session_type, starts_at))


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

    return change(booking, Verb.CONFIRM, State.CONFIRMED, by, work, version=version)


def decline(*, booking: Booking, by: Actor, reason: str = "", version: int | None = None) -> Booking:
    """The builder says no, and the time is free again."""
    return _end(booking, Verb.DECLINE, by, reason, version)


def cancel(*, booking: Booking, by: Actor, reason: str = "", cause: str = "", version: int | None = None) -> Booking:
    """Ends what was asked for or agreed; what that costs by its terms is written down."""
    return _end(booking, Verb.CANCEL, by, reason, version, cause)


def in_words(cause: str, reason: str) -> str:
    """What the other side reads: the short reason, and what was told besides."""
    short = Cause(cause).label if cause and cause != Cause.OTHER else ""
    return ": ".join(part for part in (short, reason) if part)


def expire(*, booking: Booking) -> Booking:
    """Ends a request that nobody has answered in time."""
    return _end(booking, Verb.EXPIRE, SYSTEM, "Nobody answered in time.", None)


def lapse(*, booking: Booking) -> Booking:
    """Ends a guest's booking that never counted, since nobody has confirmed its address in time."""
    return _end(booking, Verb.LAPSE, SYSTEM, "The address was not confirmed in time.", None)


def decide(*, booking: Booking) -> Booking:
    """Whether a group has enough people. With too few it is called off, for each of them; else it takes place."""

    def locked(now: datetime) -> Booking:
        found = fresh(booking, None)
        seats = found.seat.reservation.seats.filter(released_at__isnull=True, expires_at__isnull=True)
        if not is_due(found, Verb.CALL_OFF, Side.SYSTEM, now) or found.state not in AHEAD:
            return found
        if seats.count() < found.min_seats:
            return _end(
                found,
                Verb.CALL_OFF,
                SYSTEM,
                f"It takes place from {found.min_seats} people, and fewer had booked.",
                None,
            )
        found.decide_at = None
        save(found)
        return found

    return with_time_of(booking.builder_id, locked)


def start(*, booking: Booking, by: Actor, version: int | None = None) -> Booking:
    return change(booking, Verb.START, State.IN_PROGRESS, by, version=version)


def complete(*, booking: Booking, by: Actor, version: int | None = None) -> Booking:
    def work(found: Booking, now: datetime) -> None:
        found.completed_at = now

    return change(booking, Verb.COMPLETE, State.COMPLETED, by, work, version=version)


def reschedule(
    *, booking: Booking, start: datetime, by: Actor, reason: str = "", version: int | None = None
) -> Booking:
    """Another time for it. If that cannot be had, the old one stays."""

    def locked(now: datetime) -> Booking:
        found = fresh(booking, version)
        check_allowed(found, Verb.RESCHEDULE, by, now)
        if start == found.starts_at:
            return found
        cost = cost_of(found, Verb.RESCHEDULE, by.side, now)
        before, old_start = found.state, found.starts_at
        found.seat = claims.move(
            seat=found.seat, ask=_same_for(found, start), by_builder=by.side in (Side.BUILDER, Side.SUPPORT)
        )
        found.starts_at, found.ends_at = start, start + (found.ends_at - old_start)
        found.previous_start, found.sequence = old_start, found.sequence + 1
        found.decide_at = decide_at(found.session_type, start, now)
        if by.side == Side.CLIENT and found.needs_answer:
            found.state = State.PENDING
        if found.state == State.PENDING:
            found.answer_by = _answer_by(found.session_type, start, now)
        save(found)
        happened(
            found, Verb.RESCHEDULE, by, now, before=before, reason=reason, started_at=old_start, fee=cost.fee.amount
        )
        return found

    return with_time_of(booking.builder_id, locked)


def _same_for(booking: Booking, start: datetime) -> TimeRequest:
    seat = booking.seat
    visitor = Visitor(seat.holder, booking.client, seat.address)
    return TimeRequest(booking.session_type, start, booking.minutes, visitor)


def _end(booking: Booking, verb: Verb, by: Actor, reason: str, version: int | None, cause: str = "") -> Booking:
    """Every way to CANCELLED but a settled dispute: with the builder's time locked, since it is given back."""

    def locked(now: datetime) -> Booking:
        found = fresh(booking, version)
        if found.state == State.CANCELLED or not is_due(found, verb, by.side, now):
            return found
        check_allowed(found, verb, by, now)
        cost = cost_of(found, verb, by.side, now)
        before = found.state
        found.state = State.CANCELLED
        found.cancel_percent, found.cancel_fee = cost.percent, cost.fee.amount
        mark_cancelled(found, by, reason, now, cause)
        claims.release(seat=found.seat)
        save(found)
        happened(found, verb, by, now, before=before, reason=in_words(cause, reason), fee=cost.fee.amount)
        return found

    return with_time_of(booking.builder_id, locked)


@transaction.atomic
def join(*, booking: Booking, person: User, now: datetime) -> Booking:
    """A guest's booking becomes that of the account whose address it was made with, once that is proven. One that
    has waited for the proof counts from now on, if its time is still kept."""
    found = fresh(booking, None)
    if found.client_id is not None or found.guest is None:
        return found
    before = found.state
    found.client = person
    Guest.objects.filter(pk=found.guest.pk).update(proven_at=now)
    Seat.objects.filter(pk=found.seat_id).update(person=person)
    is_in_time = before == State.PENDING and found.proof_due_at is not None and now < found.proof_due_at
    if is_in_time:
        _let_count(found, now)
    save(found)
    verb = Verb.PROVE if is_in_time else Verb.JOIN
    happened(found, verb, Actor(Side.CLIENT, person), now, before=before)
    return found


def _let_count(found: Booking, now: datetime) -> None:
    """The builder is asked now, or the booking is agreed where they need not be."""
    found.proof_due_at = None
    if found.needs_answer:
        found.answer_by = _answer_by(found.session_type, found.starts_at, now)
    else:
        found.state, found.confirmed_at, found.answer_by = State.CONFIRMED, now, None
