"""Tags about what a booking costs and what was paid."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django import template

from bookings.billing.rules import Bill
from bookings.models import Booking

register = template.Library()


@register.simple_tag
def bill_of(bills: Mapping[UUID, Bill], booking: Booking) -> Bill | None:
    """Returns the booking's bill from those of the page. No queries."""
    return bills.get(booking.pk)
