"""What guests can do with the link in an email: move the booking to an account, switch reminders on or off."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from bookings.agreement.signed_links import Purpose
from bookings.guests import services as guests
from bookings.guests.ended_links import key_or_page
from bookings.models import Booking
from core import clock
from core.access import public
from core.registry import referral_hooks


@require_POST
@public
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Moves the booking to the account of the guest's address, which the link in the email proves.

    It signs nobody in.
    """
    key = key_or_page(request, token, Purpose.MAIL)
    if isinstance(key, HttpResponse):
        return key
    joined = guests.keep_in_account(booking=key[0], now=clock.now(), referral_code=referral_hooks().code_of(request))
    booking = Booking.objects.complete().get(pk=key[0].pk)
    return render(request, "bookings/guests/joined.html", {"booking": booking, "joined": joined})


@require_POST
@public
def reminders(request: HttpRequest, token: str) -> HttpResponse:
    """Switches the reminders of a guest off or on; guests have no account page for it."""
    key = key_or_page(request, token, Purpose.MANAGE, Purpose.MAIL)
    if isinstance(key, HttpResponse):
        return key
    if key[0].guest is None:
        raise Http404
    are_wanted = request.POST.get("wanted") == "yes"
    guests.set_reminders(guest=key[0].guest, are_wanted=are_wanted)
    messages.success(
        request,
        "We will send you reminders again."
        if are_wanted
        else "We will not send you any more reminders about this booking.",
    )
    return redirect("bookings:guest_booking", token)
