"""Stores when each builder can next be booked, so that the order by it is an index instead of a calculation for each.

It is written when free times or the listing change, and each minute for those whose time has passed. Cards show the time as
of the moment; only their order can be a minute old.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from marketplace.models import NEVER, BuilderListing

BATCH = 2_000
FILL = """
UPDATE marketplace_builderlisting listing
SET next_start = coalesce(first.at, %(never)s), next_start_ends = coalesce(first.ends, %(never)s)
FROM unnest(%(builders)s::uuid[]) AS wanted (builder_id) LEFT JOIN LATERAL (
    SELECT times.next_slot AS at, times.next_slot - make_interval(secs => greatest(1, free.notice)) AS ends
    FROM session_availability times JOIN scheduling_freetimes free ON free.session_type_id = times.session_type_id
    WHERE times.builder_id = wanted.builder_id AND times.is_bookable ORDER BY 1, 2 LIMIT 1) AS first ON true
WHERE listing.builder_id = wanted.builder_id AND (listing.next_start, listing.next_start_ends)
    IS DISTINCT FROM (coalesce(first.at, %(never)s), coalesce(first.ends, %(never)s))
"""


def fill(builders: Iterable[UUID]) -> None:
    """Writes the next free start of these builders. One query."""
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"builders": list(builders), "never": NEVER})


def fill_passed(now: datetime) -> int:
    """Writes the next free start of builders whose stored one has passed. Returns of how many. Two queries."""
    with transaction.atomic():
        passed = BuilderListing.objects.filter(next_start_ends__lte=now).order_by("next_start_ends")
        locked = passed.select_for_update(skip_locked=True, no_key=True).values_list("builder_id", flat=True)
        builders = list(locked[:BATCH])
        if builders:
            fill(builders)
    return len(builders)


def fill_all() -> None:
    """Writes the next free start of all builders, in batches."""
    builders = list(BuilderListing.objects.order_by("builder_id").values_list("builder_id", flat=True))
    for first in range(0, len(builders), BATCH):
        fill(builders[first : first + BATCH])
