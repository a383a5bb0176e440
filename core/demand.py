"""Counts what people looked for and did not find, so that insights can show where demand has no supply."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.core.cache import cache
from django.db import connection

from core.models import DemandEvent

Kind = DemandEvent.Kind
A_DAY = 24 * 60 * 60
KEPT_DAYS = 760  # two years and a month, so that a year can be compared with the year before
WORDS_KEPT_DAYS = 90  # the words of a search may name a person


def record(
    kind: DemandEvent.Kind,
    *,
    visitor: str,
    words: str = "",
    service: str = "",
    pathway: str = "",
    town: str = "",
    builder: UUID | None = None,
    session_type: UUID | None = None,
) -> None:
    """Counts that a visitor found nothing, once a day for the same thing. One query.

    The visitor is remembered in the cache only, by a digest, so that who reloads a page counts once.
    """
    day = datetime.now(UTC).date()
    sought = [
        kind.value, " ".join(words.lower().split())[:80], service[:50], pathway[:50], town[:120],
        str(builder or "") or None, str(session_type or "") or None,
    ]  # fmt: skip
    digest = hashlib.sha256(repr((str(day), visitor, sought)).encode()).hexdigest()[:40]
    if not cache.add(f"demand:{digest}", 1, A_DAY):
        return
    _count(day, sought)


def _count(day: date, sought: list[str | None]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO core_demandevent (day, kind, words, service, pathway, town, builder_id, session_type, count)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 1)
            ON CONFLICT ON CONSTRAINT one_count_of_a_demand DO UPDATE SET count = core_demandevent.count + 1
            """,
            [day, *sought],
        )


def forget_old(now: datetime) -> None:
    """Deletes counts that no comparison needs any more, and takes the words of searches out of older ones."""
    DemandEvent.objects.filter(day__lt=now.date() - timedelta(days=KEPT_DAYS)).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH old AS (DELETE FROM core_demandevent WHERE words <> '' AND day < %s RETURNING *)
            INSERT INTO core_demandevent (day, kind, words, service, pathway, town, builder_id, session_type, count)
            SELECT day, kind, '', service, pathway, town, builder_id, session_type, sum(count) FROM old
            GROUP BY day, kind, service, pathway, town, builder_id, session_type
            ON CONFLICT ON CONSTRAINT one_count_of_a_demand DO UPDATE SET count = core_demandevent.count + excluded.count
            """,
            [now.date() - timedelta(days=WORDS_KEPT_DAYS)],
        )
