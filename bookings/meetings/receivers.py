"""Answers the signal that a builder has changed a standing link."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from accounts.signals import meeting_link_changed
from bookings.meetings import services


@receiver(meeting_link_changed, dispatch_uid="links of sessions ahead")
def standing_link(sender: Any, builder: Any, session_type: Any, before: str, **kwargs: Any) -> None:
    services.follow_standing_link(builder=builder, session_type=session_type, before=before)
