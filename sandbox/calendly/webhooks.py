"""Signed deliveries to subscribed addresses, tried again with growing pauses, as Calendly sends them."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import timedelta

from sandbox.calendly.state import Resource, State, moment, stamp

GIVES_UP_AFTER = timedelta(hours=24)
SECONDS = 10  # that an answer may take


def signature(key: str, at: int, body: bytes) -> str:
    """Returns the header `Calendly-Webhook-Signature` of a body."""
    digest = hmac.new(key.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


@dataclass
class Delivery:
    """One message to one subscription."""

    subscription: str
    body: bytes
    attempts: int = 0
    due: float = 0.0


@dataclass
class Deliveries:
    """Queues what happens for all subscriptions that ask for it, and sends it from a thread of its own.

    Without `start` nothing is sent until `send_due` is called, so that a test decides when and in which order.
    """

    state: State
    first_pause: float = 2.0
    twice: bool = False  # each message is delivered a second time
    shuffled: bool = False
    silent: bool = False
    queue: list[Delivery] = field(default_factory=list)
    wanted: threading.Event = field(default_factory=threading.Event)

    def announce(self, event: str, payload: Resource, user: str) -> None:
        organization = self.state.users[user]["current_organization"]
        created_at = stamp(self.state.now())
        message = {"event": event, "created_at": created_at, "created_by": user, "payload": payload}
        for uri, row in self.state.subscriptions.items():
            is_reached = row["user"] == user if row["scope"] == "user" else row["organization"] == organization
            if is_reached and event in row["events"] and row["state"] == "active" and not self.silent:
                body = json.dumps(message).encode()
                self.queue += [Delivery(uri, body) for _ in range(2 if self.twice else 1)]
        self.wanted.set()

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            self.wanted.wait(1.0)
            self.wanted.clear()
            self.send_due()

    def send_due(self, *, all_of_them: bool = False) -> int:
        """Sends what is due, and returns how many were accepted."""
        with self.state.lock:
            now = time.monotonic()
            due = [delivery for delivery in self.queue if all_of_them or delivery.due <= now]
            self.queue = [delivery for delivery in self.queue if delivery not in due]
        if self.shuffled:
            random.shuffle(due)
        return sum(self._send(delivery) for delivery in due)

    def _send(self, delivery: Delivery) -> bool:
        row = self.state.subscriptions.get(delivery.subscription)
        if row is None or row["state"] != "active":
            return False
        at = int(self.state.now().timestamp())
        headers = {"Content-Type": "application/json", "User-Agent": "Calendly-Webhook (sandbox)"}
        if key := self.state.keys.get(delivery.subscription):
            headers["Calendly-Webhook-Signature"] = signature(key, at, delivery.body)
        request = urllib.request.Request(row["callback_url"], delivery.body, headers, method="POST")  # noqa: S310  (its own address)
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as response:  # noqa: S310
                if 200 <= response.status < 300:
                    row["retry_started_at"] = None
                    return True
        except (urllib.error.URLError, OSError):
            pass  # counted below, like any other answer
        self._try_later(delivery, row)
        return False

    def _try_later(self, delivery: Delivery, row: Resource) -> None:
        now = self.state.now()
        row["retry_started_at"] = row["retry_started_at"] or stamp(now)
        if now - moment(row["retry_started_at"]) > GIVES_UP_AFTER:
            row["state"] = "disabled"
            return
        delivery.attempts += 1
        delivery.due = time.monotonic() + self.first_pause * 2**delivery.attempts
        self.queue.append(delivery)
