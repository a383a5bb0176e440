"""Tests what is sent to the service that collects error reports."""

from __future__ import annotations

import subprocess
import sys

import pytest

from config.embedded.paths import PROJECT

FAIL = """
import threading, urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
import sentry_sdk
from config.logs import start_sentry
from core.redaction import register_key_paths

class Kept(sentry_sdk.transport.Transport):
    def capture_envelope(self, envelope):
        print(envelope.get_event())

class Answering(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(204)
        self.end_headers()

def read(address):
    urllib.request.urlopen(address).close()
    raise LookupError("it failed for /bookings/guest/" + "-".join(["guest", "key"]) + "/act/")

register_key_paths("bookings/guest")
start_sentry(dsn="http://key@127.0.0.1:1/1", environment="test")
client = sentry_sdk.get_client()
client.transport = Kept(client.options)
server = HTTPServer(("127.0.0.1", 0), Answering)
threading.Thread(target=server.handle_request).start()
try:
    read(f"http://127.0.0.1:{server.server_port}/" + "-".join(["calendar", "secret"]))
except LookupError:
    sentry_sdk.capture_exception()
print(client.options["max_request_body_size"])
"""


@pytest.mark.slow
def test_an_error_report_has_no_address_that_was_read_no_key_and_no_variable() -> None:
    child = subprocess.run(
        [sys.executable, "-c", FAIL], capture_output=True, text=True, check=True, cwd=PROJECT, timeout=60
    )

    assert "it failed" in child.stdout
    assert "calendar-secret" not in child.stdout
    assert "/bookings/guest/[hidden]/act/" in child.stdout
    assert "guest-key" not in child.stdout
    assert "'vars'" not in child.stdout
    assert child.stdout.endswith("never\n")  # forms hold secret addresses, passwords and home addresses
