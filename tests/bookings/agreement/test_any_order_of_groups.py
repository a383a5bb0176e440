"""Groups, waiting lists and series at once, in any order that hypothesis thinks of: what must hold all the same."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from accounts.models import User
from bookings.agreement import due_changes, services
from bookings.agreement.requests import check
from bookings.models import Booking, SlotOffer, WaitingListEntry
from bookings.series import services as series
from bookings.states import LIVE
from bookings.waiting_list import rules as waiting_rules
from bookings.waiting_list import services as waiting_list
from bookings.wizard.forms import DetailsForm
from coaching.models import SessionType
from core import clock, outbox
from core.errors import Refused
from core.registry import integrity_findings
from scheduling.loading import moment
from scheduling.models import Seat
from scheduling.queries import free_times
from tests.bookings.cast import book, booking_request, client_of, forgotten, person_visitor
from tests.cast import make_builder_person, make_person
from tests.scheduling.cast import offer, open_hours, rates, soon

SEATS = 2
WHO, WHICH = st.integers(0, 3), st.integers(0, 9)
AT = st.integers(9, 10)


class Crowd(RuleBasedStateMachine):
    """Four clients, a group of two seats, two hours a day."""

    group: SessionType

    def __init__(self) -> None:
        super().__init__()
        self.scope = forgotten()
        self.scope.__enter__()
        builder = make_builder_person("Ada Moreno")
        rates(builder)
        open_hours(builder, [(weekday, 9 * 60, 11 * 60) for weekday in range(7)])
        self.group = offer(builder, seats=SEATS, auto_confirm=True)
        self.clients: list[User] = [make_person(f"Client {number}") for number in range(4)]
        self.booked: Counter[Any] = Counter()  # start: live bookings

    def teardown(self) -> None:
        self.scope.__exit__(None, None, None)

    def some(self, number: int, rows: Any) -> Any:
        found = list(rows.order_by("pk"))
        return found[number % len(found)] if found else None

    @rule(who=WHO, hour=AT)
    def join(self, who: int, hour: int) -> None:
        try:
            with transaction.atomic():
                book(self.group, self.clients[who], soon(hour))
        except Refused:
            return
        self.booked[soon(hour)] += 1

    @rule(which=WHICH)
    def leave(self, which: int) -> None:
        if booking := self.some(which, Booking.objects.complete().filter(state__in=LIVE)):
            services.cancel(booking=booking, by=client_of(booking))
            self.booked[booking.starts_at] -= 1

    @rule(who=WHO, hour=st.none() | AT)
    def wait(self, who: int, hour: int | None) -> None:
        day = soon(9).date()
        hours = {} if hour is None else {"from_minute": hour * 60, "to_minute": hour * 60 + 1}
        told = {"minutes": 60, "timezone": "Europe/Berlin", "first_day": day, "last_day": day}
        waiting_list.join(entry=WaitingListEntry(client=self.clients[who], session_type=self.group, **told, **hours))

    @rule()
    def something_is_offered(self) -> None:
        waiting_list.offer_free(clock.now())
        now = clock.now()
        for entry in WaitingListEntry.objects.active().exclude(offers__state="open"):
            known = set(entry.offers.values_list("starts_at", flat=True))
            slots = free_times(self.group, 60, waiting_rules.window(entry), now)
            left = {moment(slot.start) for slot in slots if waiting_rules.fits(entry, moment(slot.start))} - known
            mine = Seat.objects.filter(person=entry.client, released_at__isnull=True)
            assert left <= {seat.reservation.during.lower for seat in mine}, "whoever waits is offered what is free"

    @rule(which=WHICH)
    def accept(self, which: int) -> None:
        offered = self.some(which, SlotOffer.objects.select_related("place__client").filter(state="open"))
        if offered is None:
            return
        offered.place.session_type = self.group
        form = DetailsForm({}, session_type=self.group, person=offered.place.client)
        assert form.is_valid()
        booking = waiting_list.accept(offer=offered, form=form)
        assert waiting_list.accept(offer=offered, form=form) == booking
        self.booked[booking.starts_at] += 1

    @rule(which=WHICH)
    def decline(self, which: int) -> None:
        if offered := self.some(which, SlotOffer.objects.filter(state="open")):
            waiting_list.decline(offer=offered)

    @rule()
    def offers_expire(self) -> None:
        SlotOffer.objects.filter(state="open").update(expires_at=clock.now() - timedelta(seconds=1))
        waiting_list.expire_offers(clock.now())
        waiting_list.expire_offers(clock.now())

    @rule(who=WHO, hour=AT, count=st.integers(2, 3))
    def book_a_series(self, who: int, hour: int, count: int) -> None:
        visitor = person_visitor(self.clients[who])
        starts = series.dates(soon(hour), "Europe/Berlin", count, 1)
        priced = check(booking_request(self.group, starts[0]), visitor)
        try:
            series.book(
                priced=priced, visitor=visitor, starts=dict(enumerate(starts)), every_weeks=1, key=uuid4()
            )  # fmt: skip
        except Refused:
            return
        self.booked.update(starts)

    @rule(which=WHICH)
    def end_this_and_later(self, which: int) -> None:
        booking = self.some(which, Booking.objects.complete().filter(state__in=LIVE, series__isnull=False))
        if booking is not None:
            gone = [booking, *series.later(booking)]
            assert series.end(booking=booking, by=client_of(booking)) == len(gone)
            self.booked.subtract(each.starts_at for each in gone)

    @rule()
    def the_clock_and_the_post(self) -> None:
        due_changes.apply_due_changes(clock.now())
        outbox.deliver_due()

    @invariant()
    def bookings_are_the_model(self) -> None:
        live = Counter(Booking.objects.filter(state__in=LIVE).values_list("starts_at", flat=True))
        assert live == +self.booked

    @invariant()
    def nobody_sits_twice_and_no_group_is_oversold(self) -> None:
        seats = list(Seat.objects.filter(released_at__isnull=True).values_list("reservation", "person"))
        assert all(count <= SEATS for count in Counter(reservation for reservation, _ in seats).values())
        booked = Booking.objects.filter(state__in=LIVE).values_list("seat__reservation", "client")
        assert len(set(booked)) == len(booked)

    @invariant()
    def the_audit_finds_nothing(self) -> None:
        assert [each for each in integrity_findings(clock.now()) if "outbox" not in each.check] == []


def live_for(examples: int, steps: int) -> None:
    options = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck),
        database=None,
    )  # fmt: skip
    run_state_machine_as_test(Crowd, settings=options)


@pytest.mark.slow
@pytest.mark.django_db
def test_any_crowd() -> None:
    live_for(10, 25)


@pytest.mark.deep
@pytest.mark.django_db
def test_ten_thousand_steps_of_a_crowd() -> None:
    live_for(200, 50)
