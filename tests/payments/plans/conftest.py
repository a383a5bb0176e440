"""Subscriptions through the stand-in for Stripe, on a real socket."""

from __future__ import annotations

from tests.payments.stripe.conftest import sandbox, server

__all__ = ["sandbox", "server"]
