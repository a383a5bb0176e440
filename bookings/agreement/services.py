"""What can be done with a booking. Each function checks the table of states and the rules, changes the row, records the
event and queues the notifications, in one transaction.

The order of locks: the builder's time, where time is taken or freed; then the booking's row; then reservations.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import User
from bookings.agreement import limits, notifications
from bookings.agreement.drafts import delete_draft
from bookings.agreement.references import random_reference
from bookings.agreement.requests import Contact, PricedRequest, check_bookable, check_price, needs_answer
from bookings.agreement.rules import answer_by, cost_of, decide_at, is_due, proof_due_at
from bookings.agreement.transitions import (
    SYSTEM,
    Actor,
    announce,
    change,
    check_allowed,
    fresh,
    mark_answered,
    mark_cancelled,
    new_event,
    record_event,
    save,
)
from bookings.billing.checkout.timing import payment_due_at
from bookings.billing.credits import check_credit_until, give_back_credit, take_credit
from bookings.meetings.places import AT_CLIENT
from bookings.meetings.rules import keep_link
from bookings.models import Answer, Booking, Guest
from bookings.states import AHEAD, Cause, Side, State, Verb
from coaching.models import SessionType
from coaching.quotes import Quote
from core import hour_format
from core.errors import Refused
from core.ids import uuid7
from core.inserts import insert_together
from core.prefetched import keep
from payments.states import Timing
from scheduling import claims
from scheduling.claims import TimeRequest, Visitor
from scheduling.loading import notice_in, notice_of
from scheduling.locks import with_time_of
from scheduling.models import Seat

REFERENCE_KEY = "bookings_booking_reference_key"


def request(*, priced: PricedRequest) -> Booking:
    """Takes the time and returns the new booking. The same form sent again returns the booking that it has made.

    The transaction begins when the time is known to be free, and holds the builder's lock until it is committed.
    """
    booking_request, visitor = priced.booking_request, priced.visitor
    check_bookable(booking_request.session_type, priced.offer, visitor.person)
    check_price(priced)

    def finish(seat: Seat, now: datetime) -> Booking:
        if visitor.is_stranger:
            limits.count_guest_booking(booking_request.session_type.builder_id, visitor.address)
        if priced.timing == Timing.AT_BOOKING:
            limits.check_unpaid(visitor.person)
        return _create_booking(priced, seat, now)

    try:
        booking = with_new_reference(lambda: claims.book_with(priced.time_request, finish))
    except (Refused, IntegrityError):
        if former := _booking_of_form(booking_request.form_key):
            return former
        raise
    delete_draft(visitor.key, booking_request.session_type)
    return booking


def with_new_reference(book: Callable[[], Booking]) -> Booking:
    """Books, and tries once more if the random reference (one of 729 million) is already in use."""
    try:
        return book()
    except IntegrityError as error:
        if REFERENCE_KEY not in str(error):
            raise
    return book()


def _booking_of_form(form_key: UUID | None) -> Booking | None:
    return Booking.objects.complete().filter(form_key=form_key).first() if form_key else None


def _create_guest(contact: Contact) -> Guest:
    """Stores the guest, with the hour format in which they have just read the times, for the emails to them."""
    return Guest.objects.create(name=contact.name, email=contact.email, hour_format=hour_format.current())


def _create_booking(priced: PricedRequest, seat: Seat, now: datetime) -> Booking:
    """Inserts the booking with its answers and its event. It can be shown without a query."""
    booking = new_booking(priced, seat, now)
    take_credit(booking, priced)
    event = new_event(booking, Verb.REQUEST, Actor(Side.CLIENT, priced.visitor.person), now, before="")
    insert_together(booking, event)
    answers = [
        Answer(booking=booking, question=answer.question, label=answer.question.label, kind=answer.question.kind, value=answer.value)
        for answer in priced.answers
    ]  # fmt: skip
    keep(booking, "answers", Answer.objects.bulk_create(answers))
    keep(booking, "deliverables", [])
    announce(event, is_quiet=priced.booking_request.is_of_plan)
    return booking


def new_booking(priced: PricedRequest, seat: Seat, now: datetime) -> Booking:
    """Returns the booking to insert: confirmed at once, or waiting for the builder's or the guest's confirmation."""
    booking_request, visitor = priced.booking_request, priced.visitor
    session_type, start = booking_request.session_type, booking_request.start
    guest = _create_guest(booking_request.guest) if booking_request.guest else None
    identity = uuid7()
    until = proof_due_at(session_type, start, now) if guest else None
    has_to_answer = needs_answer(session_type, priced.time_request.hours)
    pay_by = payment_due_at(priced.timing, start, now)
    is_agreed = not has_to_answer and until is None and pay_by is None
    notice = notice_in(priced.time_request.calendar, session_type, start)
    return Booking(
        id=identity,
        created_at=now,
        reference=random_reference(),
        calendar_uid=f"booking-{identity}@{notifications.site_host()}",
        builder=session_type.builder,
        client=visitor.person,
        guest=guest,
        session_type=session_type,
        title=session_type.title,
        seat=seat,
        starts_at=start,
        ends_at=start + timedelta(minutes=booking_request.minutes),
        state=State.CONFIRMED if is_agreed else State.PENDING,
        tiers=priced.tiers,
        splits=session_type.splits,
        is_remote=booking_request.is_remote,
        location=priced.location,
        in_person_at=priced.in_person_at,
        pathway=booking_request.pathway,
        project=booking_request.project,
        series=booking_request.series,
        series_number=booking_request.series_number,
        notes=booking_request.notes.strip(),
        timezone=booking_request.timezone,
        **booking_request.origin_columns,
        form_key=booking_request.form_key,
        needs_answer=has_to_answer,
        proof_due_at=until,
        payment_timing=priced.timing,
        payment_due_at=pay_by,
        answer_by=None if is_agreed else until or pay_by or answer_by(now, start, notice),
        confirmed_at=now if is_agreed else None,
        min_seats=session_type.min_seats,
        decide_at=decide_at(session_type, start, now),
        **_price_fields(priced.price),
    )


def answer_by_of(session_type: SessionType, starts_at: datetime, now: datetime) -> datetime:
    """Returns when a request made now for this time ends without an answer."""
    return answer_by(now, starts_at, notice_of(session_type, starts_at))


def _price_fields(price: Quote) -> dict[str, Any]:
    return {
        "rate": price.unit.amount,
        "rate_type": price.rate_type,
        "total": price.total.amount,
        "currency": price.total.currency,
        "breakdown": price.breakdown if price.discount else [],
    }


def confirm(*, booking: Booking, by: Actor, version: int | None = None) -> Booking:
    """Confirms a request for the builder. Confirming again changes nothing."""

    def work(current: Booking, now: datetime) -> None:
        mark_answered(current, Verb.CONFIRM, now)
        current.confirmed_at, current.answer_by = current.confirmed_at or now, None

    return change(booking, Verb.CONFIRM, State.CONFIRMED, by, work, version=version)


def decline(*, booking: Booking, by: Actor, reason: str = "", version: int | None = None) -> Booking:
    """Declines a request for the builder and frees its time."""
    return _end_booking(booking, Verb.DECLINE, by, reason, version)


def cancel(*, booking: Booking, by: Actor, reason: str = "", cause: str = "", version: int | None = None) -> Booking:
    """Cancels a request or a session, frees its time and records the fee that its terms set."""
    return _end_booking(booking, Verb.CANCEL, by, reason, version, cause)


def full_reason(cause: str, reason: str) -> str:
    """Returns the reason that the other side reads: the label of the cause, then the words added to it."""
    short = Cause(cause).label if cause and cause != Cause.OTHER else ""
    return ": ".join(part for part in (short, reason) if part)


def expire(*, booking: Booking) -> Booking:
    """Ends a request that was not answered in time."""
    return _end_booking(booking, Verb.EXPIRE, SYSTEM, "Nobody answered in time.", None)


def lapse(*, booking: Booking) -> Booking:
    """Ends a guest's booking whose address was not confirmed in time."""
    return _end_booking(booking, Verb.LAPSE, SYSTEM, "The address was not confirmed in time.", None)


def end_unpaid(*, booking: Booking) -> Booking:
    """Ends a booking that was not paid in time. One that has been paid by now goes on."""
    reason = "It was not paid in time."
    return _end_booking(booking, Verb.UNPAID, SYSTEM, reason, None, is_wanted=lambda current: not current.is_counting)


def end_with_lost_payment(*, booking: Booking) -> Booking:
    """Ends a request whose reserved payment was released at the provider before the builder answered."""
    reason = "The amount is no longer reserved on the card."
    return _end_booking(booking, Verb.UNPAID, SYSTEM, reason, None, is_wanted=lambda current: current.is_counting)


@transaction.atomic
def start_paid(*, booking: Booking, now: datetime) -> Booking:
    """Asks the builder about a booking whose payment is authorised, or confirms it. Does nothing if that has happened, it
    is cancelled, or it should have begun."""
    current = fresh(booking, None)
    if current.state != State.PENDING or current.payment_due_at is None or current.starts_at <= now:
        return current
    _start_to_count(current, now)
    save(current)
    record_event(current, Verb.PAY, Actor(Side.CLIENT, current.client), now, before=State.PENDING)
    return current


def decide(*, booking: Booking) -> Booking:
    """Checks whether a group now has enough people. With too few, this booking is called off."""

    def work(now: datetime) -> Booking:
        current = fresh(booking, None)
        seats = current.seat.reservation.seats.filter(released_at__isnull=True, expires_at__isnull=True)
        if not is_due(current, Verb.CALL_OFF, Side.SYSTEM, now) or current.state not in AHEAD:
            return current
        if seats.count() < current.min_seats:
            return _end_booking(
                current,
                Verb.CALL_OFF,
                SYSTEM,
                f"The group needs at least {current.min_seats} people, and fewer had booked.",
                None,
            )
        current.decide_at = None
        save(current)
        return current

    return with_time_of(booking.builder_id, work)


def start(*, booking: Booking, by: Actor, version: int | None = None) -> Booking:
    return change(booking, Verb.START, State.IN_PROGRESS, by, lambda current, _: keep_link(current), version=version)


def complete(*, booking: Booking, by: Actor, version: int | None = None) -> Booking:
    def work(current: Booking, now: datetime) -> None:
        current.completed_at = now

    return change(booking, Verb.COMPLETE, State.COMPLETED, by, work, version=version)


def reschedule(
    *,
    booking: Booking,
    start: datetime,
    by: Actor,
    reason: str = "",
    version: int | None = None,
    mail_after: timedelta | None = None,
) -> Booking:
    """Moves the booking to another time. If that is refused, the old time stays taken."""

    def work(now: datetime) -> Booking:
        current = fresh(booking, version)
        check_allowed(current, Verb.RESCHEDULE, by, now)
        if start == current.starts_at:
            return current
        check_credit_until(current, start, by.side)
        cost = cost_of(current, Verb.RESCHEDULE, by.side, now)
        before, old_start = current.state, current.starts_at
        take_other_time(current, start, now, by_builder=by.side in (Side.BUILDER, Side.SUPPORT))
        if by.side == Side.CLIENT and current.needs_answer:
            current.state = State.PENDING
        if current.state == State.PENDING:
            current.answer_by = answer_by_of(current.session_type, start, now)
        save(current)
        event = new_event(
            current, Verb.RESCHEDULE, by, now, before=before, reason=reason, started_at=old_start, fee=cost.fee.amount
        )
        event.save(force_insert=True)
        announce(event, mail_after=mail_after)
        return current

    return with_time_of(booking.builder_id, work)


def take_other_time(
    booking: Booking,
    start: datetime,
    now: datetime,
    *,
    by_builder: bool,
    anywhere: bool = False,
    minutes: int | None = None,
) -> None:
    """Frees the booking's time and takes another, with the builder's time and the booking locked. The caller saves.

    `anywhere` is that of `claims.move`; `minutes` is another length.
    """
    old_start, ask = booking.starts_at, _move_request(booking, start, minutes or booking.minutes)
    booking.seat = claims.move(seat=booking.seat, ask=ask, by_builder=by_builder, anywhere=anywhere)
    booking.starts_at, booking.ends_at = start, ask.end
    booking.previous_start, booking.sequence = old_start, booking.sequence + 1
    booking.decide_at = decide_at(booking.session_type, start, now)


def _move_request(booking: Booking, start: datetime, minutes: int) -> TimeRequest:
    seat = booking.seat
    visitor = Visitor(seat.holder, booking.client, seat.address)
    travels = booking.in_person_at == AT_CLIENT
    return TimeRequest(booking.session_type, start, minutes, visitor, travels=travels)


def _end_booking(
    booking: Booking,
    verb: Verb,
    by: Actor,
    reason: str,
    version: int | None,
    cause: str = "",
    is_wanted: Callable[[Booking], bool] = lambda current: True,
) -> Booking:
    """Cancels the booking, with the builder's time locked, because it is freed. Disputes end elsewhere."""

    def work(now: datetime) -> Booking:
        current = fresh(booking, version)
        if current.state == State.CANCELLED or not is_due(current, verb, by.side, now) or not is_wanted(current):
            return current
        check_allowed(current, verb, by, now)
        cost = cost_of(current, verb, by.side, now)
        before = current.state
        give_back_credit(current, cost, by.side)
        current.state = State.CANCELLED
        current.cancel_percent, current.cancel_fee = cost.percent, cost.fee.amount
        mark_answered(current, verb, now)
        mark_cancelled(current, by, reason, now, cause)
        claims.release(seat=current.seat)
        save(current)
        record_event(current, verb, by, now, before=before, reason=full_reason(cause, reason), fee=cost.fee.amount)
        return current

    return with_time_of(booking.builder_id, work)


@transaction.atomic
def join(*, booking: Booking, person: User, now: datetime) -> Booking:
    """Moves a guest's booking into the account with its email address, once that address is confirmed. A booking that
    waited for this becomes a real request, if its time is still kept."""
    current = fresh(booking, None)
    if current.client_id is not None or current.guest is None:
        return current
    before = current.state
    current.client = person
    Guest.objects.filter(pk=current.guest.pk).update(proven_at=now)
    Seat.objects.filter(pk=current.seat_id).update(person=person)
    is_in_time = before == State.PENDING and current.proof_due_at is not None and now < current.proof_due_at
    if is_in_time:
        _start_to_count(current, now)
    save(current)
    verb = Verb.PROVE if is_in_time else Verb.JOIN
    record_event(current, verb, Actor(Side.CLIENT, person), now, before=before)
    return current


def _start_to_count(booking: Booking, now: datetime) -> None:
    """Starts the builder's time to answer, or confirms the booking if they need not answer."""
    booking.proof_due_at = booking.payment_due_at = None
    if booking.needs_answer:
        booking.answer_by = answer_by_of(booking.session_type, booking.starts_at, now)
    else:
        booking.state, booking.confirmed_at, booking.answer_by = State.CONFIRMED, now, None
