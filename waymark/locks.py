"""The locks of a home, which the kernel releases when their process ends, so that none is left behind."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from waymark.versions import folder_of_versions

LOOKED_AT = 2.0  # seconds: who only looks whether a lock is taken has it for a moment

_of_upgrade: list[int] = []


def take(path: Path, *, patience: float = 0) -> int | None:
    """Takes the lock of this file until its descriptor is closed; returns None if another process has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < deadline:
                time.sleep(0.05)
                continue
            os.close(descriptor)
            return None
        return descriptor


def is_taken(path: Path) -> bool:
    if not path.exists():
        return False
    descriptor = take(path)
    if descriptor is not None:
        os.close(descriptor)
    return descriptor is None


def is_upgrading(home: Path) -> bool:
    """Whether an upgrade or a rollback is in progress."""
    return is_taken(_upgrade_lock(home))


def lock_upgrades(home: Path) -> int | None:
    """Takes the lock of upgrades until this process and the commands that it has started end; returns None if another process
    has it."""
    folder_of_versions(home).mkdir(mode=0o700, exist_ok=True)
    descriptor = take(_upgrade_lock(home), patience=LOOKED_AT)
    if descriptor is not None:
        _of_upgrade.append(descriptor)
    return descriptor


def unlock_upgrades(descriptor: int) -> None:
    _of_upgrade.remove(descriptor)
    os.close(descriptor)


def inherited() -> list[int]:
    """Returns what the commands of an upgrade inherit: if the upgrade is killed, the next one begins only once they end."""
    return list(_of_upgrade)


def _upgrade_lock(home: Path) -> Path:
    return folder_of_versions(home) / "upgrade.lock"
