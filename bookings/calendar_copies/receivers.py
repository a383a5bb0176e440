"""Answers the signal that a builder has chosen a calendar for their sessions, or no longer wants one."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from bookings.calendar_copies import services
from bookings.models import Booking
from bookings.states import State
from connections.models import AccountCalendar
from core import clock
from scheduling.outside.signals import written_calendar_changed


@receiver(written_calendar_changed, dispatch_uid="copies of sessions ahead")
def written_calendar(sender: Any, calendar: AccountCalendar, **kwargs: Any) -> None:
    """Queues copies of the sessions ahead, or their removal. Earlier sessions stay where they were written."""
    ahead = Booking.objects.filter(
        builder=calendar.connection.owner_id, state__in=(State.CONFIRMED, State.IN_PROGRESS), ends_at__gt=clock.now()
    )
    services.queue_all(ahead, calendar)
