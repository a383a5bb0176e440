"""The person who searches."""

from __future__ import annotations

from datetime import time

import pytest

from accounts.models import User
from messaging.models import MessagePreferences

NOON = time(12)


@pytest.fixture
def searcher(cleo: User) -> User:
    """Cleo, who may be told at any time of the day."""
    MessagePreferences.objects.create(person=cleo, quiet_from=NOON, quiet_until=NOON)
    return cleo
