"""Fixtures for the tests of invoices."""

from tests.payments.stripe.conftest import sandbox, server

__all__ = ["sandbox", "server"]
