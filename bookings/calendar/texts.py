"""What emails say about a session whose length was changed."""

from __future__ import annotations

from bookings.models import BookingEvent
from bookings.times import When
from core.templatetags.waymark import minutes


def length_text(event: BookingEvent, when: When, other: str, who: str, *, is_mine: bool) -> str:
    """Returns the sentence for one side about another length. `when` is the time that the email leads with."""
    length = minutes(int((event.ends_at - event.starts_at).total_seconds()) // 60)
    did = f"You have changed your session with {other}" if is_mine else f"{who} has changed the length of your session"
    return f"{did}. It now lasts {length}, until {when.ends}."
