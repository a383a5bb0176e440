"""A suggested time that several people want at the same moment."""

from __future__ import annotations

from itertools import count

import pytest

from accounts.models import User
from bookings.agreement import services
from bookings.integrity import seats, times
from bookings.models import Booking, Proposal
from bookings.proposals import services as proposals
from bookings.states import AHEAD, State
from coaching.models import SessionType
from core import clock
from tests.at_once import DONE, at_once
from tests.bookings.cast import book, builder_of, client_of, confirmed, shop
from tests.cast import make_builder_person, make_person
from tests.scheduling.cast import soon

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed_module")]
numbers = count()


@pytest.fixture
def hour() -> SessionType:
    return shop(make_builder_person(f"Ada Moreno {next(numbers)}"))


def person(name: str) -> User:
    return make_person(f"{name} {next(numbers)}")


def suggested(booking: Booking, hour: int = 14) -> Proposal:
    (proposal,) = proposals.propose(booking=booking, starts=[soon(hour)], by=builder_of(booking))
    return Proposal.objects.select_related("booking").get(pk=proposal.pk)


def accept(proposal: Proposal) -> Booking:
    return proposals.accept(proposal=proposal, by=client_of(proposal.booking))


def who_has(hour: SessionType, start: int) -> list[Booking]:
    return list(Booking.objects.filter(builder=hour.builder, starts_at=soon(start), state__in=AHEAD))


def assert_consistent() -> None:
    assert list(times(clock.now())) == []
    assert list(seats(clock.now())) == []


def test_two_clients_accept_the_same_time(hour: SessionType) -> None:
    first = suggested(confirmed(hour, person("Cleo Park"), soon(10)))
    second = suggested(confirmed(hour, person("Sam Lee"), soon(12)))

    outcomes = at_once(lambda: accept(first), lambda: accept(second))

    assert sorted(outcomes) == [DONE, "slot_taken"]
    assert len(who_has(hour, 14)) == 1
    assert len(who_has(hour, 10)) + len(who_has(hour, 12)) == 1, "the slower one keeps their old time"
    assert_consistent()


def test_one_accepts_while_another_books(hour: SessionType) -> None:
    proposal, sam = suggested(confirmed(hour, person("Cleo Park"), soon(10))), person("Sam Lee")

    outcomes = at_once(lambda: accept(proposal), lambda: book(hour, sam, soon(14)))

    assert sorted(outcomes) == [DONE, "slot_taken"]
    assert len(who_has(hour, 14)) == 1
    assert_consistent()


def test_a_double_click_accepts_once(hour: SessionType) -> None:
    proposal = suggested(confirmed(hour, person("Cleo Park"), soon(10)))

    assert at_once(*[lambda: accept(proposal)] * 3) == [DONE, DONE, DONE]
    assert proposal.booking.events.filter(verb="accept").count() == 1


def test_the_client_accepts_while_the_builder_cancels(hour: SessionType) -> None:
    proposal = suggested(confirmed(hour, person("Cleo Park"), soon(10)))
    booking = Booking.objects.complete().get(pk=proposal.booking_id)

    outcomes = at_once(
        lambda: accept(proposal), lambda: services.cancel(booking=booking, by=builder_of(booking), reason="Ill.")
    )

    assert DONE in outcomes
    assert set(outcomes) <= {DONE, "proposal_closed"}
    assert Booking.objects.get(pk=booking.pk).state == State.CANCELLED
    assert_consistent()


def test_accepting_and_declining_at_once_does_one_of_them(hour: SessionType) -> None:
    proposal = suggested(confirmed(hour, person("Cleo Park"), soon(10)))
    booking = proposal.booking

    at_once(lambda: accept(proposal), lambda: proposals.decline(booking=booking, by=client_of(booking)))

    state = Proposal.objects.get(pk=proposal.pk).state
    assert (state == "accepted") == (Booking.objects.get(pk=booking.pk).starts_at == soon(14))
    assert booking.events.filter(verb__in=["accept", "refuse"]).count() == 1
