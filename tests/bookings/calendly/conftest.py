from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import User
from tests.bookings.calendly.cast import Shop, open_shop
from tests.calendly import CalendlyServer, calendly_server


@pytest.fixture
def calendly(settings: Any) -> Iterator[CalendlyServer]:
    with calendly_server(settings) as server:
        yield server


@pytest.fixture
def shop(calendly: CalendlyServer, ada: User) -> Shop:
    """Returns Ada's account with one free event type of 30 minutes."""
    return open_shop(calendly, ada)
