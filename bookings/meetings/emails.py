"""The texts of emails about the link of a remote session."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from bookings.agreement.email_times import leading_when
from bookings.agreement.emails import (
    actions_for,
    facts_of,
    greeting_of,
    meeting_links,
    other_name,
    page_path,
    small_print_of,
)
from bookings.models import Booking
from bookings.states import Side
from core.mail import Email


def new_link(booking: Booking) -> Email:
    """Returns the email to the client with the link that applies from now on."""
    side = Side.CLIENT
    when = leading_when(booking, side, booking.starts_at, booking.ends_at)
    sentence = f"There is a new link for your session with {other_name(booking, side)}."
    return Email(
        subject=f"New link: {booking.title}, {when.short}",
        greeting=greeting_of(booking, side),
        paragraphs=[f"{sentence} It replaces any link that you were sent before."],
        facts=facts_of(booking, side, booking.starts_at, booking.ends_at, None),
        links=meeting_links(booking, side, booking.state),
        button=("See the booking", f"{settings.SITE_URL}{page_path(booking, side)}"),
        actions=actions_for(booking, side, booking.state),
        small_print=small_print_of(booking, side, booking.state),
    )


def link_missing(booking: Booking, now: datetime) -> Email:
    """Returns the email to the builder an hour before a remote session that has no link."""
    side = Side.BUILDER
    when = leading_when(booking, side, booking.starts_at, booking.ends_at)
    other = other_name(booking, side)
    sentence = f"Your session with {other} begins at {when.begins}, and there is no link for it yet."
    return Email(
        subject=f"No link yet: {booking.title} at {when.begins}",
        greeting=greeting_of(booking, side),
        paragraphs=[f"{sentence} Add one, and we will send it to {other} at once."],
        facts=facts_of(booking, side, booking.starts_at, booking.ends_at, None),
        button=("Add the link", f"{settings.SITE_URL}{reverse('bookings:link', args=[booking.reference])}"),
        small_print=small_print_of(booking, side, booking.state),
    )
