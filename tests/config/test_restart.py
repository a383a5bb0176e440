"""`waymark restart`: every process of a served site is replaced by a new one, and no request fails meanwhile."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from config.embedded.paths import PROJECT
from tests import databases
from tests.config.command import waymark
from tests.config.production import PRODUCTION
from tests.environment import NUMBER, WORKER, database_variables, redis_url
from waymark.home import CONFIGURATION

START_SECONDS = 300


class Visitor:
    """Asks a page again and again, on a new connection each time, and keeps what was not 200."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.answers: list[str] = []
        self._is_ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Visitor:
        self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._is_ending.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._is_ending.wait(0.05):
            try:
                self.answers.append(str(httpx.get(self.address, timeout=60).status_code))
            except httpx.TransportError as error:
                self.answers.append(repr(error))


@contextmanager
def served(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Serves a site from this home by `waymark serve`; yields the process and the site's address."""
    name = f"waymark_site_{WORKER}"
    databases.clone(databases.TEMPLATE, name)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    variables = PRODUCTION | database_variables(name)
    variables |= {
        "REDIS_URL": redis_url(os.environ["TEST_REDIS_URL"], NUMBER + 16),
        "SITE_URL": address,
        "ALLOWED_HOSTS": "127.0.0.1",
    }
    (home / CONFIGURATION).write_text("".join(f"{key}={value}\n" for key, value in variables.items()))
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "waymark", "serve", "--port", str(port)],
            cwd=PROJECT,
            env={"PATH": "/usr/bin:/bin", "WAYMARK_HOME": str(home)},
            stdout=log,
            stderr=log,
            start_new_session=True,  # without a terminal, as under systemd
        )
    try:
        yield process, address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        databases.drop(name)


def wait_until_served(home: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and "Waymark is ready" not in (home / "log").read_text():
        time.sleep(0.2)


def processes_of(address: str) -> set[str]:
    """Returns the ids of the processes that belong to this site, by a variable that all of them have."""
    mark = f"SITE_URL={address}".encode()
    processes = set()
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in path.read_bytes().split(b"\0") and b"-m\0c" in path.with_name("cmdline").read_bytes():
                processes.add(path.parent.name)
        except OSError:
            continue  # it has ended
    return processes


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="this system has no /proc")
@pytest.mark.xdist_group("demo")
def test_everything_is_restarted_without_a_break(tmp_path: Path) -> None:
    with served(tmp_path) as (process, address):
        wait_until_served(tmp_path)
        before = processes_of(address)
        with Visitor(f"{address}/readyz") as visitor:
            done = waymark("restart", home=tmp_path)
        after = processes_of(address)

        assert (done.returncode, done.stdout, done.stderr) == (0, "Everything was restarted.\n", "")
        assert set(visitor.answers) == {"200"}
        assert before
        assert after
        assert before & after == set()
        assert process.poll() is None


def test_a_site_that_is_not_served_is_not_restarted(tmp_path: Path) -> None:
    done = waymark("restart", home=tmp_path)

    assert done.returncode == 1
    assert "Start it with: waymark serve" in done.stderr
