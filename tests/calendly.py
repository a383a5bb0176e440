"""Calendly's stand-in for tests: a server with Ada's account, and requests to it as a program sends them."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from sandbox.calendly.service import Calendly
from sandbox.calendly.state import State
from sandbox.server import Sandbox

TOKEN = "calendly-token-of-ada"
Resource = dict[str, Any]


@dataclass
class CalendlyServer:
    """A running stand-in. Ada's account is there, without event types."""

    service: Calendly
    address: str
    ada: Resource

    @property
    def state(self) -> State:
        return self.service.state

    @property
    def api(self) -> str:
        return f"{self.address}/api"

    def ask(
        self, method: str, path: str, body: Any = None, *, token: str = TOKEN, **query: Any
    ) -> tuple[int, Resource, dict[str, str]]:
        """Returns status, JSON and headers of a request to the API."""
        suffix = f"?{urlencode(query)}" if query else ""
        request = urllib.request.Request(
            f"{self.api}/{path}{suffix}",
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                text = response.read()
                return response.status, json.loads(text) if text else {}, dict(response.headers)
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read()), dict(error.headers)

    def event_type(self, name: str = "Intro", **values: Any) -> Resource:
        return self.state.add_event_type(self.ada, name, **values)

    def book(self, event_type: Resource, start: datetime, **invitee: Any) -> Resource:
        """Books as an invitee does on Calendly's page."""
        more = {name: invitee.pop(name) for name in ("tracking", "payment", "questions_and_answers") if name in invitee}
        person = {"name": "Jo Doe", "email": "jo@example.com", "timezone": "Europe/London", **invitee}
        return self.state.book(event_type, start, person, **more)


@contextmanager
def calendly_server(settings: Any) -> Iterator[CalendlyServer]:
    """Yields a running stand-in that Waymark uses as its Calendly."""
    with Sandbox() as server:
        settings.OUTSIDE_TRUSTED = [*settings.OUTSIDE_TRUSTED, f"127.0.0.1:{server.server_address[1]}"]
        settings.CALENDLY_API_BASE_URL = f"{server.address}/calendly/api"
        settings.CALENDLY_OAUTH_URL = f"{server.address}/calendly/auth"
        service = server.calendly
        service.state.pages = f"{server.address}/calendly"
        service.slow_seconds = 1.0
        ada = service.state.add_user(TOKEN, "Ada Moreno", "ada@people.test", zone="Europe/Berlin")
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield CalendlyServer(service, f"{server.address}/calendly", ada)
        server.shutdown()


def at(days: int = 3, hour: int = 10, minute: int = 0) -> datetime:
    """Returns a time on one of the next days at which the stand-in's event types can be booked."""
    day = datetime.now(UTC).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
