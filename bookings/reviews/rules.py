"""When a review can be written or changed."""

from __future__ import annotations

from datetime import datetime, timedelta

from bookings.models import Booking, Review
from bookings.states import State

WITHIN = timedelta(days=14)


def closed(booking: Booking, review: Review | None, now: datetime) -> str | None:
    """Returns a sentence on why the review cannot be written or changed, or None if it can."""
    if booking.state != State.COMPLETED or booking.completed_at is None:
        return "A session can be reviewed once it is completed."
    if review is not None and review.published_at:
        return "Your review has been published and can no longer be changed."
    if booking.completed_at + WITHIN <= now:
        return "The two weeks for writing a review are over."
    return None
