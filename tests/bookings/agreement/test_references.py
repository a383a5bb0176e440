"""References of bookings."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from accounts.models import User
from bookings.models import Booking
from coaching.models import SessionType
from tests.bookings.cast import book
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db


def test_a_reference_that_is_taken_is_drawn_again(
    hour: SessionType, cleo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: Iterator[str] = iter("AAAAAA" + "AAAAAA" + "BBBBBB")
    monkeypatch.setattr(secrets, "choice", lambda letters: next(drawn))

    first = book(hour, cleo, soon(10))
    second = book(hour, cleo, soon(12))

    assert (first.reference, second.reference) == ("WM-AAAAAA", "WM-BBBBBB")
    assert Booking.objects.count() == 2
