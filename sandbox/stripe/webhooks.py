"""Sends events to the endpoints that were registered, signed, with retries."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
import urllib.request
from contextlib import suppress
from urllib.parse import urlsplit

from sandbox.stripe.books import Books
from sandbox.stripe.wire import Record

RETRY_AFTER = (1, 5, 30, 300, 3600, 7200)  # in seconds; Stripe goes on for three days


def signature_header(body: bytes, secrets: list[str], sent_at: int) -> str:
    """Returns the header of a delivery, with one signature for each secret: two while a secret is replaced."""
    signed = f"{sent_at}.".encode() + body
    signatures = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={sent_at}", *(f"v1={signature}" for signature in signatures)])


def body_of(event: Record) -> bytes:
    return json.dumps(event, indent=2).encode()


class Courier:
    """Delivers events. `start` does so in a thread; tests call `deliver_due` instead."""

    def __init__(self, books: Books) -> None:
        self.books = books
        books.on_event = self.queue

    def queue(self, event: Record) -> None:
        is_thin = event["object"] == "v2.core.event"
        for endpoint in self.books.all("v2.core.event_destination" if is_thin else "webhook_endpoint"):
            wanted = endpoint["enabled_events"]
            if endpoint["status"] == "enabled" and ("*" in wanted or event["type"] in wanted):
                self.books.deliveries.append(
                    {"event": event["id"], "endpoint": endpoint["id"], "attempts": 0, "due": time.time()}
                )

    def deliver_due(self) -> int:
        """Sends what is due, once each; returns how many were accepted."""
        with self.books.lock:
            due = [delivery for delivery in self.books.deliveries if delivery["due"] <= time.time()]
        return sum(self._deliver(delivery) for delivery in due)

    def start(self, settle: threading.Event) -> None:
        """Delivers in a thread until the event is set."""

        def work() -> None:
            while not settle.wait(0.2):
                self.deliver_due()

        threading.Thread(target=work, daemon=True).start()

    def _deliver(self, delivery: Record) -> bool:
        with self.books.lock:
            event = self.books.objects[delivery["event"]]
            endpoint = self.books.objects.get(delivery["endpoint"])
            body = body_of(event)
        is_accepted = endpoint is None or self._post(endpoint, body)
        with self.books.lock:
            delivery["attempts"] += 1
            if is_accepted or delivery["attempts"] > len(RETRY_AFTER):
                self.books.deliveries.remove(delivery)
                event["pending_webhooks"] = 0 if is_accepted else 1
            else:
                delivery["due"] = time.time() + RETRY_AFTER[delivery["attempts"] - 1]
            self.books.save()
        return is_accepted

    def _post(self, endpoint: Record, body: bytes) -> bool:
        if urlsplit(endpoint["url"]).scheme not in ("http", "https"):
            return False
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature_header(body, endpoint["sandbox"]["secrets"], int(time.time())),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        request = urllib.request.Request(endpoint["url"], body, headers)  # noqa: S310  (checked above)
        with suppress(OSError), urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310  (checked above)
            return 200 <= int(answer.status) < 300
        return False
