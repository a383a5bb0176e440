"""Sets the link of one booking, and notifies clients whose link has changed."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q

from bookings.agreement.transitions import Actor, fresh, save
from bookings.meetings import arranging, notifications
from bookings.meetings.rules import keep_link, link_of, may_have_meeting, why_no_link
from bookings.models import Booking
from bookings.states import Side, State
from core import clock
from core.errors import Refusal, Refused


@transaction.atomic
def set_link(*, booking: Booking, url: str, by: Actor, version: int | None = None) -> Booking:
    """Sets the link of this booking alone; an empty one removes it, so that the standing link applies again.

    The client is notified of another link if the booking is confirmed. Saving the same link changes nothing.
    """
    current = fresh(booking, version)
    if by.side != Side.BUILDER:
        raise Refused(Refusal.FORBIDDEN)
    if sentence := why_no_link(current, clock.now()):
        raise Refused(Refusal.INVALID, sentence, fields={"meeting_url": [sentence]})
    if current.meeting_url == url:
        return current
    before = link_of(current)
    current.meeting_url = url
    if url:
        current.zoom_url = ""
    if current.state == State.IN_PROGRESS:
        keep_link(current)
    save(current)
    if link_of(current) != before:
        notifications.queue_new_link(current)
    if current.meeting_id is not None or may_have_meeting(current):
        arranging.queue(current)
    return current


def follow_standing_link(*, builder: Any, session_type: Any, before: str) -> None:
    """Notifies the clients of confirmed sessions ahead whose link follows a standing link that has changed.

    `session_type` is None for the link of the builder, which applies where session types have none; `before` is the
    link that was saved until now. Runs in the transaction that changes the link. One query, and one more for each
    session ahead that the change concerns.
    """
    ahead = Booking.objects.complete().filter(
        builder=builder, state=State.CONFIRMED, is_remote=True, ends_at__gt=clock.now(), meeting_url="", zoom_url=""
    )
    concerned = Q(session_type=session_type) if session_type else Q(session_type__meeting_url="")
    for booking in ahead.filter(concerned):
        fallback = booking.builder.builder_profile.meeting_url if session_type else ""
        if link_of(booking) != (before or fallback):
            notifications.queue_new_link(booking)
