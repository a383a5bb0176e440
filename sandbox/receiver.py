"""A server that receives webhooks, with a page of what arrived, for the demo.

`/receiver/hook` takes the messages, `/receiver/` shows them and makes the server fail.
"""

from __future__ import annotations

import html
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox.calendars import STYLE
from sandbox.requests import Reply, Request, redirect

MOST = 50
ANSWERS = {"none": (200, "It accepts messages"), "500": (500, "It fails"), "410": (410, "It wants no more messages")}


@dataclass(frozen=True)
class Received:
    at: datetime
    headers: dict[str, str]
    body: str


@dataclass
class ReceiverSandbox:
    """The messages that arrived last, and how the next one is answered."""

    fault: str = "none"
    waymark: str = ""  # where the page leads back to
    received: deque[Received] = field(default_factory=lambda: deque(maxlen=MOST))

    def answer(self, request: Request) -> Reply:
        if request.path == "hook" and request.method == "POST":
            headers = {name.lower(): value for name, value in request.headers.items()}
            self.received.appendleft(Received(datetime.now(UTC), headers, request.body.decode(errors="replace")))
            return Reply(ANSWERS[self.fault][0], "text/plain", b"")
        if request.path == "fault" and request.method == "POST":
            self.set_fault(request.form.get("fault", ""))
            return redirect("/receiver/")
        if request.path == "":
            return Reply(200, "text/html; charset=utf-8", self._page().encode())
        return Reply(404, "text/plain", b"No such page")

    def set_fault(self, fault: str) -> bool:
        if fault not in ANSWERS:
            return False
        self.fault = fault
        return True

    def _page(self) -> str:
        choices = "".join(
            f"<button name='fault' value='{name}'{' disabled' if name == self.fault else ''}>{label}</button> "
            for name, (_, label) in ANSWERS.items()
        )
        messages = "".join(_shown(message) for message in self.received) or "<p>Nothing has arrived.</p>"
        return (
            "<!doctype html><html lang='en'><meta name='viewport' content='width=device-width'>"
            f"<title>A receiver of webhooks</title><style>{STYLE}pre{{overflow-x:auto}}</style>"
            f"<h1>A receiver of webhooks</h1><p><a href='{html.escape(self.waymark)}/dashboard/webhooks/'>Back to Waymark</a></p>"
            f"<form method='post' action='/receiver/fault'>{choices}</form><h2>Messages</h2>{messages}</html>"
        )


def _shown(message: Received) -> str:
    shown = [
        f"{name}: {message.headers.get(name, '')}" for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
    ]
    text = "\n".join([*shown, "", message.body])
    return f"<details><summary>{message.at:%H:%M:%S} UTC</summary><pre>{html.escape(text)}</pre></details>"
