"""Changes of a booking: who may do what, fees, recorded events, and notifications."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.models import Notification, User
from bookings.agreement import due_changes, rules, services
from bookings.agreement.requests import check
from bookings.agreement.transitions import SYSTEM, Actor
from bookings.disputes import no_shows
from bookings.disputes import services as disputes
from bookings.models import Booking, BookingEvent
from bookings.states import TABLE, Side, State, Verb, step_of
from coaching.models import SessionType
from core import clock
from core.errors import Refusal
from core.models import OutboxMessage
from core.registry import integrity_findings
from scheduling.models import Reservation, Seat
from scheduling.refusals import TimeRefusal
from tests.bookings.cast import (
    book,
    booking_request,
    builder_of,
    client_of,
    confirmed,
    forgotten,
    latest,
    person_visitor,
    shop,
)
from tests.cast import make_person
from tests.factories.coaching import CancellationTierFactory
from tests.scheduling.cast import live, offer, refused, soon

pytestmark = pytest.mark.django_db
SERVICES: dict[Verb, Any] = {
    Verb.CONFIRM: services.confirm,
    Verb.DECLINE: services.decline,
    Verb.CANCEL: services.cancel,
    Verb.START: services.start,
    Verb.COMPLETE: services.complete,
    Verb.DISPUTE: lambda **options: disputes.open_(reason="It was not what we agreed.", **options),
    Verb.RESOLVE: lambda **options: disputes.resolve(outcome=State.COMPLETED, reason="Both were heard.", **options),
    Verb.NO_SHOW: no_shows.say,
    Verb.CONTEST: lambda **options: no_shows.contest(reason="I was there.", **options),
    Verb.UPHOLD: lambda **options: no_shows.uphold(reason="The call shows it.", **options),
    Verb.EXCUSE: no_shows.excuse,
    Verb.RESCHEDULE: lambda **options: services.reschedule(start=soon(15), **options),
}


def put_in_state(booking: Booking, state: State, **fields: Any) -> Booking:
    """Puts the booking into a state directly, without the steps that lead there."""
    now = clock.now()
    values = {
        "state": state,
        "answer_by": now + timedelta(hours=9) if state == State.PENDING else None,
        "confirmed_at": now,
        "cancelled_at": now if state == State.CANCELLED else None,
        "cancelled_by": "client" if state == State.CANCELLED else "",
        **fields,
    }
    Booking.objects.filter(pk=booking.pk).update(**values)
    return Booking.objects.complete().get(pk=booking.pk)


def events(booking: Booking) -> list[tuple[str, str, str, str]]:
    return [(event.verb, event.before, event.after, event.side) for event in booking.events.all()]


# The table -----------------------------------------------------------------------------------------------


KEEPS_STATE = (Verb.RESCHEDULE, Verb.NO_SHOW, Verb.CONTEST, Verb.UPHOLD, Verb.EXCUSE)


@pytest.mark.parametrize("side", [Side.CLIENT, Side.BUILDER, Side.SUPPORT])
@pytest.mark.parametrize("verb", list(SERVICES))
def test_each_verb_from_each_state_by_each_side(
    verb: Verb, side: Side, hour: SessionType, cleo: User, suri: User
) -> None:
    """The services allow exactly what the table of states allows."""
    person = {Side.CLIENT: cleo, Side.BUILDER: hour.builder, Side.SUPPORT: suri}[side]
    requested = book(hour, cleo)
    for state in State:
        with forgotten():
            check_step(state, verb, requested, Actor(side, person))


def check_step(state: State, verb: Verb, requested: Booking, by: Actor) -> None:
    side = by.side
    accused = {
        Verb.CONTEST: side,
        Verb.UPHOLD: Side.CLIENT,
        Verb.EXCUSE: Side.BUILDER if side == Side.CLIENT else Side.CLIENT,
    }
    missed = {"no_show_by": accused[verb], "no_show_at": clock.now()} if verb in accused else {}
    if verb == Verb.UPHOLD:
        missed["contested_at"] = clock.now()
    booking = put_in_state(requested, state, **missed)
    step = step_of(state, verb)
    targets = {row.after[0] for row in TABLE if row.verb == verb}

    def act() -> Booking:
        done: Booking = SERVICES[verb](booking=booking, by=by)
        return done

    if step is not None and side in step.sides:
        assert act().state in step.after, state
    elif state in targets and verb not in KEEPS_STATE:
        assert act().state == state, "being there already is no error"
    else:
        assert refused(act).refusal == (Refusal.FORBIDDEN if step else Refusal.INVALID_TRANSITION), state
        assert Booking.objects.get(pk=booking.pk).state == state


def test_every_step_records_one_event_and_raises_the_version(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)
    services.confirm(booking=booking, by=builder_of(booking))
    services.start(booking=booking, by=builder_of(booking))
    done = services.complete(booking=booking, by=builder_of(booking))

    assert [verb for verb, *_ in events(done)] == ["request", "confirm", "start", "complete"]
    assert done.version == 4
    assert done.completed_at is not None


def test_the_first_answer_of_the_builder_to_a_request_is_kept_with_it(hour: SessionType, cleo: User) -> None:
    answered = services.confirm(booking=(booking := book(hour, cleo)), by=builder_of(booking))
    services.reschedule(booking=answered, by=client_of(booking), start=soon(15))
    again = services.confirm(booking=booking, by=builder_of(booking))
    declined = services.decline(booking=(other := book(hour, cleo, soon(11))), by=builder_of(other))

    assert again.answered_at == again.events.filter(verb=Verb.CONFIRM).earliest("at").at
    assert declined.answered_at == declined.events.get(verb=Verb.DECLINE).at
    assert book(hour, cleo, soon(13)).answered_at is None


def test_an_outdated_version_is_refused(hour: SessionType, cleo: User) -> None:
    booking = book(hour, cleo)
    services.confirm(booking=booking, by=builder_of(booking), version=1)

    error = refused(lambda: services.cancel(booking=booking, by=client_of(booking), version=1))

    assert (error.refusal, error.details) == (Refusal.STALE, {"version": 2})


def test_events_cannot_be_changed_except_to_erase_a_reason(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)
    services.cancel(booking=booking, by=client_of(booking), reason="I am ill.")
    rows = BookingEvent.objects.filter(booking=booking)

    for change in ({"verb": "start"}, {"reason": "other words"}, {"reason": "", "side": "support"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()
    assert rows.update(reason="") == 3


# Ending and moving ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [services.decline, services.cancel])
def test_a_booking_that_ends_frees_its_time(hour: SessionType, cleo: User, end: Any) -> None:
    booking = book(hour, cleo)
    by = builder_of(booking) if end is services.decline else client_of(booking)

    ended = end(booking=booking, by=by, reason="Ill.")
    again = end(booking=booking, by=by)

    assert (ended.state, ended.cancelled_by, ended.cancel_reason) == (State.CANCELLED, by.side, "Ill.")
    assert again.version == ended.version
    assert live() == 0
    assert book(hour, cleo).state == State.PENDING, "the same time again"


@pytest.mark.parametrize(
    ("ahead", "percent"),
    [(timedelta(hours=72), 0), (timedelta(hours=48), 0), (timedelta(hours=47), 50), (timedelta(hours=3), 100)],
)
def test_the_fee_for_cancelling_follows_the_terms(
    hour: SessionType, cleo: User, ahead: timedelta, percent: int
) -> None:
    booking = confirmed(hour, cleo)
    booking.tiers = [[48, 0], [24, 50], [0, 100]]
    now = booking.starts_at - ahead

    assert rules.cost_of(booking, Verb.CANCEL, Side.CLIENT, now).percent == percent
    assert rules.cost_of(booking, Verb.RESCHEDULE, Side.CLIENT, now).fee.amount == Decimal(90) * percent / 100
    assert rules.cost_of(booking, Verb.CANCEL, Side.BUILDER, now).is_free
    assert rules.cost_of(booking, Verb.CANCEL, Side.SUPPORT, now).is_free


def test_the_fee_for_a_late_cancellation_is_recorded(hour: SessionType, cleo: User) -> None:
    CancellationTierFactory.create(session_type=hour, hours=0, percent=50)
    booking = confirmed(hour, cleo)

    ended = services.cancel(booking=booking, by=client_of(booking))

    assert (ended.cancel_percent, ended.cancel_fee) == (50, Decimal(45))
    assert latest(ended).fee == Decimal(45)


def test_the_terms_in_words() -> None:
    assert rules.terms_in_words([[24, 0], [0, 50]]) == [
        "Cancelling 24 hours ahead or earlier is free.",
        "Cancelling later costs 50%.",
    ]
    assert rules.terms_in_words([]) == ["You can cancel at any time, free of charge."]
    assert rules.terms_in_words([[0, 100]]) == ["Cancelling at any time costs the whole price."]


def test_a_move_keeps_the_reference_and_the_uid_and_frees_the_old_time(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo, soon(10))

    moved = services.reschedule(booking=booking, start=soon(14), by=builder_of(booking))

    assert (moved.reference, moved.calendar_uid) == (booking.reference, booking.calendar_uid)
    assert (moved.starts_at, moved.previous_start, moved.sequence) == (soon(14), soon(10), 1)
    assert moved.state == State.CONFIRMED, "the builder's own move needs no confirming"
    assert live() == 1
    assert book(hour, make_person("Sam Lee"), soon(10)).state == State.PENDING


def test_a_client_who_moves_a_confirmed_session_needs_an_answer_again(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo, soon(10))

    moved = services.reschedule(booking=booking, start=soon(14), by=client_of(booking))

    assert moved.state == State.PENDING
    assert moved.answer_by is not None


def test_a_move_may_overlap_its_old_time(ada: User, cleo: User) -> None:
    shop(ada)
    hour = offer(ada, slot_interval=30)
    booking = confirmed(hour, cleo, soon(10))

    assert services.reschedule(booking=booking, start=soon(10, 30), by=builder_of(booking)).starts_at == soon(10, 30)


def test_a_move_to_a_taken_time_changes_nothing(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo, soon(10))
    book(hour, make_person("Sam Lee"), soon(14))

    error = refused(lambda: services.reschedule(booking=booking, start=soon(14), by=client_of(booking)))

    assert error.refusal == TimeRefusal.SLOT_TAKEN
    kept = Booking.objects.get(pk=booking.pk)
    assert (kept.starts_at, kept.state, kept.version) == (soon(10), State.CONFIRMED, 2)
    assert live() == 2


# Due changes -------------------------------------------------------------------------------------------------


def test_an_unanswered_request_ends(hour: SessionType, cleo: User) -> None:
    booking = book(hour, cleo)
    now = clock.now()

    assert due_changes.apply_due_changes(now) == 0
    put_in_state(booking, State.PENDING, answer_by=now - timedelta(seconds=1), confirmed_at=None)
    due_changes.apply_due_changes(now)
    due_changes.apply_due_changes(now)

    ended = Booking.objects.get()
    assert (ended.state, ended.cancelled_by) == (State.CANCELLED, "system")
    assert [verb for verb, *_ in events(ended)] == ["request", "expire"]
    assert live() == 0


@pytest.mark.parametrize(
    ("ahead", "notice", "within"),
    [
        (timedelta(days=9), timedelta(hours=2), timedelta(hours=48)),
        (timedelta(hours=30), timedelta(hours=6), timedelta(hours=24)),
        (timedelta(hours=6), timedelta(hours=6), timedelta(hours=3)),
    ],
)
def test_how_long_a_builder_has_to_answer(ahead: timedelta, notice: timedelta, within: timedelta) -> None:
    now = clock.now()

    assert rules.answer_by(now, now + ahead, notice) == now + within


def test_a_session_starts_and_completes_by_itself(hour: SessionType, cleo: User) -> None:
    booking = put_in_state(confirmed(hour, cleo), State.CONFIRMED)
    start, end = booking.starts_at, booking.ends_at
    past = clock.now() - timedelta(hours=49, minutes=30)
    Reservation.objects.update(during=(past - timedelta(hours=1), past))
    Booking.objects.update(starts_at=past - timedelta(hours=1), ends_at=past)

    due_changes.apply_due_changes(clock.now())
    assert Booking.objects.get().state == State.COMPLETED
    due_changes.apply_due_changes(clock.now())
    assert [verb for verb, *_ in events(booking)] == ["request", "confirm", "start", "complete"]
    assert all(event.side == Side.SYSTEM for event in list(booking.events.all())[2:])
    assert (start, end) != (past, past)


def test_a_due_change_is_checked_again_under_the_lock(hour: SessionType, cleo: User) -> None:
    """A booking may have been moved after it was selected as due, so that it is not due once its row is locked."""
    booking = confirmed(hour, cleo)

    assert services.start(booking=booking, by=SYSTEM).state == State.CONFIRMED
    assert services.expire(booking=book(hour, cleo, soon(15))).state == State.PENDING


# Notifications -------------------------------------------------------------------------------------------------


def recipients_waiting(channel: str) -> list[str]:
    messages = OutboxMessage.objects.filter(channel=channel, state="waiting").order_by("created_at", "recipient")
    return [message.recipient for message in messages]


def test_both_sides_are_mailed_and_the_other_side_is_notified_in_waymark(hour: SessionType, cleo: User) -> None:
    booking = book(hour, cleo)

    assert sorted(recipients_waiting("booking")) == sorted([cleo.email, hour.builder.email])
    assert [note.person for note in Notification.objects.all()] == [hour.builder]
    services.confirm(booking=booking, by=builder_of(booking))
    assert Notification.objects.filter(person=cleo).count() == 1


def test_no_mail_is_queued_for_a_person_who_wants_none(hour: SessionType, cleo: User) -> None:
    cleo.wants_mail = False
    cleo.save()

    book(hour, cleo)

    assert recipients_waiting("booking") == [hour.builder.email]


def test_reminders_follow_a_move_and_are_withdrawn_on_cancelling(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)
    due = set(OutboxMessage.objects.filter(channel="reminder").values_list("due_at", flat=True))
    assert {(booking.starts_at - at).total_seconds() // 3600 for at in due} <= {23, 24, 0, 1}
    assert len(recipients_waiting("reminder")) == 4

    moved = services.reschedule(booking=booking, start=soon(14), by=builder_of(booking))
    assert len(recipients_waiting("reminder")) == 4
    assert {message.payload["sequence"] for message in OutboxMessage.objects.filter(channel="reminder")} == {1}

    services.cancel(booking=moved, by=client_of(moved))
    assert recipients_waiting("reminder") == []
    assert [finding for finding in integrity_findings(clock.now()) if "reminder" in finding.check] == []


def test_clients_are_notified_when_their_builder_loses_the_role(hour: SessionType, cleo: User, alex: User) -> None:
    from accounts.roles import Role
    from accounts.services import revoke

    confirmed(hour, cleo)

    revoke(user=hour.builder, role=Role.BUILDER, by=alex, reason="test")

    assert Notification.objects.filter(person=cleo, title__contains="no longer offers").exists()
    assert Booking.objects.get().state == State.CONFIRMED


# Integrity ---------------------------------------------------------------------------------------------------


def test_the_integrity_checks_find_exactly_the_inconsistent_bookings(hour: SessionType, cleo: User) -> None:
    moved, released, cancelled, intact = (confirmed(hour, cleo, soon(hour_)) for hour_ in (9, 10, 11, 12))
    overdue = book(hour, cleo, soon(13))
    assert integrity_findings(clock.now()) == []

    Booking.objects.filter(pk=moved.pk).update(starts_at=moved.starts_at - timedelta(minutes=5))
    Seat.objects.filter(pk=released.seat_id).update(released_at=clock.now())
    put_in_state(cancelled, State.CANCELLED)
    Booking.objects.filter(pk=overdue.pk).update(answer_by=clock.now() - timedelta(hours=1))

    checks = {finding.check for finding in integrity_findings(clock.now())}
    sentences = " ".join(finding.what for finding in integrity_findings(clock.now()))
    assert {"bookings: time", "bookings: seats", "bookings: events", "bookings: clock", "bookings: reminders"} <= checks
    assert intact.reference not in sentences


def test_booking_needs_at_most_thirty_queries(
    hour: SessionType, cleo: User, django_assert_max_num_queries: Any
) -> None:
    visitor = person_visitor(cleo)
    priced = check(booking_request(hour), visitor)

    with django_assert_max_num_queries(30):
        services.request(priced=priced)
