"""`python -m tests.bench.feed_server`: serves a calendar of 500 events on a free port, which it prints.

`/tagged/…` answers 304 to whom has its ETag; `/plain/…` sends the same calendar each time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

EVENTS = 500


def feed() -> bytes:
    """Returns a calendar with an hour on each of 500 days."""
    first = datetime(2026, 11, 1, 9, tzinfo=UTC)
    starts = [first + timedelta(days=number) for number in range(EVENTS)]
    blocks = "".join(
        f"BEGIN:VEVENT\r\nUID:event-{number}@feeds.example\r\nDTSTART:{start:%Y%m%dT%H%M%SZ}\r\nDURATION:PT1H\r\n"
        f"SUMMARY:Something that takes an hour\r\nEND:VEVENT\r\n"
        for number, start in enumerate(starts)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{blocks}END:VCALENDAR\r\n".encode()


class Handler(BaseHTTPRequestHandler):
    body = feed()

    def do_GET(self) -> None:
        is_tagged = self.path.startswith("/tagged/")
        if is_tagged and self.headers.get("If-None-Match") == '"1"':
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(200)
        if is_tagged:
            self.send_header("ETag", '"1"')
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *parts: Any) -> None:
        pass


if __name__ == "__main__":
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        print(server.server_port, flush=True)
        server.serve_forever()
