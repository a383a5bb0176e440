"""Two requests at once that change the same offer, with real threads and connections."""

from __future__ import annotations

from decimal import Decimal
from itertools import count

import pytest

from accounts.models import User
from coaching import services
from coaching.models import CancellationTier, Offer, OfferedDuration, Question, SessionDuration, SessionType
from coaching.services import Config, QuestionInput, SessionTypeParts
from tests.at_once import DONE, at_once
from tests.cast import make_builder_person
from tests.scheduling.cast import offer

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed_module")]
numbers = count()


@pytest.fixture
def builder() -> User:
    return make_builder_person(f"Ada Moreno {next(numbers)}")


def positions(builder: User) -> list[int]:
    return sorted(SessionType.objects.filter(builder=builder).values_list("position", flat=True))


def reloaded(session_type: SessionType) -> SessionType:
    return SessionType.objects.get(pk=session_type.pk)


def test_a_config_saved_twice(builder: User) -> None:
    def save(price: int) -> None:
        services.save_config(builder=builder, config=Config(prices={60: Decimal(price)}))

    assert at_once(lambda: save(50), lambda: save(60)) == [DONE, DONE]
    assert OfferedDuration.objects.filter(offer__builder=builder).count() == 1


def test_the_first_rates_saved_twice(builder: User) -> None:
    def save(rate: int) -> None:
        services.save_rates(
            builder=builder, hourly_rate=Decimal(rate), day_rate=None, day_minutes=480, services=[], currency="EUR"
        )

    assert at_once(lambda: save(50), lambda: save(60)) == [DONE, DONE]
    assert Offer.objects.filter(builder=builder).count() == 1


def test_two_new_session_types_get_different_positions(builder: User) -> None:
    def save(title: str) -> None:
        session_type = SessionType(builder=builder, title=title, default_minutes=60, is_active=False)
        services.save_session_type(session_type=session_type, parts=SessionTypeParts({60: None}), by=builder)

    assert at_once(lambda: save("One"), lambda: save("Two")) == [DONE, DONE]
    assert positions(builder) == [0, 1]


def test_a_session_type_duplicated_twice(builder: User) -> None:
    original = offer(builder)

    assert at_once(*[lambda: services.duplicate(session_type=reloaded(original), by=builder) for _ in range(2)]) == [
        DONE,
        DONE,
    ]
    assert positions(builder) == [0, 1, 2]


def test_one_session_type_saved_twice(builder: User) -> None:
    session_type = offer(builder, price="90")
    parts = SessionTypeParts(
        durations={60: Decimal(90), 90: Decimal(120)},
        tiers={24: 50, 48: 20},
        questions=[QuestionInput("What for?", Question.Kind.TEXT)],
    )

    def save() -> None:
        services.save_session_type(session_type=reloaded(session_type), parts=parts, by=builder)

    assert at_once(save, save) == [DONE, DONE]
    assert SessionDuration.objects.filter(session_type=session_type).count() == 2
    assert CancellationTier.objects.filter(session_type=session_type).count() == 2


def test_two_orders_of_the_same_list_saved_at_once(builder: User) -> None:
    types = [offer(builder, title=f"Hour {number}") for number in range(4)]
    order = [session_type.pk for session_type in types]

    outcomes = at_once(
        lambda: services.reorder(builder=builder, order=order),
        lambda: services.reorder(builder=builder, order=order[::-1]),
    )

    assert outcomes == [DONE, DONE]
    stored = list(SessionType.objects.filter(builder=builder).order_by("position").values_list("pk", flat=True))
    assert stored in (order, order[::-1])
    assert positions(builder) == [0, 1, 2, 3]


def test_an_order_saved_while_a_session_type_is_added(builder: User) -> None:
    types = [offer(builder, title=f"Hour {number}") for number in range(3)]
    order = [session_type.pk for session_type in types]

    outcomes = at_once(
        lambda: services.reorder(builder=builder, order=order[::-1]), lambda: offer(builder, title="New")
    )

    assert outcomes == [DONE, DONE]
    assert positions(builder) == [0, 1, 2, 3]


def test_a_session_type_opened_and_closed(builder: User) -> None:
    session_type = offer(builder, price="90")

    outcomes = at_once(
        *[
            lambda is_active=is_active: services.set_active(
                session_type=reloaded(session_type), is_active=is_active, by=builder
            )
            for is_active in (True, False)
        ]
    )

    assert outcomes == [DONE, DONE]
