from __future__ import annotations

import pytest

from accounts.models import User
from tests.cast import make_person


@pytest.fixture
def sam(db: None) -> User:
    """Returns a person who has joined."""
    return make_person("Sam Ito")
