"""File locks, which the kernel releases when their process ends, so that none is left behind."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class FileLock:
    """A flock on a file. The file is never deleted, since two processes could then lock two files of the same name."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor: int | None = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def acquire(self, *, shared: bool = False, wait: bool = True) -> bool:
        """Takes the lock and returns True; without `wait`, returns False at once if another process has it."""
        assert self._descriptor is not None
        mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(self._descriptor, mode if wait else mode | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def write(self, text: str) -> None:
        assert self._descriptor is not None
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, text.encode(), 0)


def is_held(path: Path) -> bool:
    """Whether any process has the lock on `path` right now."""
    if not path.exists():
        return False
    lock = FileLock(path)
    try:
        return not lock.acquire(wait=False)
    finally:
        lock.release()
