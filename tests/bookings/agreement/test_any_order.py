"""The whole life of bookings against a simple model, in any order that hypothesis thinks of."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from accounts.models import User
from bookings.agreement import due_changes, rules, services
from bookings.agreement.transitions import Actor
from bookings.models import Booking, BookingEvent
from bookings.states import LIVE, Side, State, Verb
from coaching.models import SessionType
from core import clock, outbox
from core.errors import Refused
from core.models import OutboxMessage
from core.registry import integrity_findings
from scheduling import claims
from scheduling.models import Reservation, Seat
from tests.bookings.cast import book, booking_request, forgotten, person_visitor, shop
from tests.cast import make_builder_person, make_person
from tests.scheduling.cast import soon

HOURS = st.integers(9, 13)
WHO = st.integers(0, 1)


class Life(RuleBasedStateMachine):
    """Two clients, one builder, five hours of one day. `held` and `taken` say who has which hour."""

    hour: SessionType
    clients: list[User]

    def __init__(self) -> None:
        super().__init__()
        self.scope = forgotten()
        self.scope.__enter__()
        builder = make_builder_person("Ada Moreno")
        self.hour = shop(builder)
        self.clients = [make_person("Cleo Park"), make_person("Sam Lee")]
        self.held: dict[int, int] = {}  # hour: client
        self.taken: dict[int, int] = {}  # hour: client
        self.at: dict[Any, int] = {}  # booking: hour
        self.states: dict[Any, State] = {}

    def teardown(self) -> None:
        self.scope.__exit__(None, None, None)

    def some(self, number: int, *states: State) -> Booking | None:
        found = [pk for pk, state in self.states.items() if state in states]
        return Booking.objects.complete().get(pk=found[number % len(found)]) if found else None

    def is_free(self, hour: int, who: int) -> bool:
        return hour not in self.taken and self.held.get(hour, who) == who

    @rule(hour=HOURS, who=WHO)
    def hold(self, hour: int, who: int) -> None:
        ask = booking_request(self.hour, soon(hour)).ask(person_visitor(self.clients[who]))
        free = self.is_free(hour, who)
        try:
            claims.hold(ask)
        except Refused:
            assert not free
        else:
            assert free
            self.held = {at: whose for at, whose in self.held.items() if whose != who} | {hour: who}

    @rule()
    def holds_expire(self) -> None:
        past = clock.now() - timedelta(seconds=1)
        Seat.objects.filter(expires_at__isnull=False, released_at__isnull=True).update(expires_at=past)
        Reservation.objects.filter(kind="HOLD", released_at__isnull=True).update(expires_at=past)
        self.held.clear()

    @rule(hour=HOURS, who=WHO)
    def request(self, hour: int, who: int) -> None:
        free = self.is_free(hour, who)
        try:
            with transaction.atomic():
                made = book(self.hour, self.clients[who], soon(hour))
        except Refused:
            assert not free
        else:
            assert free
            self.held = {at: whose for at, whose in self.held.items() if whose != who}
            self.taken[hour], self.at[made.pk], self.states[made.pk] = who, hour, State.PENDING

    @rule(number=st.integers(0, 9))
    def confirm(self, number: int) -> None:
        if booking := self.some(number, State.PENDING, State.CONFIRMED):
            services.confirm(booking=booking, by=Actor(Side.BUILDER, self.hour.builder))
            self.states[booking.pk] = State.CONFIRMED

    @rule(number=st.integers(0, 9), by=st.sampled_from([Side.CLIENT, Side.BUILDER]))
    def end(self, number: int, by: Side) -> None:
        booking = self.some(number, State.PENDING, State.CONFIRMED, State.CANCELLED)
        if booking is None:
            return
        person = booking.client if by == Side.CLIENT else self.hour.builder
        is_decline = by == Side.BUILDER and booking.state == State.PENDING
        (services.decline if is_decline else services.cancel)(booking=booking, by=Actor(by, person))
        self._over(booking)

    def _over(self, booking: Booking) -> None:
        if self.states[booking.pk] in LIVE:
            self.taken.pop(self.at[booking.pk])
        self.states[booking.pk] = State.CANCELLED

    @rule(number=st.integers(0, 9), hour=HOURS)
    def move(self, number: int, hour: int) -> None:
        booking = self.some(number, State.PENDING, State.CONFIRMED)
        if booking is None:
            return
        old, who = self.at[booking.pk], self.clients.index(booking.client)  # type: ignore[arg-type]
        free = hour == old or self.is_free(hour, who)
        try:
            services.reschedule(booking=booking, start=soon(hour), by=Actor(Side.CLIENT, booking.client))
        except Refused:
            assert not free
            return
        assert free
        if hour != old:
            self.taken.pop(old)
            self.held = {at: whose for at, whose in self.held.items() if whose != who}
            self.taken[hour], self.at[booking.pk], self.states[booking.pk] = who, hour, State.PENDING

    @rule(number=st.integers(0, 9))
    def unanswered(self, number: int) -> None:
        if booking := self.some(number, State.PENDING):
            Booking.objects.filter(pk=booking.pk).update(answer_by=clock.now() - timedelta(seconds=1))
            due_changes.apply_due_changes(clock.now())
            self._over(booking)

    @rule(number=st.integers(0, 9))
    def begin_and_complete(self, number: int) -> None:
        if booking := self.some(number, State.CONFIRMED):
            by = Actor(Side.BUILDER, self.hour.builder)
            services.complete(booking=services.start(booking=booking, by=by), by=by)
            self.states[booking.pk] = State.COMPLETED

    @rule()
    def the_clock_twice(self) -> None:
        before = BookingEvent.objects.count()
        due_changes.apply_due_changes(clock.now())
        due_changes.apply_due_changes(clock.now())
        assert BookingEvent.objects.count() == before

    @rule()
    def deliver(self) -> None:
        outbox.deliver_due()

    @precondition(lambda self: OutboxMessage.objects.filter(channel="booking", state="delivered").exists())
    @rule()
    def a_worker_died_after_sending(self) -> None:
        """The row comes back: the mail goes out again with the same id, and nothing else happens."""
        found = OutboxMessage.objects.filter(channel="booking", state="delivered").first()
        assert found is not None
        before = BookingEvent.objects.count()
        OutboxMessage.objects.filter(pk=found.pk).update(state="waiting", delivered_at=None)
        outbox.deliver_due()
        assert BookingEvent.objects.count() == before

    @invariant()
    def the_rows_are_the_model(self) -> None:
        states = {pk: State(state) for pk, state in Booking.objects.values_list("pk", "state")}
        assert states == self.states
        now = clock.now()
        live = Reservation.objects.live(now).filter(kind="BOOKED")
        assert {_hour(row.during.lower) for row in live} == set(self.taken)
        holds = Reservation.objects.live(now).filter(kind="HOLD")
        assert {_hour(row.during.lower) for row in holds} == set(self.held)

    @invariant()
    def the_audit_finds_nothing(self) -> None:
        found = [each for each in integrity_findings(clock.now()) if "outbox" not in each.check]
        assert found == []

    @invariant()
    def what_is_allowed_is_what_the_table_says(self) -> None:
        for booking in Booking.objects.filter(state=State.CANCELLED):
            assert rules.allowed_verbs(booking, frozenset(Side), clock.now()) == []
            assert Verb.CANCEL not in rules.allowed_verbs(booking, frozenset({Side.CLIENT}), clock.now())


def _hour(at: datetime) -> int:
    return next(hour for hour in range(24) if soon(hour) == at)


def live_for(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )


@pytest.mark.slow
@pytest.mark.django_db
def test_any_life_of_bookings() -> None:
    live_for(12, 25)


@pytest.mark.deep
@pytest.mark.django_db
def test_ten_thousand_steps() -> None:
    live_for(200, 50)
