"""Fixtures for the tests of reports."""

from tests.payments.stripe.conftest import sandbox, server

__all__ = ["sandbox", "server"]
