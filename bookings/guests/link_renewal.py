"""Mails a new link to the address of a booking when the old link has expired."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from bookings.agreement.signed_links import LASTS, Purpose, path_for
from bookings.models import Booking
from core.ids import uuid7
from core.mail import Email, queue_email


@transaction.atomic
def mail_new_link(*, booking: Booking, purpose: Purpose, now: datetime) -> bool:
    """Mails a link that works for 30 days, and returns whether an email is sent.

    The link for an answer goes to the builder, every other link to the guest. A guest's link is not renewed once the
    booking is in an account, since its owner can sign in to see it.
    """
    if purpose == Purpose.ANSWER:
        address, path = booking.builder.email, path_for(booking, Purpose.ANSWER, until=now + LASTS)
    elif booking.guest is not None and booking.client_id is None:
        address, path = booking.guest.email, path_for(booking, Purpose.MAIL, until=now + LASTS)
    else:
        return False
    email = Email(
        subject=f"A new link to {booking.reference}",
        greeting="Hello,",
        paragraphs=[f"You asked for a new link to the booking {booking.reference}, {booking.title}. Here it is."],
        button=("See the booking", f"{settings.SITE_URL}{path}"),
        small_print=(
            "The link works for 30 days. If you did not ask for it, you can ignore this mail. Nothing has changed."
        ),
    )
    return queue_email(email, to=address, event=f"link:{uuid7()}")
