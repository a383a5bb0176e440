"""Circuit breakers for outside services, shared by all processes.

After five failures in a row a service is left alone for a minute, for one owner at a time: then one call tries it, while
the others still wait. The counts are in the cache; while Redis is down, every call is let through.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.cache import cache

MOST_FAILURES = 5
OPEN_SECONDS = 60
PROBE_SECONDS = 30  # longer than a call takes
FORGOTTEN_AFTER = 3600
NOTED_SECONDS = 3 * OPEN_SECONDS  # how long a service is reported as not answering after a breaker of it opened


@dataclass(frozen=True)
class Breaker:
    """The breaker of one service and one owner of a connection there."""

    service: str
    owner: str

    def lets_pass(self) -> bool:
        """Whether a call may be made now. Of the callers after a pause, one is let through."""
        state = cache.get_many([self._failures, self._open])
        if state.get(self._failures, 0) < MOST_FAILURES:
            return True
        return self._open not in state and cache.add(self._probe, 1, timeout=PROBE_SECONDS)

    def succeeded(self) -> None:
        """Closes the breaker: the service answered."""
        if cache.get(self._failures) is not None:
            cache.delete_many([self._failures, self._open, self._probe])

    def failed(self) -> None:
        """Counts a failure; the fifth in a row opens the breaker, as does a failed try after a pause."""
        cache.add(self._failures, 0, timeout=FORGOTTEN_AFTER)
        if _increased(self._failures) >= MOST_FAILURES:
            cache.set(self._open, 1, timeout=OPEN_SECONDS)
            cache.set(_note(self.service), 1, timeout=NOTED_SECONDS)
            cache.delete(self._probe)

    @property
    def _base(self) -> str:
        owner = hashlib.sha256(self.owner.encode()).hexdigest()[:24]
        return f"breaker:{self.service}:{owner}"

    @property
    def _failures(self) -> str:
        return f"{self._base}:failures"

    @property
    def _open(self) -> str:
        return f"{self._base}:open"

    @property
    def _probe(self) -> str:
        return f"{self._base}:probe"


def not_answering(services: Iterable[str]) -> set[str]:
    """Returns those of these services of which a breaker opened a short while ago. One call to the cache."""
    notes = {_note(service): service for service in services}
    return {notes[key] for key in cache.get_many(notes)}


def _note(service: str) -> str:
    return f"breaker:{service}:noted"


def _increased(key: str) -> int:
    try:
        return int(cache.incr(key))
    except ValueError:  # it expired in between
        return 1
