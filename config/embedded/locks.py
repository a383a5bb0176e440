"""File locks: the kernel drops them with their holder, so none is ever stale."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class FileLock:
    """A flock on a file that is never deleted (deleting would make two files of one name)."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._handle: int | None = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self, *, shared: bool = False, wait: bool = True) -> bool:
        """True once it is ours; without `wait`, False if somebody else has it."""
        assert self._handle is not None
        mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(self._handle, mode if wait else mode | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def give_back(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def write(self, text: str) -> None:
        assert self._handle is not None
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, text.encode(), 0)


def is_held(path: Path) -> bool:
    """Whether some process holds the lock on `path` right now."""
    if not path.exists():
        return False
    lock = FileLock(path)
    try:
        return not lock.take(wait=False)
    finally:
        lock.give_back()
