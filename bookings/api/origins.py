"""What brought the client of a booking, in the API."""

from __future__ import annotations

from typing import Literal

from bookings.models import Booking
from bookings.states import Side
from core.api import Out


class OriginOut(Out):
    came_by: Literal["link", "embed"] | None
    utm_source: str | None
    utm_medium: str | None
    utm_campaign: str | None

    @classmethod
    def of(cls, booking: Booking, sides: frozenset[Side]) -> OriginOut | None:
        """Returns what is known of it, for the builder and for support; None for others, and if nothing is known."""
        if not booking.origin_label or not sides & {Side.BUILDER, Side.SUPPORT}:
            return None
        names = ("came_by", "utm_source", "utm_medium", "utm_campaign")
        return cls.model_validate({name: getattr(booking, name) or None for name in names})
