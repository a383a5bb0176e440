"""Runs the stand-in for Zoom in tests, and hands its webhooks to Waymark when a test says so."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.test import Client

from accounts.models import BuilderProfile, User
from connections.oauth.models import LinkedAccount
from connections.zoom import services
from core import outbox, webhooks
from sandbox.server import Sandbox
from sandbox.zoom import HOST, ZoomSandbox
from tests.factories.connections import LinkedAccountFactory


class RunningZoom:
    """The stand-in, and the webhooks that it has sent and nobody has received yet."""

    def __init__(self, server: Sandbox) -> None:
        self.server = server
        self.sent: list[tuple[bytes, dict[str, str]]] = []
        self.zoom.send = lambda body, headers: self.sent.append((body, headers))

    @property
    def zoom(self) -> ZoomSandbox:
        return self.server.zoom

    @property
    def rooms(self) -> list[Any]:
        return list(self.zoom.rooms.values())

    def fail(self, fault: str) -> None:
        self.server.set_fault("zoom", fault)

    def count(self, method: str) -> int:
        """Returns how many calls with this method were made to the API for meetings."""
        return sum(1 for called, path in self.zoom.calls if called == method and "meetings" in path)

    def deliver_webhooks(self) -> list[int]:
        """Sends what is waiting to Waymark, and works it off. Returns the statuses."""
        statuses = [
            Client().post("/webhooks/zoom/", body, content_type="application/json", headers=headers).status_code
            for body, headers in self.sent
        ]
        self.sent.clear()
        outbox.deliver_due(webhooks.CHANNEL)
        outbox.deliver_due("zoom")
        return statuses


@contextmanager
def running_zoom(settings: Any) -> Iterator[RunningZoom]:
    """Yields a running stand-in, which Waymark takes for Zoom."""
    with Sandbox() as server:
        settings.SANDBOX_URL = server.address
        settings.OUTSIDE_TRUSTED = [server.address.removeprefix("http://")]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield RunningZoom(server)
        server.shutdown()
        thread.join()


def connect_zoom(builder: User) -> LinkedAccount:
    """Connects the builder to the stand-in."""
    account = LinkedAccountFactory.create(owner=builder, service="zoom", external_id=HOST, name="ada@zoom.sandbox")
    account.access_token, account.refresh_token = "sandbox-access-0", "sandbox-refresh-0"
    account.save()
    services.connected(account)
    assert BuilderProfile.objects.get(user=builder).has_zoom
    return account
