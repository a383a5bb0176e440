"""Leases on the embedded servers, which keep them running while a process uses them."""

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
MOST_STARTS = 3
Report = Callable[[str], None]


class ServersFailed(Exception):
    """The embedded servers do not start; the message is the reason, in one line."""


@dataclass
class Lease:
    """Keeps the servers running until it is released or this process ends."""

    instance: Instance
    _lock: FileLock

    def renew(self) -> bool:
        """Starts the supervisor again if it was killed, and returns whether it did."""
        if is_held(self.instance.supervising):
            return False
        _start(self.instance, lambda _: None)
        return True

    def release(self) -> None:
        self._lock.release()


def lease(instance: Instance, report: Report = lambda _: None) -> Lease:
    """Returns a lease once both servers answer; starts them first if they are not running."""
    lock = FileLock(instance.leases)
    # Waits only while a supervisor that has no leases left is shutting its servers down.
    lock.acquire(shared=True)
    try:
        _start(instance, report)
    except BaseException:
        lock.release()
        raise
    return Lease(instance, lock)


def embedded_lease(report: Report = lambda _: None) -> Lease | None:
    """Returns a lease if the environment asks for the embedded servers, None if it names others.

    The lock lasts as long as the process, so the caller need not keep the lease.
    """
    if os.environ.get("EMBEDDED_INSTANCE") == "site":  # the command `waymark` names the servers of a site's home
        return lease(Instance("site"), report)
    has_servers = os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")
    if has_servers or os.environ.get("DEMO", "").lower() not in {"1", "true", "yes", "on"}:
        return None
    return lease(Instance(os.environ.get("EMBEDDED_INSTANCE") or "demo"), report)


def delete_data(instance: Instance) -> None:
    """Deletes the instance's data. Raises ServersFailed while a process has a lease."""
    lock = FileLock(instance.leases)
    if not lock.acquire(wait=False):
        raise ServersFailed("Waymark is running from this folder. Stop it first, then reset.")
    try:
        _stop_supervisor(instance)
        shutil.rmtree(instance.data, ignore_errors=True)
    finally:
        lock.release()


def _start(instance: Instance, report: Report) -> None:
    starting = FileLock(instance.starting)
    starting.acquire()
    try:
        # A supervisor that is about to end may still have its lock. Then it is waited for, and another one started.
        if is_held(instance.supervising) and _becomes_ready(instance):
            return
        report("starting PostgreSQL and Valkey")
        if not any(_starts(instance) for _ in range(MOST_STARTS)):
            raise ServersFailed(_failure_reason(instance))
        _report_notes(instance, report)
    finally:
        starting.release()


def _starts(instance: Instance) -> bool:
    """Starts a supervisor and returns whether the servers answer. Raises ServersFailed where it says why they do not.

    One that ends without a reason was told to stop, or has met another that was just about to end: it is started again.
    """
    _spawn_supervisor(instance)
    if _becomes_ready(instance):
        return True
    if instance.failure.exists():
        raise ServersFailed(_failure_reason(instance))
    return False


def _report_notes(instance: Instance, report: Report) -> None:
    """Reports what the supervisor had to do so that the servers start, such as setting damaged data aside."""
    if instance.notes.exists():
        for line in instance.notes.read_text(errors="replace").splitlines():
            report(line)
        instance.notes.unlink(missing_ok=True)


_children: list[subprocess.Popen[bytes]] = []  # kept so that poll() reaps those that have ended


def _spawn_supervisor(instance: Instance) -> None:
    _children[:] = [child for child in _children if child.poll() is None]
    instance.failure.unlink(missing_ok=True)
    instance.notes.unlink(missing_ok=True)
    # Opened for appending, since a supervisor that is about to end may still write to it.
    with instance.log.open("ab") as log:
        log.truncate(0)
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
        if process.poll() is not None:
            return
        if time.monotonic() > deadline:
            raise ServersFailed(_failure_reason(instance))
        time.sleep(0.02)


def _becomes_ready(instance: Instance) -> bool:
    """Waits until both servers answer. Returns False when their supervisor has ended, or after two minutes."""
    deadline = time.monotonic() + FIRST_START_SECONDS
    while not answers(instance):
        if not is_held(instance.supervising) or time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _failure_reason(instance: Instance) -> str:
    source = instance.failure if instance.failure.exists() else instance.log
    lines = [line for line in source.read_text(errors="replace").splitlines() if line.strip()]
    reason = lines[-1] if lines else f"they said nothing. {instance.next_step}"
    return f"The embedded servers did not start: {reason} (see {instance.log})"


def _stop_supervisor(instance: Instance) -> None:
    deadline = time.monotonic() + 20
    while is_held(instance.supervising) and time.monotonic() < deadline:
        with suppress(ValueError, ProcessLookupError, FileNotFoundError):
            os.kill(int(instance.supervising.read_text()), signal.SIGTERM)
        time.sleep(0.1)
