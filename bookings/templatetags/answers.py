"""The tag that shows what a client has answered."""

from __future__ import annotations

from django import template

from bookings.lists import answers
from bookings.models import Booking

register = template.Library()


@register.simple_tag
def answers_of(booking: Booking) -> list[tuple[str, str]]:
    """Returns the answers and notes of a booking that was loaded with `with_answers`. No queries."""
    return answers.answers_of(booking)
