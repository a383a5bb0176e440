"""One query that looks at a time somebody wants. It runs before the builder's lock, where nearly all who come too late
are refused, and again under it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from scheduling.time_requests import TimeRequest

# The conditions of each part repeat those of an index, without which it would not be used.
PROBE = """
    SELECT
        EXISTS (
            SELECT FROM scheduling_reservation r
            WHERE r.builder_id = %(builder)s AND r.during && tstzrange(%(start)s, %(end)s)
              AND r.released_at IS NULL AND r.kind IN ('HOLD', 'BOOKED')
              AND (r.expires_at IS NULL OR r.expires_at > clock.at)
              AND (r.capacity = 1 OR r.session_type_id <> %(type)s)
              AND NOT EXISTS (
                  SELECT FROM scheduling_seat s WHERE s.reservation_id = r.id
                    AND (s.id = %(moved)s
                         OR (s.holder = %(holder)s AND s.released_at IS NULL AND s.expires_at IS NOT NULL)))),
        EXISTS (
            SELECT FROM scheduling_reservation r
            WHERE r.builder_id = %(builder)s AND r.during && tstzrange(%(start)s, %(end)s)
              AND r.released_at IS NULL AND r.kind IN ('HOLD', 'BOOKED')
              AND r.kind = 'HOLD' AND r.expires_at <= clock.at),
        EXISTS (
            SELECT FROM scheduling_seat s JOIN scheduling_reservation r ON r.id = s.reservation_id
            WHERE s.holder = %(holder)s AND s.released_at IS NULL AND s.expires_at IS NOT NULL
              AND r.builder_id = %(builder)s),
        clock.at
    FROM (SELECT COALESCE(%(now)s::timestamptz, clock_timestamp()) AS at) AS clock
"""


@dataclass(frozen=True)
class Probe:
    """What is known of a time after one query.

    `is_taken` does not count the visitor's own hold, the seat that is moved, and groups that could be joined.
    """

    is_taken: bool
    has_expired_hold: bool  # which the exclusion constraint still counts
    has_own_hold: bool  # of the visitor with this builder, at any time
    at: datetime


def probe(ask: TimeRequest, *, moved: UUID | None = None, now: datetime | None = None) -> Probe:
    """Looks at the time, as of `now` or of this moment. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            PROBE,
            {
                "builder": ask.session_type.builder_id, "start": ask.start, "end": ask.end, "now": now,
                "holder": ask.visitor.key, "type": ask.session_type.pk, "moved": moved,
            },
        )  # fmt: skip
        return Probe(*cursor.fetchone())
