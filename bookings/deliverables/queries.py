"""The deliverables of bookings, the newest version of each first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bookings.models import Booking, Deliverable


@dataclass(frozen=True)
class Delivered:
    """The newest version of something, with the ones before it."""

    newest: Deliverable
    older: list[Deliverable]


def deliverables_of(*bookings: Booking) -> list[Delivered]:
    """What came out of these bookings and was not removed, oldest first: one query."""
    return delivered(Deliverable.objects.filter(booking__in=bookings).order_by("created_at"))


def delivered(made: Iterable[Deliverable]) -> list[Delivered]:
    """The newest of each, with what it replaced: no query for what is loaded."""
    rows = [row for row in made if row.removed_at is None]
    by_id = {row.pk: row for row in rows}
    replaced = {row.replaces_id for row in rows}
    found = []
    for row in rows:
        if row.pk in replaced:
            continue
        older, step = [], row
        while step.replaces_id in by_id:
            step = by_id[step.replaces_id]
            older.append(step)
        found.append(Delivered(row, older))
    return found
