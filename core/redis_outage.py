"""Notes that Redis did not answer. For five seconds nothing in this process asks it, so that no page waits for it twice.

Cache, live events and wake-ups share the note: each of them works without Redis, and all of them together wait for it
once at most, for a second.
"""

from __future__ import annotations

import time

PAUSE_SECONDS = 5.0
TIMEOUT_SECONDS = 1.0
CLIENT_OPTIONS = {"socket_timeout": TIMEOUT_SECONDS, "socket_connect_timeout": TIMEOUT_SECONDS}
_until = 0.0


def is_noted() -> bool:
    """Whether Redis did not answer within the last five seconds."""
    return time.monotonic() < _until


def note() -> None:
    """Notes that Redis did not answer."""
    global _until  # noqa: PLW0603  (one note for each process)
    _until = time.monotonic() + PAUSE_SECONDS


def forget() -> None:
    global _until  # noqa: PLW0603  (as above)
    _until = 0.0
