"""The server of pages says that it will stop, and serves everything until then."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from config import pages
from config.embedded.paths import PROJECT
from tests.config.production import PRODUCTION

START_SECONDS = 120  # long, so that a busy machine fails no test


@contextmanager
def serving(home: Path, *options: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Yields the server and the address of its health check."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = {**PRODUCTION, "PATH": os.environ["PATH"], "WAYMARK_HOME": str(home)}
    command = [sys.executable, "-m", "config.pages", "--port", port, "--workers", "1", *options]
    process = subprocess.Popen(command, cwd=PROJECT, env=environment, stderr=subprocess.PIPE, start_new_session=True)
    try:
        yield process, f"http://127.0.0.1:{port}/healthz"
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


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
def test_a_server_says_that_it_will_stop_and_a_second_signal_ends_the_wait(tmp_path: Path) -> None:
    with serving(tmp_path, "--drain", "3600") as (process, address):
        assert wait_for(address, 200).headers.get("Connection") != "close"

        process.send_signal(signal.SIGTERM)
        answer = wait_for(address, 503)

        assert answer.json() == {"status": "draining"}
        assert answer.headers["Connection"] == "close"
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(START_SECONDS) == 0


@pytest.mark.slow
def test_an_unfinished_request_lets_a_server_stop_by_itself(tmp_path: Path) -> None:
    with serving(tmp_path, "--keep-alive", "1") as (process, address):
        wait_for(address, 200)
        with socket.create_connection(("127.0.0.1", httpx.URL(address).port or 0)) as client:
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: lo")

            process.send_signal(signal.SIGTERM)
            _, output = process.communicate(timeout=START_SECONDS)

    assert process.returncode == 0
    assert b"Killing" not in output


def test_the_proxy_gives_a_connection_up_before_the_server_does_and_both_before_a_worker_is_killed() -> None:
    kept = re.findall(r"\bkeepalive (\d+)s$", (PROJECT / "deploy" / "Caddyfile").read_text(), re.MULTILINE)

    assert len(kept) == 1
    assert int(kept[0]) < pages.KEEP_ALIVE_SECONDS < pages.FINISH_SECONDS
