"""The stand-in for Stripe on a real socket, which the code under test reaches through the real SDK."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import stripe

from sandbox.server import Sandbox
from sandbox.stripe.service import StripeSandbox
from tests.payments.stripe.cast import KEY, SECRET, trust


@pytest.fixture
def server() -> Iterator[Sandbox]:
    """Yields the running server of all stand-ins."""
    with Sandbox() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def sandbox(server: Sandbox, settings: Any) -> StripeSandbox:
    """Returns the stand-in for Stripe, which Waymark is set up to use."""
    trust(settings, server.address)
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRETS = KEY, [SECRET]
    return server.stripe


@pytest.fixture
def client(server: Sandbox) -> stripe.StripeClient:
    return stripe.StripeClient(KEY, base_addresses={"api": f"{server.address}/stripe"}, max_network_retries=0)


@pytest.fixture
def stand_in(server: Sandbox) -> StripeSandbox:
    return server.stripe
