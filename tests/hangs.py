"""Reports where a test hangs. pytest-timeout ends the process of the test, and with pytest-xdist its report is lost."""

from __future__ import annotations

import os
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from greenlet import getcurrent, greenlet

STDERR = pytest.StashKey[int]()


def keep_stderr(config: pytest.Config) -> None:
    """Keeps a copy of the real standard error, which pytest replaces while a test runs."""
    config.stash[STDERR] = os.dup(2)


@contextmanager
def reported(item: pytest.Item, *, after: float) -> Iterator[None]:
    """Writes the stack of a test that takes longer than `after` seconds, with the call to Playwright that it waits for.

    faulthandler shows only Playwright's loop there, because that runs in another greenlet of the same thread.
    """
    timer = threading.Timer(after, _write_stack, [item.nodeid, getcurrent(), item.config.stash[STDERR]])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _write_stack(name: str, test: greenlet, target: int) -> None:
    stack = (
        "".join(traceback.format_stack(test.gr_frame, limit=20)) if test.gr_frame else "It waits outside Playwright.\n"
    )
    os.write(target, f"\n{name} hangs:\n{stack}\n".encode())
