"""Subscriptions through the stand-in for Stripe, on a real socket."""

from __future__ import annotations

import pytest

from accounts.models import User
from tests.cast import make_builder_person, make_person
from tests.payments.stripe.conftest import sandbox, server

__all__ = ["sandbox", "server"]


@pytest.fixture
def boris(db: None) -> User:
    """Returns another builder."""
    return make_builder_person("Boris Lind")


@pytest.fixture
def sam(db: None) -> User:
    """Returns another client."""
    return make_person("Sam Okafor")
