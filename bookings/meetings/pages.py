"""Where a booking takes place, as its pages show it to one side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bookings.agreement.access import BookingAccess
from bookings.meetings.rules import (
    AGREED,
    JOIN_BEFORE,
    PARTIES,
    is_link_awaited,
    is_link_missing,
    is_started_here,
    join_link,
    link_for,
    place_for,
    seconds_to_join,
    why_no_link,
)
from bookings.models import Booking
from bookings.states import Side
from coaching.flags import MEETINGS
from connections.zoom.configuration import FLAG as ZOOM
from core import flags


@dataclass(frozen=True)
class MeetingRecord:
    """What became known of a meeting that was held."""

    started_at: datetime
    ended_at: datetime | None
    minutes: int | None
    people: list[str]


@dataclass(frozen=True)
class MeetingInfo:
    """What the page of a booking says about the place, and about reaching the other side."""

    link: str
    join: str  # the link while the button to join is shown
    wait: int | None  # seconds until it is shown
    is_missing: bool
    is_being_made: bool  # whether Zoom's link will replace the one that applies until then, which is not shown
    may_set_link: bool
    place: str
    email: str
    phone: str
    is_started_here: bool  # whether `join` asks Zoom for the host's own link
    error: str  # why there is no meeting yet
    record: MeetingRecord | None


def meeting_of(access: BookingAccess) -> MeetingInfo:
    """Returns what the page shows to whoever opens it. No queries for bookings loaded with `complete()`, one if Zoom has a
    meeting."""
    booking, side, now = access.booking, access.side, access.now
    has_meetings = flags.is_on(access.request, MEETINGS)
    link = link_for(booking, {side})
    may_set_link = side == Side.BUILDER and has_meetings and why_no_link(booking, now) is None
    email, phone = contact_of_other_side(booking, side)
    return MeetingInfo(
        link=link,
        join=join_link(booking, side, now),
        wait=seconds_to_join(booking, now),
        is_missing=is_link_missing(booking),
        is_being_made=bool(link) and booking.starts_at - JOIN_BEFORE > now and is_link_being_made(access),
        may_set_link=may_set_link,
        place=place_for(booking, {side}),
        email=email,
        phone=phone,
        is_started_here=is_started_here(booking, side),
        error=_error_of(booking, side),
        record=_record(booking, side),
    )


def is_link_being_made(access: BookingAccess) -> bool:
    """Whether a meeting is about to be made, whose link will replace the one that applies until then."""
    booking = access.booking
    has_failed = booking.meeting is not None and bool(booking.meeting.error)
    return is_link_awaited(booking) and not has_failed and flags.is_on_for(booking.builder, ZOOM)


def _error_of(booking: Booking, side: Side) -> str:
    """Returns why no meeting was made, for the builder, who can do something about it."""
    is_asked = booking.meeting is not None and not booking.zoom_url and booking.state in AGREED
    return booking.meeting.error if booking.meeting is not None and is_asked and side == Side.BUILDER else ""


def _record(booking: Booking, side: Side) -> MeetingRecord | None:
    meeting = booking.meeting
    if meeting is None or meeting.started_at is None or side not in PARTIES:
        return None
    people = list(dict.fromkeys(str(person["name"]) for person in meeting.participants))
    return MeetingRecord(meeting.started_at, meeting.ended_at, meeting.real_minutes, people)


def contact_of_other_side(booking: Booking, side: Side) -> tuple[str, str]:
    """Returns (email address, phone number) of the other side, empty where they are not shown.

    Clients read what the builder shows, once the booking is confirmed. Builders read the address that a guest has
    given for the booking.
    """
    if side == Side.BUILDER and booking.client_id is None and booking.guest is not None:
        return booking.guest.email, ""
    if side != Side.CLIENT or booking.state not in AGREED:
        return "", ""
    profile = booking.builder.builder_profile
    return booking.builder.email if profile.shows_email else "", profile.phone
