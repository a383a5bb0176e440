"""The server of pages says that it will stop, and serves everything until then."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from config.embedded.paths import PROJECT
from tests.config.production import PRODUCTION

START_SECONDS = 120  # long, so that a busy machine fails no test


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Yields the server, which would go on for an hour after SIGTERM, and the address of its health check."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = {**PRODUCTION, "PATH": os.environ["PATH"], "WAYMARK_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "config.pages", "--port", port, "--workers", "1", "--drain", "3600"]
    process = subprocess.Popen(command, cwd=PROJECT, env=environment, stderr=subprocess.DEVNULL, start_new_session=True)
    yield process, f"http://127.0.0.1:{port}/healthz"
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for(address: str, status: int) -> httpx.Response:
    """Waits until the health check answers so, and returns the answer."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            answer = httpx.get(address)
        except httpx.TransportError:
            continue
        if answer.status_code == status:
            return answer
    raise AssertionError(f"{address} does not answer {status}")


@pytest.mark.slow
def test_a_server_says_that_it_will_stop_and_a_second_signal_ends_the_wait(
    server: tuple[subprocess.Popen[bytes], str],
) -> None:
    process, address = server
    assert wait_for(address, 200).headers.get("Connection") != "close"

    process.send_signal(signal.SIGTERM)
    answer = wait_for(address, 503)

    assert answer.json() == {"status": "draining"}
    assert answer.headers["Connection"] == "close"
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.wait(START_SECONDS) == 0
