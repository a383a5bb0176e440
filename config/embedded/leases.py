"""The users' side: take a lease, and find the servers running."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from config.embedded.locks import FileLock, is_held
from config.embedded.paths import PROJECT, Instance
from config.embedded.servers import answers

FIRST_START_SECONDS = 120.0  # initdb on a slow disk
Say = Callable[[str], None]


class ServersFailed(Exception):
    """The embedded servers cannot be had; the message says why, in one line."""


@dataclass
class Lease:
    """Keeps the servers running as long as this process lives."""

    instance: Instance
    _lock: FileLock

    def renew(self) -> bool:
        """Brings the supervisor back if it was killed; True if it had to."""
        if is_held(self.instance.supervising):
            return False
        _start(self.instance, lambda _: None)
        return True

    def give_back(self) -> None:
        self._lock.give_back()


def lease(instance: Instance, say: Say = lambda _: None) -> Lease:
    """Returns once both servers answer, having started them if need be."""
    lock = FileLock(instance.leases)
    # Blocks only in the moment in which a supervisor without users shuts its servers down.
    lock.take(shared=True)
    try:
        _start(instance, say)
    except BaseException:
        lock.give_back()
        raise
    return Lease(instance, lock)


def embedded_lease(say: Say = lambda _: None) -> Lease | None:
    """A lease if this process' settings need the embedded servers, None if it was given real ones.

    The lock goes with the process, so the caller need not keep the answer.
    """
    given = os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")
    if given or os.environ.get("DEMO", "").lower() not in {"1", "true", "yes", "on"}:
        return None
    return lease(Instance(os.environ.get("EMBEDDED_INSTANCE") or "demo"), say)


def forget(instance: Instance) -> None:
    """Deletes the instance's data; refused while somebody uses it."""
    lock = FileLock(instance.leases)
    if not lock.take(wait=False):
        raise ServersFailed("Waymark is running from this folder. Stop it first, then reset.")
    try:
        _stop_supervisor(instance)
        shutil.rmtree(instance.data, ignore_errors=True)
    finally:
        lock.give_back()


def _start(instance: Instance, say: Say) -> None:
    starting = FileLock(instance.starting)
    starting.take()
    try:
        if not is_held(instance.supervising):
            say("starting PostgreSQL and Valkey")
            _spawn_supervisor(instance)
        _wait_until_ready(instance)
    finally:
        starting.give_back()


_children: list[subprocess.Popen[bytes]] = []  # kept, so that one that dies is reaped and not mourned


def _spawn_supervisor(instance: Instance) -> None:
    _children[:] = [child for child in _children if child.poll() is None]
    instance.failure.unlink(missing_ok=True)
    with instance.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.embedded", instance.name],
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _children.append(process)
    deadline = time.monotonic() + 20
    while not is_held(instance.supervising):
        if process.poll() is not None or time.monotonic() > deadline:
            raise ServersFailed(_last_words(instance))
        time.sleep(0.02)


def _wait_until_ready(instance: Instance) -> None:
    deadline = time.monotonic() + FIRST_START_SECONDS
    while not answers(instance):
        if not is_held(instance.supervising) or time.monotonic() > deadline:
            raise ServersFailed(_last_words(instance))
        time.sleep(0.05)


def _last_words(instance: Instance) -> str:
    source = instance.failure if instance.failure.exists() else instance.log
    lines = [line for line in source.read_text(errors="replace").splitlines() if line.strip()]
    reason = lines[-1] if lines else "it said nothing"
    return f"The embedded servers did not start: {reason} (see {instance.log.relative_to(PROJECT)})"


def _stop_supervisor(instance: Instance) -> None:
    deadline = time.monotonic() + 20
    while is_held(instance.supervising) and time.monotonic() < deadline:
        with suppress(ValueError, ProcessLookupError, FileNotFoundError):
            os.kill(int(instance.supervising.read_text()), signal.SIGTERM)
        time.sleep(0.1)
