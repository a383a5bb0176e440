"""Fixtures for the tests of payments of bookings."""

from __future__ import annotations

import pytest

from accounts.models import User
from tests.cast import make_person


@pytest.fixture
def sam(db: None) -> User:
    """Returns Sam, a client without bookings."""
    return make_person("Sam Lee")
