"""A server on this machine whose answers a test writes, for code that asks outside services."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Handler = Callable[[BaseHTTPRequestHandler], None]


class OutsideServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        self.answers: dict[str, Handler] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.bodies: list[bytes] = []
        server = self

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.requests.append((self.path, dict(self.headers)))
                server.answers[self.path](self)

            def do_POST(self) -> None:
                server.bodies.append(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
                self.do_GET()

            def do_PATCH(self) -> None:
                self.do_POST()

            def do_DELETE(self) -> None:
                self.do_POST()

            def do_PROPFIND(self) -> None:
                self.do_POST()

            def do_REPORT(self) -> None:
                self.do_POST()

            def log_message(self, *parts: Any) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Answering)

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"

    def answer(self, path: str, body: bytes = b"", status: int = 200, **headers: str) -> str:
        """Answers that path like this from now on. Returns its address."""

        def handler(request: BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            for name, value in headers.items():
                request.send_header(name.replace("_", "-"), value)
            request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)

        self.answers[path] = handler
        return self.address(path)


def closed_address(settings: Any) -> str:
    """Returns an address that Waymark may connect to, and where nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{taken.getsockname()[1]}"
    settings.OUTSIDE_TRUSTED = settings.CALENDARS_TRUSTED = [host]
    return f"http://{host}/"


@contextmanager
def outside_server(settings: Any) -> Iterator[OutsideServer]:
    """Yields a running server that Waymark may connect to, although it is on this machine."""
    with OutsideServer() as server:
        settings.OUTSIDE_TRUSTED = settings.CALENDARS_TRUSTED = [f"127.0.0.1:{server.server_port}"]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
