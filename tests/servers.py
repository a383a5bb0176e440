"""Runs the application in a separate process with a separate database, for tests that need real HTTP."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx

from config.embedded.paths import PROJECT
from tests.environment import database_url
from waymark.command import PROCESSES

START_SECONDS = 300  # long, so that a busy machine fails no test


@contextmanager
def serving(database: str, **variables: str) -> Iterator[str]:
    """Yields the site's address. The socket listens before the server runs, so that no connection is refused."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(256)
        site = f"http://127.0.0.1:{listener.getsockname()[1]}"
        command = [sys.executable, "-m", "config.serve", str(listener.fileno())]
        with _running(command, site, database, variables, pass_fds=[listener.fileno()]):
            yield site


@contextmanager
def serving_as_in_production(database: str, **variables: str) -> Iterator[str]:
    """Yields the site's address. The server is started by the command of production, on a free port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = str(listener.getsockname()[1])
    command = command_of_pages()
    command[command.index("--host") + 1] = "127.0.0.1"
    command[command.index("--port") + 1] = port
    site = f"http://127.0.0.1:{port}"
    with _running(command, site, database, variables):
        yield site


def command_of_pages() -> list[str]:
    """Returns the command by which production starts the pages."""
    return [sys.executable, "-m", *PROCESSES["web"]]


@contextmanager
def _running(
    command: list[str], site: str, database: str, variables: dict[str, str], pass_fds: Sequence[int] = ()
) -> Iterator[None]:
    own = {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": database_url(database), "SITE_URL": site}
    server = subprocess.Popen(command, cwd=PROJECT, env=os.environ | own | variables, pass_fds=pass_fds)
    try:
        _wait_until_up(site)
        yield
    finally:
        server.terminate()
        server.wait(60)


def _wait_until_up(site: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _is_up(site):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _is_up(site: str) -> bool:
    try:
        return httpx.get(f"{site}/healthz", timeout=30).status_code == 200
    except (httpx.ConnectError, httpx.TimeoutException):
        return False  # it does not listen yet, or is still loading the application
