"""What a link from a mail opens, besides the guest's own pages: a page with a button. The link alone changes nothing."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from bookings import guests, services
from bookings.forms import DeclineForm, told
from bookings.links import Purpose
from bookings.models import Booking
from bookings.states import Side, State, Verb
from bookings.steps import Actor
from bookings.views.booking import DONE
from bookings.views.ended import key_or_page
from bookings.views.parties import Party, attempt
from core import clock
from core.access import public


@require_http_methods(["GET", "HEAD", "POST"])
@public
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The builder's answer straight from the mail. The link shows the request; a button answers it."""
    key = key_or_page(request, token, Purpose.ANSWER)
    if isinstance(key, HttpResponse):
        return key
    asked = key[0]
    party = Party(request, asked, frozenset({Side.BUILDER}), clock.now(), asked.builder, token, Purpose.ANSWER)
    form = DeclineForm(request.POST if request.POST.get("verb") == Verb.DECLINE else None)
    if request.method == "POST":
        by = Actor(Side.BUILDER, asked.builder)
        if request.POST.get("verb") == Verb.CONFIRM:
            attempt(party, DONE[Verb.CONFIRM], lambda: services.confirm(booking=asked, by=by))
            return redirect(request.path)
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            attempt(party, DONE[Verb.DECLINE], lambda: services.decline(booking=asked, by=by, reason=reason))
            return redirect(request.path)
    context = {
        "party": party,
        "booking": asked,
        "form": form,
        "told": told(asked),
        "is_open": asked.state == State.PENDING,
    }
    response = render(request, "bookings/answer.html", context, status=422 if form.errors else 200)
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response


@require_POST
@public
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever reads the guest's mail has the address: the booking joins its account. Nobody is signed in by it."""
    key = key_or_page(request, token, Purpose.MAIL)
    if isinstance(key, HttpResponse):
        return key
    joined = guests.prove(booking=key[0], now=clock.now())
    booking = Booking.objects.complete().get(pk=key[0].pk)
    return render(request, "bookings/joined.html", {"booking": booking, "joined": joined})


@require_POST
@public
def reminders(request: HttpRequest, token: str) -> HttpResponse:
    """A guest switches reminders off or on again; they have no account page to do it on."""
    key = key_or_page(request, token, Purpose.MANAGE, Purpose.MAIL)
    if isinstance(key, HttpResponse):
        return key
    if key[0].guest is None:
        raise Http404
    are_wanted = request.POST.get("wanted") == "yes"
    guests.set_reminders(guest=key[0].guest, are_wanted=are_wanted)
    messages.success(request, "We remind you again." if are_wanted else "No more reminders about this booking.")
    return redirect("bookings:guest_booking", token)
