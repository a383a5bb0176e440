"""Rate limits, counted in PostgreSQL, so that they also work when the cache is emptied or Redis is down."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import connection

from core.errors import Refusal, Refused


@dataclass(frozen=True)
class Usage:
    """How much of a limit is used."""

    most: int
    count: int
    seconds: int  # until the count starts again

    @property
    def left(self) -> int:
        return max(0, self.most - self.count)

    @property
    def is_exceeded(self) -> bool:
        return self.count > self.most


@dataclass(frozen=True)
class Limit:
    """Allows at most `most` attempts within `window`, which begins with the first attempt; 0 means no limit.

    `most` is a number, or the name of the setting with the number.
    """

    name: str
    most: int | str
    window: timedelta

    @property
    def allowed(self) -> int:
        return int(getattr(settings, self.most)) if isinstance(self.most, str) else self.most

    def _key(self, subject: str) -> str:
        return hashlib.sha256(f"{self.name}:{subject}".encode()).hexdigest()

    def hit(self, subject: str, sentence: str | None = None) -> None:
        """Counts one attempt; refuses it, with this sentence or the usual one, if there were too many."""
        usage = self.count(subject)
        if usage and usage.is_exceeded:
            raise Refused(Refusal.RATE_LIMITED, sentence, retry_after=usage.seconds)

    def count(self, subject: str) -> Usage | None:
        """Counts one attempt and returns the usage with it; None where there is no limit."""
        if not self.allowed:
            return None
        with connection.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO core_attempt AS a (key, count, expires_at)
                VALUES (%(key)s, 1, clock_timestamp() + make_interval(secs => %(window)s))
                ON CONFLICT (key) DO UPDATE SET
                    count = CASE WHEN a.expires_at <= clock_timestamp() THEN 1 ELSE a.count + 1 END,
                    expires_at = CASE WHEN a.expires_at <= clock_timestamp()
                                      THEN excluded.expires_at ELSE a.expires_at END
                RETURNING count, extract(epoch FROM expires_at - clock_timestamp())
                """,
                {"key": self._key(subject), "window": self.window.total_seconds()},
            )
            count, seconds = cursor.fetchone()
        return Usage(self.allowed, count, int(seconds) + 1)

    def take_back(self, subject: str) -> None:
        """Takes one attempt off the count, because it succeeded."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE core_attempt SET count = count - 1 WHERE key = %s AND count > 0", [self._key(subject)]
            )

    def forget(self, subject: str) -> None:
        """Sets the count back to zero."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM core_attempt WHERE key = %s", [self._key(subject)])
