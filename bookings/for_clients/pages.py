"""Accepts an invitation on the booking's page, or by the link in a guest's mail."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from bookings.agreement.access import BookingAccess, attempt
from bookings.agreement.signed_links import Purpose
from bookings.for_clients import services
from bookings.guests.services import JoinedAccount
from bookings.models import Booking
from bookings.states import Verb
from core.errors import Refused


def accept_invitation(access: BookingAccess) -> HttpResponse:
    """Accepts for the client. A guest needs the link that was mailed: the builder can see the other one."""
    booking = access.booking
    if not access.token:
        by = access.actor(Verb.ACCEPT)
        attempt(access, "You have accepted. The session is booked.", lambda: services.accept(booking=booking, by=by))
        return redirect(access.url("booking"))
    if access.purpose != Purpose.MAIL:
        messages.error(access.request, "Open the link in the mail that we sent to accept this session.")
        return redirect(access.url("booking"))
    try:
        services.accept(booking=booking, by=access.actor(Verb.ACCEPT))
    except Refused as error:
        messages.error(access.request, error.sentence)
        return redirect(access.url("booking"))
    current = Booking.objects.complete().get(pk=booking.pk)
    assert current.client is not None
    joined = JoinedAccount(current.client, not current.client.has_usable_password())
    return render(access.request, "bookings/guests/joined.html", {"booking": current, "joined": joined})
