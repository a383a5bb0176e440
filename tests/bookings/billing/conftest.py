"""Fixtures for the tests of payments of bookings."""

from __future__ import annotations

import pytest

from accounts.models import User
from tests.cast import make_person
from tests.payments.stripe.conftest import sandbox, server

__all__ = ["sandbox", "server"]


@pytest.fixture
def sam(db: None) -> User:
    """Returns Sam, a client without bookings."""
    return make_person("Sam Lee")
