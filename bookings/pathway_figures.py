"""A builder's bookings grouped by pathway, with counts and sums."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum

from accounts.models import User
from bookings.models import Booking
from bookings.states import AHEAD, State
from core.compiled import CompiledQuery
from core.money import Money, rounded

PERIOD = timedelta(days=365)
NO_PATHWAY = "none"  # as a filter, the bookings that belong to no pathway


@dataclass
class PathwayFigures:
    """The bookings of one pathway, or of none: how many, and the worth of completed sessions by currency."""

    slug: str
    name: str
    look: str
    count: int = 0
    ahead: int = 0
    completed: int = 0
    sums: dict[str, Decimal] = field(default_factory=dict)

    @property
    def earned(self) -> list[Money]:
        return [Money(rounded(amount, currency), currency) for currency, amount in sorted(self.sums.items())]

    def add(self, row: PathwayFigures) -> None:
        self.count += row.count
        self.ahead += row.ahead
        self.completed += row.completed
        for currency, amount in row.sums.items():
            self.sums[currency] = self.sums.get(currency, Decimal(0)) + amount


def bookings_by_pathway(builder: User, now: datetime) -> list[PathwayFigures]:
    """Returns the figures of the builder's bookings of the last twelve months and of those ahead, by pathway in the
    pathways' order; those without a pathway come last. Cancelled ones do not count. One query."""
    rows = _by_pathway.rows(builder.pk, now, now - PERIOD)
    figures: dict[str, PathwayFigures] = {}
    places: dict[str, tuple[bool, int, str]] = {}
    for row in rows:
        slug = row["pathway__slug"] or NO_PATHWAY
        name = row["pathway__name"] or "No pathway"
        places[slug] = (slug == NO_PATHWAY, row["pathway__order"] or 0, name)
        is_completed = row["state"] == State.COMPLETED
        figures.setdefault(slug, PathwayFigures(slug, name, row["pathway__look"] or "")).add(
            PathwayFigures(
                slug, name, "", row["count"], row["ahead"], row["count"] if is_completed else 0,
                {row["currency"]: row["worth"]} if is_completed and row["worth"] else {},
            )
        )  # fmt: skip
    return sorted(figures.values(), key=lambda entry: places[entry.slug])


def _grouped(builder: UUID, now: datetime, since: datetime) -> Any:
    mine = Booking.objects.of_builder(builder).counting().filter(starts_at__gt=since).exclude(state=State.CANCELLED)
    by = ("pathway__slug", "pathway__name", "pathway__look", "pathway__order", "state", "currency")
    ahead = Q(state__in=[*AHEAD, State.IN_PROGRESS], ends_at__gt=now)
    sums = {"ahead": Count("pk", filter=ahead), "worth": Sum("total", default=Decimal(0))}
    return mine.order_by().values(*by).annotate(count=Count("pk"), **sums)


_by_pathway = CompiledQuery(_grouped)


def total_of(rows: Iterable[PathwayFigures]) -> PathwayFigures:
    """Returns the sum of all rows."""
    total = PathwayFigures("", "All", "")
    for row in rows:
        total.add(row)
    return total
