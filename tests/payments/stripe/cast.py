"""What the tests of payments through Stripe have in common: a checkout, somebody who pays, and deliveries of events."""

from __future__ import annotations

import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

import stripe
from django.test import Client

from accounts.models import User
from core import clock, outbox
from core.ids import uuid7
from core.money import Money
from payments.stripe import operations
from payments.stripe.objects import NewCheckout, ProviderCheckout
from sandbox.stripe.payments import CARDS
from sandbox.stripe.service import StripeSandbox
from sandbox.stripe.webhooks import body_of, signature_header
from sandbox.stripe.wire import Record

KEY = "sk_test_waymark"
SECRET = "whsec_of_the_tests"
GOOD, ANOTHER, DECLINED, POOR, ASKING, FAILING, DECLINED_LATER = (card.number for card in CARDS)


def trust(settings: Any, address: str) -> None:
    settings.STRIPE_API_BASE = f"{address}/stripe"
    settings.OUTSIDE_TRUSTED = [address.removeprefix("http://")]


def new_checkout(payee: User, amount: str = "75.00", currency: str = "EUR", **values: Any) -> NewCheckout:
    defaults: dict[str, Any] = {
        "key": str(uuid7()),
        "reference": "B-1",
        "payee_id": payee.pk,
        "money": Money(Decimal(amount), currency),
        "title": "First session",
        "success_url": "http://testserver/paid/{CHECKOUT_SESSION_ID}",
        "cancel_url": "http://testserver/not-paid/",
        "expires_at": clock.now() + timedelta(minutes=31),
        "email": "cleo@example.test",
    }
    return NewCheckout(**defaults | values)


def make_checkout(payee: User, amount: str = "75.00", currency: str = "EUR", **values: Any) -> ProviderCheckout:
    return operations.create_checkout(new_checkout(payee, amount, currency, **values))


def pay(sandbox: StripeSandbox, checkout: ProviderCheckout, card: str = GOOD) -> str:
    """Pays on the page of a checkout; returns the id of the payment."""
    with sandbox.books.lock:
        return str(sandbox.checkout.pay(checkout.id, card)["payment_intent"])


def paid(sandbox: StripeSandbox, payee: User, amount: str = "75.00", currency: str = "EUR", **values: Any) -> str:
    """Returns the id of a payment that somebody made on a new page, reserved only unless `is_held=False`."""
    return pay(sandbox, make_checkout(payee, amount, currency, **values))


def post_webhook(body: bytes, header: str) -> Any:
    client = Client(raise_request_exception=False)
    return client.post("/webhooks/stripe/", body, content_type="application/json", headers={"Stripe-Signature": header})


def deliver(event: Record, times: int = 1) -> None:
    """Delivers an event to Waymark as Stripe does, and works off what is in the inbox."""
    for _ in range(times):
        body = body_of(event)
        assert post_webhook(body, signature_header(body, [SECRET], int(time.time()))).status_code == 200
        outbox.deliver_due("webhook")


def deliver_all(sandbox: StripeSandbox) -> None:
    for event in sandbox.books.all("event"):
        deliver(event)


def minor_units(sandbox: StripeSandbox) -> dict[str, int]:
    """Returns the balance in the books of the stand-in, without currencies that have none."""
    return {currency.upper(): amount for currency, amount in sandbox.books.balance().items() if amount}


def intent(client: stripe.StripeClient, **params: Any) -> Any:
    values: Any = {"amount": 5000, "currency": "eur", "confirm": True, "payment_method": "pm_card_visa"} | params
    return client.v1.payment_intents.create(values)


def session_params(**params: Any) -> Any:
    price = {"currency": "eur", "unit_amount": 7500, "product_data": {"name": "First session"}}
    values = {
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 1}],
        "success_url": "http://testserver/paid/{CHECKOUT_SESSION_ID}",
        "cancel_url": "http://testserver/back/",
        "payment_intent_data": {"capture_method": "manual", "metadata": {"row": "1"}},
        "payment_method_types": ["card", "link"],
    }
    return values | params
