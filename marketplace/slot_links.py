"""The address that opens the booking wizard on one time of a builder."""

from __future__ import annotations

from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse

from marketplace.models import BuilderListing
from scheduling.queries import FirstSlot


def slot_url(listing: BuilderListing, slot: FirstSlot, zone: str) -> str:
    """Returns the address of the step that chooses a time, with this slot chosen, in the reader's time zone."""
    day = slot.start.astimezone(ZoneInfo(zone)).date()
    step = reverse("bookings:times", args=[listing.slug, slot.session_type_id])
    start = slot.start.strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{step}?{urlencode({'day': day, 'zone': zone, 'start': start})}#day-title"
