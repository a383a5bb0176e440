"""Badges of a booking's state and of its payment. Lists have two in each row, so that each is made only once in a process."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from bookings.billing.rules import Bill
from bookings.models import Booking
from bookings.states import State
from core.templatetags.waymark import icon
from payments.states import Status

register = template.Library()

# The look and the icon of each state.
STATE_BADGES: Mapping[str, tuple[str, str]] = {
    State.PENDING: ("badge badge--warn", "clock"),
    State.CONFIRMED: ("badge badge--good", "check"),
    State.IN_PROGRESS: ("badge badge--good", "video"),
    State.COMPLETED: ("badge", "check"),
    State.DISPUTED: ("badge badge--danger", "alert"),
    State.CANCELLED: ("badge", "close"),
}


@register.simple_tag
def state_badge(booking: Booking) -> SafeString:
    """Returns the state of a booking; of one that does not count yet, what it waits for."""
    look, icon_name = STATE_BADGES[booking.state]
    if booking.state == State.PENDING and booking.proof_due_at:
        return _badge(look, "mail", "Address not confirmed yet")
    if booking.state == State.PENDING and booking.payment_due_at:
        return _badge(look, icon_name, "Not paid yet")
    return _badge(look, icon_name, booking.get_state_display())


@register.simple_tag
def payment_badge(bill: Bill) -> SafeString:
    """Returns whether a booking is paid; nothing where nothing is owed."""
    label = bill.label
    if bill.is_unpaid:
        return _badge("badge badge--warn", "alert", label)
    if label == Status.PAID.label:
        return _badge("badge badge--good", "check", label)
    return _badge("badge", "", label) if label else SafeString()


@lru_cache(maxsize=64)
def _badge(look: str, icon_name: str, label: str) -> SafeString:
    mark = format_html("{} ", icon(icon_name)) if icon_name else ""
    return format_html('<span class="{}">{}{}</span>', look, mark, label)
