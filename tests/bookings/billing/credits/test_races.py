"""Two bookings at once that want the same last credit."""

from __future__ import annotations

from functools import partial

import pytest

from accounts.models import User
from bookings.models import Booking
from coaching.models import SessionType
from core import clock
from core.registry import integrity_findings
from payments.credits.queries import left_of
from tests.at_once import DONE, at_once
from tests.bookings.cast import book, shop
from tests.cast import make_builder_person, make_person
from tests.factories.payments import CreditGrantFactory
from tests.scheduling.cast import soon


@pytest.fixture
def cleo(committed: None) -> User:
    return make_person("Cleo Park")


@pytest.fixture
def hour(committed: None) -> SessionType:
    return shop(make_builder_person("Ada Moreno"))


def test_one_of_two_bookings_gets_the_last_credit(hour: SessionType, cleo: User) -> None:
    grant = CreditGrantFactory.create(holder=cleo, builder=hour.builder, sessions=1)

    outcomes = at_once(
        partial(book, hour, cleo, soon(10), use_credit=True), partial(book, hour, cleo, soon(12), use_credit=True)
    )

    assert outcomes == [DONE, "no_credit"]
    assert left_of([grant])[grant.pk] == 0
    assert Booking.objects.count() == 1
    assert list(integrity_findings(clock.now())) == []


def test_two_of_four_bookings_get_the_last_two_credits(hour: SessionType, cleo: User) -> None:
    grant = CreditGrantFactory.create(holder=cleo, builder=hour.builder, sessions=2)

    outcomes = at_once(*[partial(book, hour, cleo, soon(number), use_credit=True) for number in (9, 10, 11, 12)])

    assert sorted(outcomes) == [DONE, DONE, "no_credit", "no_credit"]
    assert left_of([grant])[grant.pk] == 0
