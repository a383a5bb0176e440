"""Ratings of builders, and the reviews that they come from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from accounts.models import User
from bookings.models import Review, StarCount
from bookings.models.reviews import ReviewQuerySet
from core.compiled import CompiledQuery

MOST_WORDS = 6  # of a search
FIRST = 10  # reviews that a builder's page shows at first
_counts = CompiledQuery(lambda builder: StarCount.objects.filter(builder=builder).values_list("counts", flat=True))
_newest = CompiledQuery(lambda builder: _published(builder).with_clients()[: FIRST + 1])


@dataclass
class Rating:
    """How many reviews gave each number of stars."""

    stars: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, counts: Iterable[int]) -> Rating:
        """Returns the rating with so many reviews of one star, of two stars and so on."""
        return cls({stars: count for stars, count in enumerate(counts, 1) if count})

    @property
    def count(self) -> int:
        return sum(self.stars.values())

    @property
    def average(self) -> float | None:
        """The average rounded to one decimal, or None without reviews."""
        return round(sum(stars * times for stars, times in self.stars.items()) / self.count, 1) if self.count else None

    @property
    def bars(self) -> list[tuple[int, int, int]]:
        """Tuples of stars, number of reviews and per cent of all reviews, five stars first."""
        return [(stars, times := self.stars.get(stars, 0), round(100 * times / self.count) if self.count else 0) for stars in range(5, 0, -1)]  # fmt: skip


def of_builders(builders: Iterable[UUID]) -> dict[UUID, Rating]:
    """Returns the rating of each builder by their id. One query."""
    ratings = {builder: Rating() for builder in builders}
    for builder, counts in StarCount.objects.filter(builder__in=list(ratings)).values_list("builder", "counts"):
        ratings[builder] = Rating.of(counts)
    return ratings


def of_builder(builder: UUID) -> Rating:
    """Returns the rating of the builder. One query."""
    return Rating.of(_counts.first(builder) or [])


def latest(builder: UUID, most: int = 10) -> list[Review]:
    """Returns the newest published reviews of a builder. One query."""
    return list(_published(builder).with_people()[:most])


def filtered(builder: User, *, stars: int | None, text: str, most: int) -> tuple[list[Review], bool]:
    """Returns the newest published reviews with so many stars and all of these words, and whether there are more than
    `most`. One query."""
    words = text.split()[:MOST_WORDS]
    if stars is None and not words and most == FIRST:
        rows = _newest.rows(builder.pk)
    else:
        reviews = _published(builder.pk)
        if stars is not None:
            reviews = reviews.filter(rating=stars)
        for word in words:
            reviews = reviews.filter(text__icontains=word)
        rows = list(reviews.with_clients()[: most + 1])
    for review in rows:
        review.booking.builder = builder
    return rows[:most], len(rows) > most


def _published(builder: UUID) -> ReviewQuerySet:
    return Review.objects.public().of_builders().filter(builder=builder)
