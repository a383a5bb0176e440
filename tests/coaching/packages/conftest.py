"""Packages that are paid through the stand-in for Stripe."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.models import User
from coaching.models import SessionType
from coaching.packages.models import Package
from tests.bookings.cast import shop
from tests.factories.coaching import PackageFactory
from tests.payments.stripe.conftest import sandbox, server

__all__ = ["sandbox", "server"]


@pytest.fixture
def hour(ada: User) -> SessionType:
    return shop(ada)


@pytest.fixture
def five(hour: SessionType) -> Package:
    """Returns Ada's package of five hours for 10 % less than five times 90 dollars."""
    return PackageFactory.create(builder=hour.builder, price=Decimal(405))
