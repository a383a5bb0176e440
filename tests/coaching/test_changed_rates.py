"""What follows for session types when the builder changes the length of a day or the currency."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.models import User
from coaching.models import SessionType
from coaching.quotes import price_list
from coaching.services import duplicate, save_rates
from coaching.terms import offer_of, terms_of
from tests.scheduling.cast import offer

pytestmark = pytest.mark.django_db


def test_a_session_at_the_day_rate_follows_the_length_of_a_day(ada: User) -> None:
    def save(day_minutes: int) -> None:
        save_rates(builder=ada, hourly_rate=None, day_rate=Decimal(500), day_minutes=day_minutes, services=[])

    save(480)
    day = offer(ada, minutes=(480,), rate_types=["day"])
    save(420)

    day.refresh_from_db()
    prices = price_list(terms_of(SessionType.objects.complete().get(), offer_of(ada.pk)))
    assert (day.default_minutes, [(minutes, price.total.shown()) for minutes, price in prices]) == (
        420,
        [(420, "€500.00")],
    )
    offer(ada, minutes=(420, 480), rate_types=["day"])
    save(480)


def test_a_copy_takes_the_decimals_of_the_currency(ada: User) -> None:
    session_type = offer(ada, price="50.50")
    save_rates(builder=ada, hourly_rate=None, day_rate=None, day_minutes=480, services=[], currency="JPY")

    assert duplicate(session_type=session_type, by=ada).durations.get().price == Decimal(51)
