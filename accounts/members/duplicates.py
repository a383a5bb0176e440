"""Finds members that may be one person, and keeps the pairs as `MemberDuplicate` until they are merged or dismissed.

Pairs are kept rather than searched for by the page, because comparing the names of all members takes too long for a request.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import connection, transaction

from accounts.models import Member, MemberDuplicate
from core.ids import uuid7

ALIKE = 0.6  # `similarity` of pg_trgm from which on two names, and two companies, are near-equal
BATCH = 500

# %(ids)s are the members that changed. A pair is found from either side.
PAIRS = """
    SELECT least(mine.id, other.id), greatest(mine.id, other.id), 'key', 1.0
    FROM accounts_member AS mine
    JOIN accounts_member AS other ON other.key_folded = mine.key_folded AND other.id <> mine.id
    WHERE mine.id = ANY(%(ids)s) AND mine.merged_into_id IS NULL AND other.merged_into_id IS NULL
  UNION
    SELECT least(mine.id, other.id), greatest(mine.id, other.id), 'license', 1.0
    FROM accounts_member AS mine
    JOIN accounts_member AS other ON other.license_folded = mine.license_folded
        AND other.license_state = mine.license_state AND other.id <> mine.id
    WHERE mine.id = ANY(%(ids)s) AND mine.merged_into_id IS NULL AND other.merged_into_id IS NULL
        AND mine.license_folded <> '' AND mine.license_state <> ''
  UNION
    SELECT least(mine.id, other.id), greatest(mine.id, other.id), 'name',
        least(similarity(other.name_folded, mine.name_folded), similarity(other.company_folded, mine.company_folded))
    FROM accounts_member AS mine
    JOIN accounts_member AS other ON other.block = mine.block AND other.id <> mine.id
    WHERE mine.id = ANY(%(ids)s) AND mine.merged_into_id IS NULL AND other.merged_into_id IS NULL AND mine.block <> ''
        AND similarity(other.name_folded, mine.name_folded) >= %(alike)s
        AND similarity(other.company_folded, mine.company_folded) >= %(alike)s
"""


def refresh(members: Collection[UUID]) -> None:
    """Finds the duplicates of these members anew. Dismissed pairs stay dismissed."""
    ids = list(members)
    for start in range(0, len(ids), BATCH):
        _refresh_batch(ids[start : start + BATCH])


@transaction.atomic
def _refresh_batch(ids: list[UUID]) -> None:
    pairs: dict[tuple[UUID, UUID], tuple[str, float]] = {}
    with connection.cursor() as cursor:
        cursor.execute(PAIRS, {"ids": ids, "alike": ALIKE})
        for first, second, reason, likeness in cursor.fetchall():
            best = pairs.get((first, second))
            if best is None or _rank(reason) < _rank(best[0]):
                pairs[first, second] = reason, float(likeness)
        # A pair whose reason is gone is no duplicate any more; of a dismissed one nothing is left to say.
        cursor.execute(
            "DELETE FROM accounts_memberduplicate WHERE (first_id = ANY(%(ids)s) OR second_id = ANY(%(ids)s))"
            " AND dismissed_at IS NULL",
            {"ids": ids},
        )
        cursor.executemany(
            "INSERT INTO accounts_memberduplicate (id, created_at, changed_at, first_id, second_id, reason, likeness)"
            " VALUES (%s, now(), now(), %s, %s, %s, %s) ON CONFLICT (first_id, second_id) DO NOTHING",
            [[uuid7(), *pair, reason, round(likeness, 2)] for pair, (reason, likeness) in pairs.items()],
        )


def _rank(reason: str) -> int:
    return MemberDuplicate.Reason.values.index(reason)


def refresh_all() -> None:
    """Finds all duplicates anew, for the nightly job: a merge or a deletion may have left a pair behind."""
    refresh(Member.objects.current().values_list("pk", flat=True))
