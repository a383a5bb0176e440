"""Fixtures for the tests of the calendar."""

from __future__ import annotations

import pytest

from accounts.models import User
from tests.cast import make_person


@pytest.fixture
def sam() -> User:
    return make_person("Sam Lee")
