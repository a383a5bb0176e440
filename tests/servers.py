"""Runs the application in a separate process with a separate database, for tests that need real HTTP."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from config.embedded.paths import PROJECT
from tests.environment import database_url

START_SECONDS = 120  # long, so that a busy machine fails no test


@contextmanager
def serving(database: str, **variables: str) -> Iterator[str]:
    """Yields the site's address. The socket listens before the server runs, so that no connection is refused."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(256)
        site = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = subprocess.Popen(
            [sys.executable, "-m", "config.serve", str(listener.fileno())],
            cwd=PROJECT,
            env=os.environ
            | {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": database_url(database), "SITE_URL": site}
            | variables,
            pass_fds=[listener.fileno()],
        )
        try:
            _wait_until_up(site)
            yield site
        finally:
            server.terminate()
            server.wait(20)


def _wait_until_up(site: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while httpx.get(f"{site}/healthz", timeout=START_SECONDS).status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)
