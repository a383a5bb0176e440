"""Runs the stand-in for Google's and Microsoft's calendars, for accounts with a token that is accepted."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sandbox.hosted_calendars import HostedCalendars

TOKEN = "a-token-that-is-accepted"


@contextmanager
def hosted_calendars(settings: Any) -> Iterator[HostedCalendars]:
    """Yields the running stand-in, at which Waymark's client is registered."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            is_allowed = self.headers.get("Authorization") == f"Bearer {TOKEN}"
            self.send(*hosted.answer(parts.path, dict(parse_qsl(parts.query))) if is_allowed else (401, {}))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if urlsplit(self.path).path == "/revoke":
                hosted.given_back.append(dict(parse_qsl(body.decode())))
                self.send(200, {})
                return
            self.send(200, {"access_token": TOKEN, "refresh_token": "refresh", "expires_in": 3600})

        def send(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *parts: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        address = f"http://127.0.0.1:{server.server_port}"
        hosted = HostedCalendars(address)
        settings.OUTSIDE_TRUSTED = [f"127.0.0.1:{server.server_port}"]
        settings.GOOGLE_REVOKE_URL = f"{address}/revoke"
        for name in ("GOOGLE", "MICROSOFT"):
            setattr(settings, f"{name}_CLIENT_ID", "client-id")
            setattr(settings, f"{name}_TOKEN_URL", f"{address}/token")
            setattr(settings, f"{name}_API_URL", f"{address}/{name.lower()}")
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield hosted
        server.shutdown()
