"""Tags about where a booking takes place."""

from __future__ import annotations

from datetime import datetime

from django import template

from bookings.meetings import rules
from bookings.models import Booking
from bookings.states import Side

register = template.Library()


@register.simple_tag
def join_link(booking: Booking, side: str, now: datetime) -> str:
    """Returns the link to join a session by while the button is shown, else an empty string. No queries."""
    return rules.join_link(booking, Side(side), now)
