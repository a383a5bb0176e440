"""Counted attempts, in PostgreSQL: they hold when the cache is wiped and when Redis is away."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from core.errors import Refusal, Refused


@dataclass(frozen=True)
class Limit:
    """At most `most` attempts within `window`, counted from the first; 0 means no limit."""

    name: str
    most: int
    window: timedelta

    def _key(self, subject: str) -> str:
        return hashlib.sha256(f"{self.name}:{subject}".encode()).hexdigest()

    def hit(self, subject: str) -> None:
        """Counts one attempt; raises once there are too many."""
        if not self.most:
            return
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
        if count > self.most:
            raise Refused(Refusal.RATE_LIMITED, retry_after=int(seconds) + 1)

    def take_back(self, subject: str) -> None:
        """Uncounts one attempt that turned out well."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE core_attempt SET count = count - 1 WHERE key = %s AND count > 0", [self._key(subject)]
            )

    def forget(self, subject: str) -> None:
        """Uncounts them all."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM core_attempt WHERE key = %s", [self._key(subject)])
