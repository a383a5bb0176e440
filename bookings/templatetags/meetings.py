"""Tags about where a booking takes place."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from django import template

from bookings.meetings import rules
from bookings.models import Booking
from bookings.states import Side

register = template.Library()


@register.simple_tag
def join_link(booking: Booking, side: str, now: datetime) -> str:
    """Returns the link to join a session by while the button is shown, else an empty string. No queries."""
    return rules.join_link(booking, Side(side), now)


@register.simple_tag
def map_link(address: str) -> str:
    """Returns a link that the map program of the reader's own device opens (RFC 5870), so that no other site is asked.
    The point 0,0 with a query is what these programs take for an address without coordinates."""
    return f"geo:0,0?q={quote(address)}"
