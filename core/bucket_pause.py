"""Leaves a bucket that does not answer alone for some seconds, so that pages say so at once and do not all wait for it: nearly
every page has pictures of people. Each process finds out for itself."""

from __future__ import annotations

import threading
import time
from typing import Any

from botocore.exceptions import BotoCoreError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

MOST_FAILURES = 2  # in a row
PAUSE = 10.0  # seconds; then one request tries it, while the others still wait
AWAY = (ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError)


class BucketLeftAlone(BotoCoreError):  # type: ignore[misc]  # botocore has no types
    fmt = "it did not answer a moment ago"


class BucketPause:
    """What this process knows of a bucket: how many requests in a row were not answered."""

    def __init__(self) -> None:
        self._failures, self._until = 0, 0.0
        self._lock = threading.Lock()

    def watch(self, client: Any) -> None:
        """Counts the requests of a client, also those that it repeats by itself."""
        client.meta.events.register("before-send.s3", self._before)
        client.meta.events.register("needs-retry.s3", self._after)

    def _before(self, **request: Any) -> None:
        with self._lock:
            if self._failures < MOST_FAILURES:
                return
            if time.monotonic() < self._until:
                raise BucketLeftAlone
            self._until = time.monotonic() + PAUSE

    def _after(self, caught_exception: Exception | None = None, **answer: Any) -> None:
        with self._lock:
            if caught_exception is None:
                self._failures = 0
            elif isinstance(caught_exception, AWAY):
                self._failures, self._until = self._failures + 1, time.monotonic() + PAUSE
