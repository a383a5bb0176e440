"""Reviews in the API."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from bookings.api.formats import instant
from bookings.models import Booking, Review
from bookings.states import Side
from core.api import In, Out, SuccessBody, Whole
from core.openapi import InstantText, enum_of
from scheduling.api import shown


class ReviewOut(Out):
    id: UUID
    side: Annotated[str, enum_of((Side.CLIENT, Side.BUILDER))]
    display_name: str
    rating: int
    text: str
    reply: str | None
    created_at: InstantText
    published_at: InstantText | None

    @classmethod
    def of(cls, review: Review) -> ReviewOut:
        return cls(
            id=review.pk,
            side=review.side,
            display_name=review.author_name,
            rating=review.rating,
            text=review.text,
            reply=review.reply or None,
            created_at=instant(review.created_at),
            published_at=shown(review.published_at),
        )


def seen_reviews(booking: Booking, sides: frozenset[Side]) -> list[ReviewOut]:
    """Returns the published reviews, and those of the given sides before that. No query if reviews are prefetched."""
    return [
        ReviewOut.of(review)
        for review in sorted(booking.reviews.all(), key=lambda review: review.side, reverse=True)
        if review.is_shown or review.side in sides
    ]


class ReviewIn(In):
    rating: Annotated[Whole, Field(ge=1, le=5)]
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


class ReviewAnswer(SuccessBody):
    review: ReviewOut
