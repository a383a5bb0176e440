"""The front page of staff: what each role sees, today's figures, and a constant number of queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from accounts.models import User
from bookings.models import Booking
from bookings.states import Side, State
from core import clock
from operations.front.figures import day_figures
from operations.models import ErrorCount
from payments.models import Payment
from tests.factories.accounts import BuilderApplicationFactory, UserFactory
from tests.factories.bookings import BookingFactory
from tests.factories.core import MailLogEntryFactory
from tests.factories.operations import AlarmStateFactory, ErrorCountFactory
from tests.factories.payments import PaymentFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)
QUERIES = 32


def test_the_figures_of_a_day_stand_beside_the_same_day_last_week_up_to_the_same_time() -> None:
    def at(when: datetime) -> None:
        Booking.objects.filter(pk=BookingFactory.create().pk).update(created_at=when)
        PaymentFactory.create(amount_paid=Decimal(75), paid_at=when)
        joined.append((UserFactory.create().pk, when))
        ErrorCountFactory.create(minute=when, count=2)

    joined: list[tuple[UUID, datetime]] = []
    week = timedelta(days=7)
    at(NOON - timedelta(hours=1))
    at(NOON - timedelta(hours=2))
    at(NOON - week - timedelta(hours=1))
    at(NOON - week + timedelta(hours=1))  # later in that day, which is not compared yet
    User.objects.update(created_at=NOON - timedelta(days=100))
    for key, when in joined:
        User.objects.filter(pk=key).update(created_at=when)
    cancelled = Booking.objects.order_by("created_at")[0]
    Booking.objects.filter(pk=cancelled.pk).update(
        state=State.CANCELLED, cancelled_at=NOON - timedelta(hours=1), cancelled_by=Side.CLIENT
    )

    figures = {figure.label: (figure.value, figure.before) for figure in day_figures(NOON, "Europe/Berlin").figures}

    assert figures == {
        "Bookings": ("2", "1"), "Sign-ups": ("2", "1"), "Revenue": ("€150.00", "€75.00"), "Cancellations": ("1", "0"),
        "Errors": ("4", "2"),
    }  # fmt: skip
    assert (Payment.objects.count(), ErrorCount.objects.count()) == (4, 4)


def test_each_role_sees_what_it_deals_with_in_a_constant_number_of_queries(
    suri: User, alex: User, browser_of: Callable[[User | None], Client], django_assert_num_queries: Any
) -> None:
    admins, supports = browser_of(alex), browser_of(suri)
    admins.get("/operations/")  # fills caches
    with django_assert_num_queries(QUERIES):
        quiet = admins.get("/operations/").content.decode()
    BuilderApplicationFactory.create_batch(7)
    MailLogEntryFactory.create_batch(7, state="failed", last_response="550 no such user")
    AlarmStateFactory.create(name="disk", is_on=True, changed_at=clock.now(), value=3, sentence="3% is free.")
    UserFactory.create_batch(3)

    with django_assert_num_queries(QUERIES):
        page = admins.get("/operations/").content.decode()
    for_support = supports.get("/operations/").content.decode()

    assert "Nothing is waiting for you." in quiet
    assert "3% is free." in page
    assert "/operations/alarms/disk/" in page
    assert page.count("550 no such user") == 5
    assert 'id="waiting-applications"' in page
    assert 'id="waiting-applications"' not in for_support
    assert 'id="waiting-mail"' in for_support
    assert "No backup has been recorded." in for_support
