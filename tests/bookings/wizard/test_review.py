"""What the review says about the confirmation is what happens when the session is booked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from bookings.models import Booking
from coaching.models import SessionType
from core import clock
from tests.bookings.wizard.steps import choose, key_of
from tests.factories.connections import ConnectionFactory
from tests.reading import visible_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_once(hour: SessionType) -> SessionType:
    """A type that confirms by itself."""
    SessionType.objects.filter(pk=hour.pk).update(auto_confirm=True)
    return SessionType.objects.get(pk=hour.pk)


def unread_calendar(ada: User) -> None:
    """Connects a calendar that has not been read for longer than its owner waits, and who wants requests then."""
    now = clock.now()
    ConnectionFactory.create(
        owner=ada, when_unread="request", read_at=now - timedelta(days=1), tried_at=now, next_read_at=now
    )


@pytest.mark.parametrize(
    ("is_unread", "sentence", "state"),
    [
        (False, "Your session is confirmed straight away.", "CONFIRMED"),
        (True, "Ada Moreno answers within two days.", "PENDING"),
    ],
)
def test_the_review_asks_the_rule_that_the_booking_follows(
    client: Client, at_once: SessionType, ada: User, cleo: User, is_unread: bool, sentence: str, state: str
) -> None:
    if is_unread:
        unread_calendar(ada)
    client.force_login(cleo)
    review = choose(client, at_once)
    if "details" in review:
        review = client.post(review, {})["Location"]

    page = client.get(review)
    client.post(review, {"key": key_of(page)})

    assert sentence in visible_text(page)
    assert ("Request this session" in visible_text(page)) is is_unread
    assert Booking.objects.get().state == state
