"""Rules about where a booking takes place, and who may read it when. They need a loaded booking, and no queries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.urls import reverse

from bookings.meetings.places import AT_BUILDER, AT_CLIENT
from bookings.models import Booking, Meeting
from bookings.states import AHEAD, Side, State, Verb
from connections.zoom.configuration import has_platform_account

JOIN_BEFORE = timedelta(minutes=15)
PARTIES = frozenset({Side.CLIENT, Side.BUILDER})
AGREED = frozenset({State.CONFIRMED, State.IN_PROGRESS, State.COMPLETED, State.DISPUTED})
MAKE_MEETING = frozenset({Verb.REQUEST, Verb.PROVE, Verb.PAY, Verb.CONFIRM, Verb.RESCHEDULE, Verb.ACCEPT})
CHANGE_MEETING = MAKE_MEETING | {Verb.DECLINE, Verb.CANCEL, Verb.EXPIRE, Verb.LAPSE, Verb.UNPAID, Verb.CALL_OFF}
CAN_JOIN = frozenset({State.CONFIRMED, State.IN_PROGRESS})


def link_of(booking: Booking) -> str:
    """Returns the link that applies: of the meeting made for the booking, else the booking's own, else that of its
    session type, else that of the builder. A link that the builder types for a booking ends its meeting.

    Sessions ahead follow a link that the builder changes. From the start on the booking keeps the link of that moment
    (`keep_link`), so that later changes do not rewrite where a past session was.
    """
    if not booking.is_remote:
        return ""
    if booking.zoom_url or booking.meeting_url or booking.state not in AHEAD:
        return booking.zoom_url or booking.meeting_url
    return standing_link(booking)


def keep_link(booking: Booking) -> None:
    """Copies the standing link onto a booking that starts or has started, unless it has a link of its own."""
    if booking.is_remote and not booking.zoom_url and not booking.meeting_url:
        booking.meeting_url = standing_link(booking)


def standing_link(booking: Booking) -> str:
    """Returns the link that applies to bookings of this kind without a link of their own. None does where Calendly has
    arranged something else."""
    if booking.is_arranged_on_calendly:
        return ""
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


def may_have_meeting(booking: Booking) -> bool:
    """Whether a meeting could be made for the booking, as far as can be said without a query. Calendly arranges the
    meetings of what is booked there."""
    has_account = booking.builder.builder_profile.has_zoom or has_platform_account()
    is_ours = booking.source != Booking.Source.CALENDLY
    return booking.is_remote and is_ours and not booking.meeting_url and has_account


def needs_meeting(booking: Booking, now: datetime, *, has_one: bool) -> bool:
    """Whether a meeting has to be there: for a confirmed session that is not over. A request that was confirmed before
    keeps the one that it has, so that its link stays the same."""
    if not booking.is_remote or booking.ends_at <= now or booking.meeting_url:
        return False
    if booking.state in CAN_JOIN:
        return has_one or may_have_meeting(booking)
    return booking.state == State.PENDING and has_one


def may_delete_meeting(booking: Booking, now: datetime) -> bool:
    """Whether the meeting is of no use: the session is cancelled, or meets at a link that the builder has typed."""
    is_elsewhere = bool(booking.meeting_url) and booking.state in AHEAD
    return booking.ends_at > now and (booking.state == State.CANCELLED or is_elsewhere)


def concerns_meeting(booking: Booking, verb: str) -> bool:
    """Whether a meeting may have to be made, moved or deleted after this verb. No queries."""
    if booking.meeting_id is not None:
        return verb in CHANGE_MEETING
    return verb in MAKE_MEETING and booking.state == State.CONFIRMED and may_have_meeting(booking)


def is_link_awaited(booking: Booking) -> bool:
    """Whether a link is about to be made for a confirmed session. One query if Zoom has been asked for it."""
    if booking.state != State.CONFIRMED or booking.zoom_url or not may_have_meeting(booking):
        return False
    return booking.meeting is None or booking.meeting.state == Meeting.State.WANTED


def join_link(booking: Booking, side: Side, now: datetime) -> str:
    """Returns the link for the button to join, which is there from 15 minutes before the start until the end.

    A builder is led to the page that fetches the link by which they start the meeting as its host.
    """
    is_time = booking.starts_at - JOIN_BEFORE <= now < booking.ends_at
    link = link_for(booking, {side}) if is_time and booking.state in CAN_JOIN else ""
    return (
        reverse("bookings:start_meeting", args=[booking.reference]) if link and is_started_here(booking, side) else link
    )


def is_started_here(booking: Booking, side: Side) -> bool:
    """Whether this side starts the meeting through Waymark, which asks Zoom for the link at that moment."""
    return side == Side.BUILDER and bool(booking.zoom_url)


def seconds_to_join(booking: Booking, now: datetime) -> int | None:
    """Returns in how many seconds the button to join appears; None if it is there already, or not within a day."""
    wait = (booking.starts_at - JOIN_BEFORE - now).total_seconds()
    is_ahead = booking.state == State.CONFIRMED and booking.is_remote and 0 < wait < 24 * 3600
    return int(wait) + 1 if is_ahead else None


def is_link_missing(booking: Booking) -> bool:
    """Whether a confirmed remote session that is still ahead has no link yet. Calendly's need none: it may be a call."""
    is_ahead = booking.state == State.CONFIRMED and booking.is_remote and not booking.is_arranged_on_calendly
    return is_ahead and not link_of(booking)


def why_no_link(booking: Booking, now: datetime) -> str | None:
    """Returns why the builder cannot set a link for this booking; None if they can."""
    if not booking.is_remote:
        return "You meet in person, so there is no link."
    if booking.state not in (*AHEAD, State.IN_PROGRESS) or booking.ends_at <= now or not booking.is_counting:
        return "You can set the link until the session ends."
    return None
