"""Rate limits, counted in PostgreSQL, so that they also work when the cache is emptied or Redis is down."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection

from core.errors import Refusal, Refused


@dataclass(frozen=True)
class Usage:
    """How much of a limit is used."""

    most: int
    count: int
    seconds: int  # until the count starts again
    at: datetime  # when it was counted, by the database's clock

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

    def key(self, subject: str) -> str:
        """Returns the key of the row that counts this subject."""
        return hashlib.sha256(f"{self.name}:{subject}".encode()).hexdigest()

    def hit(self, subject: str, sentence: str | None = None) -> None:
        """Counts one attempt; refuses it, with this sentence or the usual one, if there were too many."""
        usage = self.count(subject)
        if usage and usage.is_exceeded:
            raise Refused(Refusal.RATE_LIMITED, sentence, retry_after=usage.seconds)

    def count(self, subject: str) -> Usage | None:
        """Counts one attempt and returns the usage with it; None where there is no limit."""
        return _count([(self, subject)])[0]

    def take_back(self, subject: str) -> None:
        """Takes one attempt off the count, because it succeeded."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE core_attempt SET count = count - 1 WHERE key = %s AND count > 0", [self.key(subject)]
            )

    def forget(self, subject: str) -> None:
        """Sets the count back to zero."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM core_attempt WHERE key = %s", [self.key(subject)])


def hit_all(attempts: Iterable[tuple[Limit, str]]) -> None:
    """Counts one attempt for each limit and subject, in one query; refuses it if there were too many of any."""
    usages = _count(list(attempts))
    if exceeded := [usage.seconds for usage in usages if usage and usage.is_exceeded]:
        raise Refused(Refusal.RATE_LIMITED, retry_after=max(exceeded))


def _count(attempts: list[tuple[Limit, str]]) -> list[Usage | None]:
    """Counts the attempts and returns the usage of each; None where there is no limit. At most one query.

    The rows are written in the order of their keys, so that two requests at once cannot wait for each other.
    """
    keys = [limit.key(subject) if limit.allowed else None for limit, subject in attempts]
    windows = {key: limit.window for key, (limit, _) in zip(keys, attempts, strict=True) if key}
    if not windows:
        return [None for _ in keys]
    rows = sorted(windows.items())
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO core_attempt AS a (key, count, expires_at)
            SELECT key, 1, clock_timestamp() + make_interval(secs => seconds)
            FROM unnest(%(keys)s::text[], %(windows)s::double precision[]) WITH ORDINALITY AS attempt (key, seconds, n)
            ORDER BY n
            ON CONFLICT (key) DO UPDATE SET
                count = CASE WHEN a.expires_at <= clock_timestamp() THEN 1 ELSE a.count + 1 END,
                expires_at = CASE WHEN a.expires_at <= clock_timestamp() THEN excluded.expires_at ELSE a.expires_at END
            RETURNING key, count, extract(epoch FROM expires_at - clock_timestamp()), clock_timestamp()
            """,
            {"keys": [key for key, _ in rows], "windows": [window.total_seconds() for _, window in rows]},
        )
        counted = {key: (count, int(seconds) + 1, at.astimezone(UTC)) for key, count, seconds, at in cursor.fetchall()}
    return [
        Usage(limit.allowed, *counted[key]) if key else None for key, (limit, _) in zip(keys, attempts, strict=True)
    ]
