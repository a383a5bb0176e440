"""The stand-in as one service: its API below `/api/`, its pages beside it, the faults, and the limit of requests."""

from __future__ import annotations

import json
import time
from collections import defaultdict, deque
from collections.abc import Mapping
from urllib.parse import parse_qsl

from sandbox.calendly import pages
from sandbox.calendly.api import Call, answer, parsed
from sandbox.calendly.oauth import Grants
from sandbox.calendly.sample import fill
from sandbox.calendly.state import Refusal, Resource, State
from sandbox.calendly.webhooks import Deliveries

FAULTS = {
    "none": "works",
    "401": "the token is refused",
    "403": "the plan does not allow it",
    "429": "too many requests",
    "500": "a fault of the server",
    "garbage": "an answer that is no JSON",
    "slow": "no answer for half a minute",
    "lost": "does what is asked, and never answers",
    "silent": "no webhooks",
    "twice": "each webhook twice",
    "shuffled": "webhooks in any order",
}
DELIVERY_FAULTS = frozenset({"silent", "twice", "shuffled"})
SLOW_SECONDS = 30.0
MINUTE = 60.0
Response = tuple[int, dict[str, str], bytes]


class Calendly:
    """One Calendly, with everything in memory."""

    def __init__(self, state: State | None = None) -> None:
        self.state = state or State()
        self.deliveries = Deliveries(self.state)
        self.state.news = self.deliveries.announce
        self.slow_seconds = SLOW_SECONDS
        self.grants = Grants(self.state)
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)

    def start_demo(self, address: str) -> None:
        """Fills it with the demo's account, and delivers webhooks by itself."""
        self.state.pages = address
        fill(self.state)
        self.deliveries.start()

    def set_fault(self, name: str) -> bool:
        """Lets it fail as named from now on; returns whether there is such a fault."""
        if name not in FAULTS:
            return False
        for kind in DELIVERY_FAULTS:
            setattr(self.deliveries, kind, kind == name)
        self.state.fail("none" if name in DELIVERY_FAULTS else name)
        return True

    def answer(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Returns status, headers and body for a request to `path`, which has no leading slash."""
        if path.startswith("auth/"):
            return self._auth(method, path, query, headers, body)
        if not path.startswith("api/"):
            return self._page(method, path, query, body)
        path = path.removeprefix("api/")
        self.state.requests.append(f"{method} {path}")
        fault = self.state.fault_now()
        if fault == "slow":
            time.sleep(self.slow_seconds)
        if fault == "garbage":
            return 200, {"Content-Type": "text/html"}, b"<!doctype html><title>Sign in</title>"
        limits = self._limits(headers.get("Authorization", ""))
        try:
            status, resource = self._api(method, path, query, headers, body, fault, limits)
        except Refusal as refusal:
            status, resource = refusal.status, {"title": refusal.title, "message": refusal.message}
            if refusal.details:
                resource["details"] = refusal.details
        if fault == "lost":
            time.sleep(self.slow_seconds)
        return (
            status,
            {"Content-Type": "application/json", **limits},
            json.dumps(resource).encode() if resource else b"",
        )

    def _api(
        self,
        method: str,
        path: str,
        query: str,
        headers: Mapping[str, str],
        body: bytes,
        fault: str,
        limits: dict[str, str],
    ) -> tuple[int, Resource | None]:
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        user = self.state.tokens.get(token) if scheme == "Bearer" else None
        if fault == "401" or user is None:
            raise Refusal(401, "Unauthenticated", "The access token is invalid")
        if fault == "403":
            raise Refusal(403, "Permission Denied", "You do not have permission")
        if fault == "429" or int(limits["X-RateLimit-Remaining"]) < 0:
            limits.update({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": limits["X-RateLimit-Reset"]})
            raise Refusal(429, "Too Many Requests", "You have exceeded the rate limit.")
        if fault == "500":
            message = "The server encountered an unexpected condition that prevented it from fulfilling the request."
            raise Refusal(500, "Internal Server Error", message)
        call = Call(self.state.users[user], dict(parse_qsl(query, keep_blank_values=True)), parsed(body))
        return answer(self.state, method, path, call)

    def _limits(self, token: str) -> dict[str, str]:
        """Counts the request, and returns the headers that say how many are left in this minute."""
        with self.state.lock:
            calls, now = self._calls[token], time.monotonic()
            while calls and now - calls[0] > MINUTE:
                calls.popleft()
            left = self.state.limit - len(calls) - 1
            if left >= 0:
                calls.append(now)
            reset = round(MINUTE - (now - calls[0])) if calls else round(MINUTE)
        return {
            "X-RateLimit-Limit": str(self.state.limit),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset": str(reset),
        }

    def _auth(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Response:
        form = dict(parse_qsl(body.decode(errors="replace")))
        html = {"Content-Type": "text/html; charset=utf-8"}
        if path == "auth/oauth/token" and method == "POST":
            status, answer_body = self.grants.token(headers.get("Authorization", ""), form)
            return status, {"Content-Type": "application/json"}, json.dumps(answer_body).encode()
        if path == "auth/oauth/revoke" and method == "POST":
            status, answer_body = self.grants.revoke(form)
            return status, {"Content-Type": "application/json"}, json.dumps(answer_body).encode()
        if path == "auth/oauth/authorize" and method == "POST":
            return 302, html | {"Location": self.grants.agree(form)}, b""
        if path == "auth/oauth/authorize":
            status, page = self.grants.page(dict(parse_qsl(query)))
            return status, html, page.encode()
        return 404, html, b"Not found"

    def _page(self, method: str, path: str, query: str, body: bytes) -> Response:
        try:
            with self.state.lock:
                status, html = pages.answer(self.state, method, path, query, body)
        except Refusal as refusal:
            status, html = refusal.status, refusal.message
        return status, {"Content-Type": "text/html; charset=utf-8"}, html.encode()
