"""What emails say about suggested times."""

from __future__ import annotations

from bookings.models import BookingEvent
from bookings.states import Side, State, Verb

PROPOSAL_SENTENCES: dict[Verb, tuple[str, str]] = {  # (to the side that did it, to the other side)
    Verb.PROPOSE: (
        (
            "You have suggested other times to {other}. They are not reserved. Until {other} accepts one, "
            "the booking does not change."
        ),
        (
            "{other} suggests another time for your session. Accept a time with one click, or keep the "
            "current one. Suggested times are not reserved, so somebody else may book them first."
        ),
    ),
    Verb.REFUSE: (
        "You have declined the times that {other} suggested. The booking stays as it is.",
        "{other} has declined the times that you suggested. The booking stays as it is.",
    ),
    Verb.TIME_OUT: (
        "",
        "The times suggested for your session with {other} have expired. The booking stays as it is.",
    ),
}


def accepted_text(event: BookingEvent, side: Side, other: str) -> tuple[str, str]:
    """Returns the beginning of the subject, and the sentence, for a suggested time that the client has accepted."""
    subject = "Moved" if event.before == State.CONFIRMED else "Confirmed"
    if event.side == side:
        return subject, f"You have accepted the time that {other} suggested. Your session is confirmed."
    return subject, f"{other} has accepted the time that you suggested. The session is confirmed."
