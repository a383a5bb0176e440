"""The deliverables of bookings, with the older versions of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bookings.models import Booking, Deliverable


@dataclass(frozen=True)
class VersionedDeliverable:
    """The newest version of a deliverable, with the older ones, newest first."""

    newest: Deliverable
    older: list[Deliverable]


def deliverables_of(*bookings: Booking) -> list[VersionedDeliverable]:
    """Returns the deliverables of the bookings that are not removed, oldest first. One query."""
    return delivered(Deliverable.objects.filter(booking__in=bookings).order_by("created_at"))


def delivered(deliverables: Iterable[Deliverable]) -> list[VersionedDeliverable]:
    """Groups deliverables by their versions and leaves out removed ones. No query if they are loaded."""
    rows = [row for row in deliverables if row.removed_at is None]
    by_id = {row.pk: row for row in rows}
    replaced = {row.replaces_id for row in rows}
    newest_versions = []
    for row in rows:
        if row.pk in replaced:
            continue
        older, step = [], row
        while step.replaces_id in by_id:
            step = by_id[step.replaces_id]
            older.append(step)
        newest_versions.append(VersionedDeliverable(row, older))
    return newest_versions
