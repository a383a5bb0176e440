"""Sessions that are paid through the stand-in for Stripe, on a real socket."""

from __future__ import annotations

import pytest

from coaching.models import SessionType
from sandbox.stripe.service import StripeSandbox
from tests.bookings.billing.checkout.cast import paid_when
from tests.payments.stripe.conftest import sandbox, server

__all__ = ["sandbox", "server"]


@pytest.fixture
def first(hour: SessionType, sandbox: StripeSandbox) -> SessionType:
    """Returns Ada's hour for 90 dollars, which is paid when it is booked, and which she confirms."""
    return paid_when(hour, "at_booking")


@pytest.fixture
def after(hour: SessionType, sandbox: StripeSandbox) -> SessionType:
    """Returns Ada's hour for 90 dollars, which is paid after it took place."""
    return paid_when(hour, "after_session")
