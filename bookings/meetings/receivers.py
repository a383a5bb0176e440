"""Answers the signals that a builder has changed a standing link, or has connected Zoom."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from accounts.signals import meeting_link_changed
from bookings.meetings import arranging, services
from connections.signals import zoom_connected


@receiver(meeting_link_changed, dispatch_uid="links of sessions ahead")
def standing_link(sender: Any, builder: Any, session_type: Any, before: str, **kwargs: Any) -> None:
    services.follow_standing_link(builder=builder, session_type=session_type, before=before)


@receiver(zoom_connected, dispatch_uid="meetings of sessions ahead")
def zoom_is_connected(sender: Any, builder: Any, **kwargs: Any) -> None:
    arranging.queue_missing(builder)
