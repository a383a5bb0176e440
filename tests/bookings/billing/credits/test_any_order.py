"""Credits through random lives: bought, used, returned, lost, expired, given and refunded, in any order.

After each step the credits of the ledger are those that a simple count expects: never fewer than none, none lost.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from bookings.agreement import services as agreement
from bookings.models import Booking
from bookings.states import AHEAD, State
from coaching.models import CancellationTier, SessionType
from core import clock
from core.errors import Refused
from core.ids import uuid7
from core.registry import integrity_findings
from payments.credits import services
from payments.credits.models import CreditGrant
from payments.credits.queries import left_of
from tests.bookings.cast import book, builder_of, client_of, forgotten, shop
from tests.cast import make_builder_person, make_person
from tests.factories.payments import CreditGrantFactory
from tests.scheduling.cast import soon

NUMBERS = st.integers(0, 9)


class CreditLife(RuleBasedStateMachine):
    """Two clients with credits of one builder, whose sessions can be cancelled for free until five days before."""

    hour: SessionType

    def __init__(self) -> None:
        super().__init__()
        self.scope = forgotten()
        self.scope.__enter__()
        self.hour = shop(make_builder_person("Ada Moreno"))
        CancellationTier.objects.filter(session_type=self.hour).delete()
        for hours, percent in ((120, 0), (0, 50)):
            CancellationTier.objects.create(session_type=self.hour, hours=hours, percent=percent)
        self.clients = [make_person("Cleo Park"), make_person("Sam Lee")]
        self.expected: Counter[Any] = Counter()  # grant: credits

    def teardown(self) -> None:
        self.scope.__exit__(None, None, None)

    def pick(self, number: int, rows: Any) -> Any:
        candidates = list(rows.order_by("pk"))
        return candidates[number % len(candidates)] if candidates else None

    @rule(number=NUMBERS, sessions=st.integers(1, 3), is_gift=st.booleans())
    def buy(self, number: int, sessions: int, is_gift: bool) -> None:
        if CreditGrant.objects.count() < 4:
            grant = CreditGrantFactory.create(
                holder=self.clients[number % 2], builder=self.hour.builder, sessions=sessions, is_waiting=is_gift
            )
            self.expected[grant.pk] = sessions

    @rule(number=NUMBERS, days=st.integers(2, 9), at=st.integers(9, 15))
    def use(self, number: int, days: int, at: int) -> None:
        try:
            with transaction.atomic():
                booking = book(self.hour, self.clients[number % 2], soon(at, days=days), use_credit=True)
        except Refused:
            return
        self.expected[booking.credit_grant_id] -= 1

    @rule(number=NUMBERS, is_confirmed=st.booleans(), by_builder=st.booleans())
    def end(self, number: int, is_confirmed: bool, by_builder: bool) -> None:
        booking = self.pick(number, Booking.objects.filter(state__in=AHEAD))
        if booking is None:
            return
        if is_confirmed and booking.state == State.PENDING:
            booking = agreement.confirm(booking=booking, by=builder_of(booking))
        is_late = booking.state == State.CONFIRMED and booking.starts_at - clock.now() < timedelta(hours=120)
        if by_builder and booking.state == State.PENDING:
            agreement.decline(booking=booking, by=builder_of(booking))
        else:
            agreement.cancel(booking=booking, by=builder_of(booking) if by_builder else client_of(booking))
        if by_builder or not is_late:
            self.expected[booking.credit_grant_id] += 1

    @rule(number=NUMBERS)
    def refund(self, number: int) -> None:
        grant = self.pick(number, CreditGrant.objects.all())
        if grant is None:
            return
        try:
            with transaction.atomic():
                worth = services.withdraw(grant_id=grant.pk, key=uuid7())
        except Refused:
            assert self.expected[grant.pk] == 0
            return
        assert worth == grant.worth(self.expected[grant.pk])
        self.expected[grant.pk] = 0

    @rule(number=NUMBERS)
    def expire(self, number: int) -> None:
        grant = self.pick(number, CreditGrant.objects.all())
        if grant is not None:
            ended = services.expire(grant_id=grant.pk, now=clock.now() + timedelta(days=2000))
            assert ended == self.expected[grant.pk]
            self.expected[grant.pk] = 0

    @rule(number=NUMBERS, other=NUMBERS)
    def claim(self, number: int, other: int) -> None:
        grant = self.pick(number, CreditGrant.objects.filter(is_waiting=True))
        if grant is not None:
            try:
                with transaction.atomic():
                    services.claim_gift(grant_id=grant.pk, by=self.clients[other % 2])
            except Refused:
                assert self.expected[grant.pk] == 0

    @invariant()
    def credits_are_as_expected(self) -> None:
        left = left_of(CreditGrant.objects.all())
        assert left == dict(self.expected)
        assert all(count >= 0 for count in left.values())

    @invariant()
    def integrity_checks_find_nothing(self) -> None:
        findings = [finding for finding in integrity_findings(clock.now()) if finding.check == "payments: credits"]
        assert findings == []


def check_in_any_order(examples: int, steps: int) -> None:
    options = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck),
        database=None,
    )  # fmt: skip
    run_state_machine_as_test(CreditLife, settings=options)


@pytest.mark.slow
@pytest.mark.django_db
def test_credits_in_any_order() -> None:
    check_in_any_order(5, 20)


@pytest.mark.deep
@pytest.mark.django_db
def test_credits_in_any_order_for_ten_thousand_steps() -> None:
    check_in_any_order(200, 50)
