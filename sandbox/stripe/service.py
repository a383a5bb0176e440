"""The API of the stand-in: operations by address, idempotency keys, lists, and faults on demand."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from sandbox.requests import Reply, Request
from sandbox.stripe.accounts import Accounts
from sandbox.stripe.books import API_VERSION, Books
from sandbox.stripe.checkout import Checkout
from sandbox.stripe.customers import Customers
from sandbox.stripe.disputes import Disputes
from sandbox.stripe.onboarding_pages import OnboardingPages
from sandbox.stripe.pages import Pages
from sandbox.stripe.payments import Payments
from sandbox.stripe.transfers import Transfers
from sandbox.stripe.webhooks import Courier
from sandbox.stripe.wire import Failure, Record, check_names, decoded, required, whole

FAULTS = ("none", "429", "500", "broken", "slow", "garbage", "drop")
NO_ANSWER = Reply(0, "", b"")  # the connection is closed
KEPT_SECONDS = 24 * 3600
LONGEST_KEPT = 20_000  # of what was asked; of uploads only a checksum is kept
PLURALS = {
    "payment_intents": "payment_intent",
    "charges": "charge",
    "refunds": "refund",
    "balance_transactions": "balance_transaction",
    "events": "event",
    "webhook_endpoints": "webhook_endpoint",
    "checkout/sessions": "checkout.session",
    "disputes": "dispute",
    "files": "file",
    "transfers": "transfer",
    "customers": "customer",
    "payment_methods": "payment_method",
    "setup_intents": "setup_intent",
}
FILTERS = (
    "payment_intent",
    "charge",
    "type",
    "source",
    "status",
    "transfer_group",
    "destination",
    "transfer",
    "customer",
)
EXPANDABLE = (
    "payment_intent",
    "latest_charge",
    "balance_transaction",
    "charge",
    "source",
    "failure_balance_transaction",
    "setup_intent",
)

Operation = Callable[[Record], Record]


class StripeSandbox:
    """Stripe for one account, with test cards, faults and books that tests read.

    Faults are 429, 500 (nothing was done), broken (done, but answered with 500, also when repeated), slow, garbage and
    drop (done, but not answered). "500 once" is for the next call only.
    """

    def __init__(self, address: str = "", *, file: Path | None = None, slow_seconds: float = 30) -> None:
        self.books = Books(file)
        self.customers = Customers(self.books)
        self.payments = Payments(self.books, self.customers)
        self.courier = Courier(self.books)
        self.checkout = Checkout(self.books, self.payments, address)
        self.pages = Pages(self.books, self.checkout)
        self.disputes = Disputes(self.books, address)
        self.accounts = Accounts(self.books, address)
        self.transfers = Transfers(self.books)
        self.onboarding = OnboardingPages(self.books, self.accounts, self.transfers)
        self.slow_seconds = slow_seconds
        self.fault = "none"
        self.faults_once: deque[str] = deque()
        self.is_stopped = threading.Event()
        self._running: set[str] = set()

    def start_demo(self, site: str, webhook_secret: str) -> None:
        """Sends webhooks to Waymark from now on, also those that were due before a restart."""
        url = f"{site}/webhooks/stripe/"
        with self.books.lock:
            endpoints = self.books.all("webhook_endpoint")
            if endpoints:
                endpoints[0].update(url=url, sandbox={"secrets": [webhook_secret]})
            else:
                self.add_endpoint(url, ["*"], webhook_secret)
            for destination in self.books.all("v2.core.event_destination"):
                del self.books.objects[destination["id"]]
            self.accounts.add_destination(url, ["*"], webhook_secret)
        self.courier.start(self.is_stopped)

    def set_fault(self, fault: str) -> bool:
        """Makes calls of the API fail from now on, or the next one; returns False for a fault that there is not."""
        name, _, how_often = fault.partition(" ")
        if name not in FAULTS or how_often not in ("", "once"):
            return False
        if how_often:
            self.faults_once.append(name)
        else:
            self.fault = name
        return True

    def advance(self, seconds: float) -> None:
        """Moves the clock of the stand-in forward."""
        with self.books.lock:
            self.books.advanced += seconds
            self._settle()

    def answer(self, request: Request) -> Reply:
        if request.path.startswith(("pay/", "onboard/", "account/", "disputes")):
            answers = {"pay": self.pages.answer, "disputes": self.disputes.answer}
            with self.books.lock:
                self._settle()
                reply = answers.get(request.path.split("/")[0], self.onboarding.answer)(request)
                self.books.save()
            return reply
        fault = self.faults_once.popleft() if self.faults_once else self.fault
        if fault == "429":
            failure = Failure("Too many requests hit the API too quickly.", status=429, code="rate_limit")
            return _reply(failure.status, {"error": failure.error}, {"Retry-After": "0.1"})
        if fault == "500":
            return _reply(500, {"error": {"type": "api_error", "message": "An unknown error occurred"}})
        if fault == "garbage":
            return Reply(200, "text/html", b"<!doctype html><title>Sign in</title>")
        reply = self._answer_api(request, fault)
        return NO_ANSWER if fault == "drop" else reply

    def _answer_api(self, request: Request, fault: str) -> Reply:
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not re.fullmatch(r"Bearer (sk|rk)_test_\w+", headers.get("authorization", "")):
            error = {"type": "invalid_request_error", "message": "Invalid API Key provided"}
            return _reply(401, {"error": error})
        if headers.get("stripe-version") != API_VERSION:
            error = {"type": "invalid_request_error", "message": f"This stand-in speaks {API_VERSION}"}
            return _reply(400, {"error": error})
        key = headers.get("idempotency-key", "") if request.method == "POST" else ""
        if not key:
            return self._run(request, fault)[0]
        if len(key) > 255:
            return _failed(Failure("Idempotency keys are at most 255 characters long.", kind="idempotency_error"))
        return self._run_once(request, key, fault)

    def _run_once(self, request: Request, key: str, fault: str) -> Reply:
        """Runs an operation, or repeats the answer that was kept for this key."""
        with self.books.lock:
            kept = self.books.kept_answers.get(key)
            if kept is not None and kept["created"] + KEPT_SECONDS <= self.books.now():
                kept = None
            if kept is None:
                if key in self._running:
                    message = "There is currently another in-progress request using this Idempotent Key."
                    return _failed(
                        Failure(message, status=409, kind="idempotency_error", code="idempotency_key_in_use")
                    )
                self._running.add(key)
        body = request.body
        wanted = [
            request.path,
            body.decode(errors="replace") if len(body) < LONGEST_KEPT else hashlib.sha256(body).hexdigest(),
        ]
        if kept is not None:
            if kept["request"] != wanted:
                message = (
                    "Keys for idempotent requests can only be used with the same parameters they were first used with."
                )
                return _failed(Failure(message, kind="idempotency_error"))
            return _reply(kept["status"], kept["content"], {"Idempotent-Replayed": "true"})
        try:
            reply, has_begun = self._run(request, fault)
            if has_begun:
                with self.books.lock:
                    content = {"request": wanted, "status": reply.status, "content": json.loads(reply.body)}
                    self.books.kept_answers[key] = content | {"created": self.books.now()}
                    self.books.save()
        finally:
            self._running.discard(key)
        return reply

    def _run(self, request: Request, fault: str) -> tuple[Reply, bool]:
        """Returns the answer of an operation, and whether its work had begun."""
        try:
            if request.method == "POST" and request.path.rstrip("/") == "v1/files":
                with self.books.lock:
                    return _reply(200, self.disputes.add_file(request)), True
            with self.books.lock:
                self._settle()
                content = self._content_of(request)
                self.books.save()
        except Failure as failure:
            self.books.save()
            return _failed(failure), failure.has_begun
        if fault == "slow":
            time.sleep(self.slow_seconds)  # with its idempotency key in use
        if fault == "broken":
            return _reply(500, {"error": {"type": "api_error", "message": "An unknown error occurred"}}), True
        return _reply(200, content), True

    def _content_of(self, request: Request) -> Record:
        """Does what is asked, and returns the answer; the second version of the API is asked with JSON."""
        path, is_post = request.path.rstrip("/"), request.method == "POST"
        if path.startswith("v2/"):
            body = json.loads(request.body) if is_post else dict(request.query)
            return self._with_expanded(self.accounts.run(request.method, path.removeprefix("v2/"), body), [])
        form = decoded(request.body.decode()) if is_post else dict(request.query)
        content = self._operation(request.method, path.removeprefix("v1/"))(form)
        return self._with_expanded(content, _expansions(form))

    def _operation(self, method: str, path: str) -> Operation:
        """Returns the function of an address, which gets the parameters."""
        if (method, path) == ("GET", "balance_settings"):
            return self._balance_settings
        if (method, path) == ("GET", "balance"):
            return self._balance
        match = re.fullmatch(r"(checkout/sessions|\w+)(?:/(\w+))?(?:/(\w+))?", path)
        kind = PLURALS.get(match[1]) if match else None
        if match is None or kind is None:
            raise Failure(f"Unrecognized request URL ({method}: /v1/{path}).", status=404)
        pk, verb = match[2], match[3]
        if method == "GET" and kind == "transfer" and verb == "reversals":
            return lambda form: self._listed("transfer_reversal", "reversals", form | {"transfer": pk})
        if method == "GET" and verb is None:
            return (lambda form: self.books.get(kind, pk)) if pk else (lambda form: self._listed(kind, match[1], form))
        operations: dict[tuple[str, str, bool, str | None], Operation] = {
            ("POST", "checkout.session", False, None): self.checkout.create,
            ("POST", "checkout.session", True, "expire"): lambda form: self.checkout.expire(pk, form),
            ("POST", "payment_intent", False, None): self.payments.create,
            ("POST", "payment_intent", True, "confirm"): lambda form: self.payments.confirm(pk, form),
            ("POST", "payment_intent", True, "capture"): lambda form: self.payments.capture(pk, form),
            ("POST", "payment_intent", True, "cancel"): lambda form: self.payments.cancel(pk, form),
            ("POST", "refund", False, None): self.payments.refund,
            ("POST", "dispute", True, None): lambda form: self.disputes.update(pk, form),
            ("POST", "dispute", True, "close"): lambda form: self.disputes.accept(pk),
            ("POST", "transfer", False, None): self.transfers.create,
            ("POST", "transfer", True, "reversals"): lambda form: self.transfers.reverse(pk, form),
            ("POST", "customer", False, None): self.customers.create,
            ("DELETE", "customer", True, None): lambda form: self.customers.delete(pk),
            ("POST", "payment_method", True, "detach"): lambda form: self.customers.detach(pk, form),
            ("POST", "webhook_endpoint", False, None): self._create_endpoint,
            ("DELETE", "webhook_endpoint", True, None): lambda form: self._delete_endpoint(pk),
        }
        operation = operations.get((method, kind, pk is not None, verb))
        if operation is None:
            raise Failure(f"Unrecognized request URL ({method}: /v1/{path}).", status=404)
        return operation

    def _listed(self, kind: str, plural: str, form: Record) -> Record:
        """Returns one page of a list, newest first."""
        limit = whole(form.get("limit", "10"), "limit")
        if not 1 <= limit <= 100:
            raise Failure("Limit must be between 1 and 100", param="limit")
        rows = [record for record in reversed(self.books.all(kind)) if _matches(record, form)]
        ids = [record["id"] for record in rows]
        if after := form.get("starting_after"):
            rows = rows[ids.index(self.books.get(kind, after)["id"]) + 1 :] if after in ids else []
        elif before := form.get("ending_before"):
            rows = rows[: ids.index(before)][-limit:] if before in ids else []
        page = rows[:limit]
        return {"object": "list", "data": page, "has_more": len(rows) > limit, "url": f"/v1/{plural}"}

    def _balance(self, form: Record) -> Record:
        """Returns what can be transferred. Nothing is pending here: what was paid is available at once."""
        del form
        rows = [{"amount": amount, "currency": currency} for currency, amount in self.books.balance().items()]
        return {"object": "balance", "available": rows, "pending": []}

    def _balance_settings(self, form: Record) -> Record:
        del form
        schedule = {"interval": self.books.payout_interval}
        payouts = {"schedule": schedule, "minimum_balance_by_currency": {}, "status": "enabled"}
        return {"object": "balance_settings", "payments": {"payouts": payouts, "debit_negative_balances": True}}

    def _create_endpoint(self, form: Record) -> Record:
        check_names(form, "url", "enabled_events", "description", "api_version", "metadata")
        secret = f"whsec_{secrets.token_hex(16)}"
        return self.add_endpoint(required(form, "url"), required(form, "enabled_events"), secret) | {"secret": secret}

    def add_endpoint(self, url: str, events: list[str], secret: str) -> Record:
        endpoint = self.books.add("webhook_endpoint", url=url, enabled_events=events, status="enabled")
        endpoint["sandbox"] = {"secrets": [secret]}
        return endpoint

    def _delete_endpoint(self, pk: str) -> Record:
        endpoint = self.books.get("webhook_endpoint", pk)
        del self.books.objects[endpoint["id"]]
        return {"id": endpoint["id"], "object": "webhook_endpoint", "deleted": True}

    def _settle(self) -> None:
        self.checkout.settle_due()
        self.payments.settle_due()

    def _with_expanded(self, content: Record, paths: list[str]) -> Record:
        """Returns a copy without our own fields, with the objects in the place of the ids that were asked for."""
        copied: Record = json.loads(json.dumps(content))
        for record in [copied, *copied.get("data", [])] if copied.get("object") == "list" else [copied]:
            record.pop("sandbox", None)
        for path in paths:
            self._expand(copied, path.split("."))
        return copied

    def _expand(self, record: Record, names: list[str]) -> None:
        name, *rest = names
        if record.get("object") == "list" and name == "data":
            for row in record["data"]:
                self._expand(row, rest)
            return
        if name not in EXPANDABLE or name not in record:
            raise Failure(f"This property cannot be expanded ({name}).", param="expand")
        if isinstance(record[name], str):
            record[name] = json.loads(json.dumps(self.books.objects[record[name]]))
        if rest and record[name] is not None:
            self._expand(record[name], rest)


def _expansions(form: Record) -> list[str]:
    listed = form.get("expand", [])
    return [*listed, *(value for name, value in form.items() if name.startswith("expand["))]


def _matches(record: Record, form: Record) -> bool:
    if any(record.get(name) != form[name] for name in FILTERS if name in form):
        return False
    first, last = form.get("created[gte]"), form.get("created[lte]")
    return (not first or record["created"] >= int(first)) and (not last or record["created"] <= int(last))


def _failed(failure: Failure) -> Reply:
    return _reply(failure.status, {"error": failure.error})


def _reply(status: int, content: Record, headers: dict[str, str] | None = None) -> Reply:
    own = {"Request-Id": f"req_{secrets.token_hex(7)}", "Stripe-Version": API_VERSION} | (headers or {})
    return Reply(status, "application/json", json.dumps(content, indent=2).encode(), own)
