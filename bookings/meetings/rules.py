"""Rules about where a booking takes place, and who may read it when. They need a loaded booking, and no queries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from bookings.meetings.places import AT_BUILDER, AT_CLIENT
from bookings.models import Booking
from bookings.states import AHEAD, Side, State

JOIN_BEFORE = timedelta(minutes=15)
PARTIES = frozenset({Side.CLIENT, Side.BUILDER})
AGREED = frozenset({State.CONFIRMED, State.IN_PROGRESS, State.COMPLETED, State.DISPUTED})
CAN_JOIN = frozenset({State.CONFIRMED, State.IN_PROGRESS})


def link_of(booking: Booking) -> str:
    """Returns the link that applies: the booking's own, else that of its session type, else that of the builder.

    Sessions ahead follow a link that the builder changes. From the start on the booking keeps the link of that moment
    (`keep_link`), so that later changes do not rewrite where a past session was.
    """
    if not booking.is_remote:
        return ""
    if booking.meeting_url or booking.state not in AHEAD:
        return booking.meeting_url
    return standing_link(booking)


def keep_link(booking: Booking) -> None:
    """Copies the standing link onto a booking that starts or has started, unless it has a link of its own."""
    if booking.is_remote and not booking.meeting_url:
        booking.meeting_url = standing_link(booking)


def standing_link(booking: Booking) -> str:
    """Returns the link that applies to bookings of this kind without a link of their own."""
    return booking.session_type.meeting_url or booking.builder.builder_profile.meeting_url


def link_for(booking: Booking, sides: Collection[Side]) -> str:
    """Returns the link as these sides may read it, or an empty string.

    The client reads it once the booking is confirmed, the builder before that too. Nobody else does: whoever has the
    link can walk into the session.
    """
    is_agreed = booking.state in AGREED and Side.CLIENT in sides
    is_own = booking.state != State.CANCELLED and Side.BUILDER in sides
    return link_of(booking) if is_agreed or is_own else ""


def place_for(booking: Booking, sides: Collection[Side]) -> str:
    """Returns the address of a session in person as these sides may read it; only client and builder may.

    A client's own address is no longer shown to the builder once the booking is cancelled.
    """
    if booking.in_person_at == AT_CLIENT and booking.state == State.CANCELLED and Side.CLIENT not in sides:
        return ""
    return booking.location if PARTIES.intersection(sides) else ""


def in_person_at(booking: Booking) -> str | None:
    """Returns whose address a session in person is at; None for a remote one. Older bookings are at the builder's."""
    return None if booking.is_remote else booking.in_person_at or AT_BUILDER


def join_link(booking: Booking, side: Side, now: datetime) -> str:
    """Returns the link for the button to join, which is there from 15 minutes before the start until the end."""
    is_time = booking.starts_at - JOIN_BEFORE <= now < booking.ends_at
    return link_for(booking, {side}) if is_time and booking.state in CAN_JOIN else ""


def seconds_to_join(booking: Booking, now: datetime) -> int | None:
    """Returns in how many seconds the button to join appears; None if it is there already, or not within a day."""
    wait = (booking.starts_at - JOIN_BEFORE - now).total_seconds()
    is_ahead = booking.state == State.CONFIRMED and booking.is_remote and 0 < wait < 24 * 3600
    return int(wait) + 1 if is_ahead else None


def is_link_missing(booking: Booking) -> bool:
    """Whether a confirmed remote session that is still ahead has no link yet."""
    return booking.state == State.CONFIRMED and booking.is_remote and not link_of(booking)


def why_no_link(booking: Booking, now: datetime) -> str | None:
    """Returns why the builder cannot set a link for this booking; None if they can."""
    if not booking.is_remote:
        return "You meet in person, so there is no link."
    if booking.state not in (*AHEAD, State.IN_PROGRESS) or booking.ends_at <= now or booking.proof_due_at is not None:
        return "The link can be set until the session ends."
    return None
