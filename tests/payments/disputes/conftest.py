"""Fixtures for the tests of disputes at banks."""

from tests.payments.stripe.conftest import sandbox, server

__all__ = ["sandbox", "server"]
