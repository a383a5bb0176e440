"""How long the webhook of payments takes to answer."""

from __future__ import annotations

import json
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from core.models import WebhookDelivery
from sandbox.stripe.webhooks import signature_header

SECRET = "whsec_of_the_benchmark"
SETTINGS = {"STRIPE_SECRET_KEY": "sk_test_of_the_benchmark", "STRIPE_WEBHOOK_SECRET": SECRET}
PER_SECOND, SECONDS = 50, 10


def webhooks(site: str) -> None:
    """Sends 50 signed events a second to a running server, for ten seconds."""

    def send(number: int) -> float:
        pace.wait(max(0.0, begun_at + number / PER_SECOND - time.perf_counter()))
        body = _body(number)
        headers = {
            "Stripe-Signature": signature_header(body, [SECRET], int(time.time())),
            "Content-Type": "application/json",
        }
        started_at = time.perf_counter()
        answer = client.post(f"{site}/webhooks/stripe/", content=body, headers=headers, timeout=30)
        assert answer.status_code == 200, answer.text
        return time.perf_counter() - started_at

    pace, begun_at = threading.Event(), time.perf_counter()
    with httpx.Client() as client, ThreadPoolExecutor(PER_SECOND) as senders:
        took = sorted(senders.map(send, range(PER_SECOND * SECONDS)))
    assert WebhookDelivery.objects.filter(source="stripe").count() >= PER_SECOND * SECONDS
    print(
        f"Stripe: {PER_SECOND} webhooks a second for {SECONDS} s\n"
        f"    median {statistics.median(took) * 1000:.0f} ms, p95 {took[int(len(took) * 0.95)] * 1000:.0f} ms"
    )


def _body(number: int) -> bytes:
    intent = {
        "id": f"pi_{number}",
        "object": "payment_intent",
        "status": "succeeded",
        "amount": 7500,
        "currency": "eur",
    }
    event = {"id": f"evt_{number}", "object": "event", "type": "payment_intent.succeeded", "data": {"object": intent}}
    return json.dumps(event).encode()
