"""What emails say about sessions that a builder books for a client."""

from __future__ import annotations

from bookings.models import Booking, BookingEvent
from bookings.states import Side, State

INVITED_SMALL_PRINT = (
    "You got this mail because {builder} entered your address on Waymark. If you do not know them, you can "
    "ignore it. Nothing is booked, and you do not have to pay anything."
)


def is_invitation(booking: Booking, state: str) -> bool:
    """Whether the client has to accept, in this state of the booking."""
    return booking.awaits_client and state == State.PENDING


def booked_text(event: BookingEvent, side: Side, other: str) -> tuple[str, str]:
    """Returns the beginning of the subject, and the sentence, for a session that the builder has booked."""
    if is_invitation(event.booking, event.after):
        if side == Side.CLIENT:
            return f"{other} invites you", (
                f"{other} would like to book this session with you. Nothing is booked until you accept the price and the "
                "terms below. The time is held for you until then."
            )
        return "Invitation sent", f"You have invited {other} to a session. The time is held until they answer."
    if side == Side.CLIENT:
        return "Booked", f"{other} has booked a session for you. If it does not suit you, you can cancel it for free."
    return "Booked", f"You have booked a session for {other}."


def invitation_accepted_text(event: BookingEvent, side: Side, other: str) -> tuple[str, str]:
    """Returns the beginning of the subject, and the sentence, for an invitation that the client has accepted."""
    if event.side == side:
        return "Booked", f"You have accepted the session with {other}. It is booked."
    return "Accepted", f"{other} has accepted your invitation. The session is booked."
