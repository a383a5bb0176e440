"""What the stars say, counted from the published reviews themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count

from bookings.models import Review


@dataclass
class Rating:
    """How often each number of stars was given."""

    stars: dict[int, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(self.stars.values())

    @property
    def average(self) -> float | None:
        """To one decimal; none without a review."""
        return round(sum(stars * times for stars, times in self.stars.items()) / self.count, 1) if self.count else None

    @property
    def bars(self) -> list[tuple[int, int, int]]:
        """(stars, how often, per cent), five stars first."""
        return [(stars, times := self.stars.get(stars, 0), round(100 * times / self.count) if self.count else 0) for stars in range(5, 0, -1)]  # fmt: skip


def of_builders(builders: Iterable[UUID]) -> dict[UUID, Rating]:
    """All of them in one query."""
    builders = list(builders)
    found = {builder: Rating() for builder in builders}
    rows = (
        Review.objects.public().of_builders().filter(booking__builder__in=builders)
        .order_by().values_list("booking__builder", "rating").annotate(Count("pk"))
    )  # fmt: skip
    for builder, stars, times in rows:
        found[builder].stars[stars] = times
    return found


def latest(builder: UUID, most: int = 10) -> list[Review]:
    """The newest published words about a builder: one query."""
    told = Review.objects.public().of_builders().filter(booking__builder=builder)
    return list(told.with_people()[:most])
