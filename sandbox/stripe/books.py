"""The books of the stand-in: all its objects, and the events about them."""

from __future__ import annotations

import copy
import json
import secrets
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox.stripe.wire import Failure, Record

API_VERSION = "2026-10-28.endive"
PREFIXES = {
    "checkout.session": "cs_test_",
    "payment_intent": "pi_",
    "charge": "ch_",
    "refund": "re_",
    "customer": "cus_",
    "payment_method": "pm_",
    "setup_intent": "seti_",
    "balance_transaction": "txn_",
    "event": "evt_",
    "webhook_endpoint": "we_",
    "dispute": "dp_",
    "file": "file_",
    "transfer": "tr_",
    "transfer_reversal": "trr_",
    "payout": "po_",
    "v2.core.account": "acct_",
    "v2.core.account_link": "accl_",
    "v2.core.event_destination": "ed_",
    "v2.core.event": "evt_",
}


class Books:
    """Everything that this Stripe account has. Hold `lock` while reading or changing it."""

    def __init__(self, file: Path | None = None) -> None:
        self.lock = threading.RLock()
        self.file = file
        self.objects: dict[str, Record] = {}  # in the order in which they were created
        self.kept_answers: dict[str, Record] = {}  # by idempotency key
        self.deliveries: list[Record] = []
        self.advanced = 0.0
        self.payout_interval = "manual"  # of the platform's own balance
        self.on_event: Callable[[Record], None] = lambda event: None
        if file is not None and file.exists():
            self._load(file)

    def _load(self, file: Path) -> None:
        """Reads the books. A file that is damaged is set aside, and the books begin empty."""
        try:
            stored = json.loads(file.read_text())
            self.objects, self.kept_answers = stored["objects"], stored["kept_answers"]
            self.deliveries, self.advanced = stored["deliveries"], stored["advanced"]
        except (ValueError, KeyError, TypeError):
            aside = file.with_suffix(".unreadable")
            file.replace(aside)
            print(f"{file.name} could not be read: set aside as {aside.name}, and begun anew", flush=True)

    def save(self) -> None:
        """Writes the books to their file, if they have one, so that a restart loses nothing."""
        if self.file is None:
            return
        names = ("objects", "kept_answers", "deliveries", "advanced")
        content = json.dumps({name: getattr(self, name) for name in names})
        partial = self.file.with_suffix(".partial")
        partial.write_text(content)
        partial.replace(self.file)

    def now(self) -> int:
        return int(time.time() + self.advanced)

    def add(self, kind: str, **fields: Any) -> Record:
        record: Record = {
            "id": f"{PREFIXES[kind]}{secrets.token_hex(12)}",
            "object": kind,
            "created": self.now(),
        } | fields
        if kind != "refund":
            record.setdefault("livemode", False)
        self.objects[record["id"]] = record
        return record

    def get(self, kind: str, pk: object) -> Record:
        record = self.objects.get(str(pk))
        if record is None or record["object"] != kind:
            message = f"No such {kind.replace('.', ' ')}: '{pk}'"
            raise Failure(message, status=404, code="resource_missing", param="id")
        return record

    def all(self, kind: str) -> list[Record]:
        """Returns all objects of a kind, oldest first."""
        return [record for record in self.objects.values() if record["object"] == kind]

    def add_transaction(self, kind: str, source: Record, amount: int, fee: int = 0) -> Record:
        currency = source["currency"]
        details = [{"type": "stripe_fee", "amount": fee, "currency": currency, "description": "Stripe processing fees"}]
        return self.add(
            "balance_transaction", type=kind, source=source["id"], amount=amount, fee=fee, net=amount - fee,
            currency=currency, status="pending", exchange_rate=None, fee_details=details if fee else [],
            reporting_category=kind, available_on=self.now() + 2 * 86_400, description=None,
        )  # fmt: skip

    def add_event(self, name: str, subject: Record) -> Record:
        event = self.add(
            "event", type=name, api_version=API_VERSION, pending_webhooks=1,
            request={"id": None, "idempotency_key": None}, data={"object": copy.deepcopy(subject)},
        )  # fmt: skip
        self.on_event(event)
        return event

    def add_thin_event(self, name: str, subject: Record) -> Record:
        """Adds an event of the second version, which names its object and does not hold it."""
        kind = subject["object"]
        related = {"id": subject["id"], "type": kind, "url": f"/v2/core/accounts/{subject['id']}"}
        created = datetime.fromtimestamp(self.now(), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        event = self.add("v2.core.event", created=created, type=name, related_object=related, context=None)
        self.on_event(event)
        return event

    def balance(self) -> dict[str, int]:
        """Returns what this account has, by currency, in Stripe's units."""
        totals: dict[str, int] = {}
        with self.lock:
            for transaction in self.all("balance_transaction"):
                currency = transaction["currency"]
                totals[currency] = totals.get(currency, 0) + transaction["net"]
        return totals
