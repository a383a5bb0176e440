"""What a page shows is what is booked: a change of price, currency or terms in between is shown first."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import User
from bookings.models import Booking
from coaching.models import SessionType
from coaching.services import Config, save_config, save_rates
from tests.bookings.wizard.steps import choose, form_of, go_on
from tests.reading import visible_text
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db


def test_a_changed_price_is_shown_before_booking(client: Client, hour: SessionType, cleo: User) -> None:
    """Somebody who has seen the old price must not book at the new one without seeing it."""
    client.force_login(cleo)
    review = go_on(client, choose(client, hour))["Location"]
    form = form_of(client.get(review))
    save_config(builder=hour.builder, config=Config(prices={60: Decimal(200)}))

    answer = client.post(review, form)

    assert answer.status_code == 409
    assert "The price is now $200.00." in visible_text(answer)
    assert not Booking.objects.exists()


def test_the_same_number_in_another_currency_is_another_price(client: Client, hour: SessionType, cleo: User) -> None:
    client.force_login(cleo)
    review = go_on(client, choose(client, hour))["Location"]
    form = form_of(client.get(review))
    save_config(builder=hour.builder, config=Config(prices={60: Decimal(90)}, currency="GBP"))

    assert "The price is now £90.00." in visible_text(client.post(review, form))
    assert not Booking.objects.exists()


def test_the_same_number_by_the_hour_is_another_price(client: Client, hour: SessionType, cleo: User) -> None:
    SessionType.objects.filter(pk=hour.pk).update(rate_types=["fixed", "hourly"])
    hour.durations.all().delete()
    client.force_login(cleo)
    review = go_on(client, choose(client, hour, soon(10, 30), minutes="90"))["Location"]
    form = form_of(client.get(review))
    assert form["price"] == "120.00"
    save_rates(builder=hour.builder, hourly_rate=Decimal(120), day_rate=None, day_minutes=480, services=[])
    save_config(builder=hour.builder, config=Config(prices={60: Decimal(90)}, allows_custom_duration=True))

    assert "The price is now $180.00." in visible_text(client.post(review, form))
    assert not Booking.objects.exists()


def test_changed_terms_for_cancelling_are_shown_before_booking(client: Client, hour: SessionType, cleo: User) -> None:
    client.force_login(cleo)
    review = go_on(client, choose(client, hour))["Location"]
    form = form_of(client.get(review))
    hour.tiers.create(hours=0, percent=100)

    answer = client.post(review, form)

    assert "The cancellation terms have changed." in visible_text(answer)
    assert not Booking.objects.exists()
    assert client.post(review, form_of(answer)).status_code == 302


@pytest.mark.parametrize("price", ["sNaN", "NaN", "Infinity", "1e999999", "-1", "x"])
def test_a_price_that_is_none_does_no_harm(client: Client, hour: SessionType, cleo: User, price: str) -> None:
    client.force_login(cleo)
    review = go_on(client, choose(client, hour))["Location"]

    assert client.post(review, form_of(client.get(review)) | {"price": price}).status_code in (302, 409)
