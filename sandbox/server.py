"""The HTTP server of the stand-ins, with faults that can be switched on.

`POST /faults/<service>` with the name of a fault makes that service fail from then on; `none` mends it.
"""

from __future__ import annotations

import socket
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from sandbox.caldav import CalDavSandbox
from sandbox.calendars import CalendarsSandbox
from sandbox.calendly.service import Calendly
from sandbox.faults import FAULTS, SLOW_SECONDS
from sandbox.hosted_accounts import HostedAccounts
from sandbox.other_site import OtherSite
from sandbox.receiver import ReceiverSandbox
from sandbox.requests import Reply, Request
from sandbox.stripe.service import StripeSandbox
from sandbox.zoom import ZoomSandbox

Answer = tuple[int, str, bytes]  # status, content type, body


class Sandbox(ThreadingHTTPServer):
    """All stand-ins on one socket, each below a path of its own."""

    daemon_threads = True

    def __init__(self, listener: socket.socket | None = None, *, stripe_file: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler, bind_and_activate=listener is None)
        if listener is not None:
            self.socket.close()
            self.socket = listener
            self.server_address = listener.getsockname()
        self.faults: dict[str, str] = {}
        self.waymark = ""  # where webhooks are sent
        self.zoom = ZoomSandbox(self.address, self._send_webhook("zoom"))
        self.calendly = Calendly()
        self.stripe = StripeSandbox(f"{self.address}/stripe", file=stripe_file)
        self.caldav = CalDavSandbox()
        self.calendars = CalendarsSandbox(self.address, self.caldav)
        self.receiver = ReceiverSandbox()
        self.other_site = OtherSite()
        self.hosted = {name: HostedAccounts(name, self.address) for name in ("google", "microsoft")}
        self.apps: dict[str, Callable[[Request], Reply]] = {
            "zoom": self.zoom.answer,
            "stripe": self.stripe.answer,
            "caldav": self.caldav.answer,
            "calendars": self.calendars.answer,
            "receiver": self.receiver.answer,
            "site": self.other_site.answer,
            **{name: account.answer for name, account in self.hosted.items()},
        }

    def _send_webhook(self, service: str) -> Callable[[bytes, dict[str, str]], None]:
        """Returns a function that sends webhooks of a service in a thread, as services do not wait for them."""

        def post(body: bytes, headers: dict[str, str]) -> None:
            request = urllib.request.Request(f"{self.waymark}/webhooks/{service}/", body, headers)  # noqa: S310  (our own)
            with suppress(OSError):
                urllib.request.urlopen(request, timeout=10).close()  # noqa: S310  (our own)

        def send(body: bytes, headers: dict[str, str]) -> None:
            if self.waymark:
                threading.Thread(target=post, args=[body, headers], daemon=True).start()

        return send

    def set_fault(self, service: str, fault: str) -> bool:
        """Makes a service fail from now on; `none` mends it. Returns False for a fault or a service that there is not."""
        if service == "calendly":
            return self.calendly.set_fault(fault)
        if service == "stripe":
            return self.stripe.set_fault(fault)
        if service == "receiver":
            return self.receiver.set_fault(fault)
        if service == "zoom":
            self.faults[service] = self.zoom.fault = fault
            return True
        if service not in ("caldav", "calendars") or fault not in FAULTS:
            return False
        (self.caldav if service == "caldav" else self.calendars).fault = fault
        return True

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Sandbox

    def do_GET(self) -> None:
        if self._answered_by_app():
            return
        service, _, path = urlsplit(self.path).path.lstrip("/").partition("/")
        if service == "calendly":
            self._ask_calendly(path)
            return
        self._send((404, "text/plain", b"No such service"))

    def do_POST(self) -> None:
        if self._answered_by_app():
            return
        prefix, _, service = urlsplit(self.path).path.lstrip("/").partition("/")
        if prefix == "calendly":
            self._ask_calendly(service)
            return
        fault = self._body().decode(errors="replace").strip()
        if prefix == "faults" and self.server.set_fault(service, fault):
            self._send((204, "text/plain", b""))
            return
        self._send((404, "text/plain", b"There is no such fault"))

    def do_PATCH(self) -> None:
        self._answered_by_app()

    def do_PUT(self) -> None:
        self._answered_by_app()

    def do_PROPFIND(self) -> None:
        self._answered_by_app()

    def do_REPORT(self) -> None:
        self._answered_by_app()

    def do_DELETE(self) -> None:
        self.do_POST()

    def _answered_by_app(self) -> bool:
        """Answers a request to a stand-in with an API of its own; returns False if it is to none."""
        parts = urlsplit(self.path)
        service, _, path = parts.path.lstrip("/").partition("/")
        app = self.server.apps.get(service)
        if app is None:
            return False
        body = self._body()
        if self.server.faults.get(service) == "slow" and path.startswith("v2"):
            time.sleep(SLOW_SECONDS)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        reply = app(Request(self.command, path, query, dict(self.headers), body))
        if reply.status == 0:  # a fault: the connection is closed without an answer
            self.close_connection = True
            return True
        with suppress(ConnectionError):  # who asked waits no longer, after the fault "slow"
            self._send((reply.status, reply.content_type, reply.body), reply.headers)
        return True

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _ask_calendly(self, path: str) -> None:
        query = urlsplit(self.path).query
        status, headers, body = self.server.calendly.answer(
            self.command, path, query, dict(self.headers.items()), self._body()
        )
        self._send((status, headers.pop("Content-Type"), body), headers)

    def _send(self, answer: Answer, headers: dict[str, str] | None = None) -> None:
        status, content_type, body = answer
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *parts: object) -> None:
        """Logs nothing: the demo shows the logs of all its processes in one stream."""
