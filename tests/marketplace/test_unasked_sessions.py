"""Sessions that a builder booked for a client without asking, in the builder's public figures."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from bookings.agreement import services as booking_services
from bookings.models import Booking
from coaching.models import SessionType
from core import clock
from marketplace import listings
from marketplace.models import BuilderMetrics
from tests.bookings.cast import builder_of, client_of, finished, shop
from tests.bookings.for_clients.acts import set_up
from tests.factories.bookings import ReviewFactory
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def hour(ada: User) -> SessionType:
    return shop(ada)


def test_a_session_booked_without_asking_counts_once_the_client_can_no_longer_object(
    hour: SessionType, ada: User, cleo: User
) -> None:
    finished(hour, cleo)
    unasked = booked_at_once(hour, cleo)
    assert completed_of(ada) == 1

    Booking.objects.filter(pk=unasked.pk).update(completed_at=clock.now() - timedelta(days=15))

    assert completed_of(ada) == 2


def test_a_session_booked_without_asking_counts_once_the_client_reviews_it(
    hour: SessionType, ada: User, cleo: User
) -> None:
    finished(hour, cleo)
    booking = booked_at_once(hour, cleo)
    ReviewFactory.create(booking=booking, side="client", author=cleo, rating=5, published_at=clock.now())

    assert completed_of(ada) == 2


def test_a_session_booked_without_asking_counts_if_the_client_has_chosen_its_time(
    hour: SessionType, ada: User, cleo: User
) -> None:
    finished(hour, cleo)
    booking = set_up(hour, soon(12), client=cleo, asks=False)
    end(booking_services.reschedule(booking=booking, start=soon(14), by=client_of(booking)))

    assert completed_of(ada) == 2


def booked_at_once(hour: SessionType, client: User) -> Booking:
    return end(set_up(hour, soon(12), client=client, asks=False))


def end(booking: Booking) -> Booking:
    started = booking_services.start(booking=booking, by=builder_of(booking))
    return booking_services.complete(booking=started, by=builder_of(booking))


def completed_of(builder: User) -> int:
    listings.recount([builder.pk])
    return BuilderMetrics.objects.get(pk=builder.pk).completed_sessions
