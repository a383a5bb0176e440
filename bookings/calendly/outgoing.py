"""Tells Calendly of bookings that were cancelled here."""

from __future__ import annotations

from django.urls import reverse

from accounts.notifications import NewNotification, notify
from bookings.models import Booking, CalendlyInvitee
from bookings.states import State
from connections.calendly.accounts import account_of
from connections.calendly.client import CalendlyFault, calendly_of
from connections.oauth.services import AccountBroken
from core.models import OutboxMessage

CHANNEL = "calendly"


def deliver(message: OutboxMessage) -> None:
    """Cancels the event of a booking that is cancelled here. It looks before it acts, so that it may run twice.

    The API cancels whole events only: in a group, the builder is asked to cancel this one there.
    """
    booking = Booking.objects.complete().get(pk=message.recipient)
    row = CalendlyInvitee.objects.filter(booking=booking, is_current=True).first()
    account = account_of(booking.builder)
    if row is None or booking.state != State.CANCELLED or account is None or account.is_broken:
        return
    calendly = calendly_of(account)
    try:
        if not calendly.invitee(row.uri).is_active:
            return
        others = [other for other in calendly.invitees(row.event_uri) if other.is_active and other.uri != row.uri]
        if not others:
            calendly.cancel(row.event_uri, booking.cancel_reason)
            return
    except AccountBroken:
        return  # its owner is told that it has to be connected again
    except CalendlyFault:
        pass  # such as a plan that does not allow it: a person has to do it
    _ask_to_cancel(booking)


def _ask_to_cancel(booking: Booking) -> None:
    notify(
        booking.builder,
        NewNotification(
            kind="booking",
            event=f"cancel on calendly {booking.pk}",
            title=f"Cancel {booking.reference} on Calendly too",
            text=f"{booking.title} with {booking.client_name} is cancelled here, and Waymark cannot cancel it on Calendly.",
            path=reverse("bookings:booking", args=[booking.reference]),
            call="See the session",
        ),
    )
