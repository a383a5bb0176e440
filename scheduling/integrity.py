"""Integrity checks of reservations and seats, which query the rows directly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection

from scheduling.loading import STORED_MINUTES

OVERLAPS = """
    SELECT a.builder_id, lower(a.during), lower(b.during) FROM scheduling_reservation a
    JOIN scheduling_reservation b ON b.builder_id = a.builder_id AND b.during && a.during AND b.id > a.id
    WHERE a.released_at IS NULL AND b.released_at IS NULL
      AND a.kind IN ('HOLD', 'BOOKED') AND b.kind IN ('HOLD', 'BOOKED')
"""
OVERSOLD = """
    SELECT r.id, count(s.id), r.capacity FROM scheduling_reservation r JOIN scheduling_seat s ON s.reservation_id = r.id
    WHERE r.released_at IS NULL AND s.released_at IS NULL AND (s.expires_at IS NULL OR s.expires_at > %(now)s)
    GROUP BY r.id HAVING count(s.id) > r.capacity
"""
ORPHANS = """
    SELECT r.id FROM scheduling_reservation r WHERE r.released_at IS NULL AND r.kind = 'BOOKED' AND NOT EXISTS (
        SELECT 1 FROM scheduling_seat s WHERE s.reservation_id = r.id AND s.released_at IS NULL AND s.expires_at IS NULL)
"""
OLD_HOLDS = """
    SELECT r.id FROM scheduling_reservation r
    WHERE r.released_at IS NULL AND r.kind = 'HOLD' AND r.expires_at < %(now)s - interval '1 hour'
"""
MERGED_ROWS = """
    r.released_at IS NULL AND r.kind = 'EXTERNAL' AND r.session_type_id IS NULL AND r.capacity = 1
    AND r.buffer_before = 0 AND r.buffer_after = 0
"""
NOT_MERGED = f"""
    SELECT r.builder_id, lower(r.during), shortest.minutes
    FROM scheduling_reservation r CROSS JOIN unnest(%(minutes)s::integer[]) AS shortest (minutes)
    LEFT JOIN scheduling_mergedbusytime m ON m.builder_id = r.builder_id AND m.minutes = shortest.minutes
    WHERE {MERGED_ROWS} AND lower(r.during) > %(now)s AND NOT COALESCE(m.times @> r.during, false)
"""  # noqa: S608  (built from constants only)
MERGED_OF_NOTHING = f"""
    SELECT m.builder_id, lower(part), m.minutes FROM scheduling_mergedbusytime m, unnest(m.times) AS part
    WHERE lower(part) > %(now)s AND NOT EXISTS (
        SELECT FROM scheduling_reservation r WHERE r.builder_id = m.builder_id AND r.during && part AND {MERGED_ROWS})
"""  # noqa: S608  (as above)


def wrongly_merged(now: datetime) -> Iterator[str]:
    """Reports busy time ahead that is not in what is stored merged, and merged time that nobody is busy in."""
    for builder, start, minutes in _rows(NOT_MERGED, now):
        yield f"{builder} is busy from {start:%Y-%m-%d %H:%M}, which is not merged for sessions of {minutes} minutes"
    for builder, start, minutes in _rows(MERGED_OF_NOTHING, now):
        yield f"{builder} is not busy from {start:%Y-%m-%d %H:%M}, which is merged for sessions of {minutes} minutes"


def overlaps(now: datetime) -> Iterator[str]:
    """Reports two live sessions of one builder at the same time."""
    for builder, first, second in _rows(OVERLAPS, now):
        yield f"{builder} has two sessions at once, from {first:%Y-%m-%d %H:%M} and {second:%Y-%m-%d %H:%M}"


def oversold(now: datetime) -> Iterator[str]:
    """Reports reservations with more live seats than their capacity."""
    for reservation, seats, capacity in _rows(OVERSOLD, now):
        yield f"reservation {reservation} has {seats} seats taken of {capacity}"


def orphans(now: datetime) -> Iterator[str]:
    """Reports booked reservations without a booked seat."""
    for (reservation,) in _rows(ORPHANS, now):
        yield f"reservation {reservation} is booked and nobody has a seat in it"


def old_holds(now: datetime) -> Iterator[str]:
    """Reports holds that expired more than an hour ago and are not released."""
    for (reservation,) in _rows(OLD_HOLDS, now):
        yield f"reservation {reservation} is a hold that nobody tidied up"


def _rows(query: str, now: datetime) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"now": now, "minutes": list(STORED_MINUTES)})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
