"""Fixtures for the tests of bookings."""

from __future__ import annotations

import pytest

from accounts.models import User
from bookings.models import Booking
from coaching.models import SessionType
from tests.bookings.cast import book_as_guest, finished, free_shop, shop


@pytest.fixture
def hour(ada: User) -> SessionType:
    return shop(ada)


@pytest.fixture
def guests_booking(ada: User) -> Booking:
    return book_as_guest(free_shop(ada))


@pytest.fixture
def done(hour: SessionType, cleo: User) -> Booking:
    return finished(hour, cleo)
