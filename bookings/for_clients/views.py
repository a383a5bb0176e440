"""The page on which a builder books a session for a client, and the answer of the client."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from accounts.roles import Role
from bookings.agreement.requests import BookingRequest, PricedRequest
from bookings.agreement.rules import terms_in_words
from bookings.for_clients import services
from bookings.for_clients.forms import ASK, REMOTE, BookForClientForm
from bookings.times import When
from core import clock
from core.access import role_required
from core.errors import Refused
from core.forms import add_refusal
from core.ids import parse_uuid
from pathways.models import Pathway

FIELD_OF = {"is_remote": "place", "in_person_at": "place", "pathway": "session_type", "start": "time"}


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.BUILDER)
def book_for_client(request: SignedInRequest) -> HttpResponse:
    """Asks for the session, shows what the client will read, and books it."""
    posted = request.method == "POST"
    first = {"client": request.GET.get("client", ""), "place": REMOTE, "asks": ASK, **_asked_time(request)}
    form = BookForClientForm(request.POST if posted else None, builder=request.user, initial=first)
    if not posted or not form.is_valid() or request.POST.get("act") == "change":
        return render(request, "bookings/for_clients/book.html", {"form": form}, status=422 if form.errors else 200)
    asks = form.cleaned_data["asks"] == ASK
    try:
        choice = services.client_choice(request.user, client=form.chosen_client, contact=form.contact)
        priced = services.priced_for(_booking_request(request, form, choice), choice, asks=asks)
        if request.POST.get("act") != "book":
            return render(request, "bookings/for_clients/review.html", _review(request, form, choice, priced))
        booking = services.book(priced=priced, builder=request.user, asks=asks)
    except Refused as error:
        fields = {FIELD_OF.get(name, name): problem for name, problem in (error.fields or {}).items()}
        add_refusal(form, Refused(error.refusal, error.sentence, fields=fields) if fields else error)
        return render(request, "bookings/for_clients/book.html", {"form": form}, status=422)
    done = "Invitation sent. We will tell you when they answer." if asks else "Booked. Your client will get a mail."
    messages.success(request, done)
    return redirect(booking)


def _asked_time(request: SignedInRequest) -> dict[str, Any]:
    """Returns the day, start and length in the address, as the calendar sends a stretch of free time."""
    fields = {"day": request.GET.get("day", ""), "time": request.GET.get("time", "")}
    minutes = request.GET.get("minutes", "")
    if minutes.isascii() and minutes.isdigit() and len(minutes) < 5:
        fields["minutes"] = minutes
    return {name: text for name, text in fields.items() if len(text) <= 10}


def _booking_request(
    request: SignedInRequest, form: BookForClientForm, choice: services.ClientChoice
) -> BookingRequest:
    is_remote = form.cleaned_data["place"] == REMOTE
    session_type = form.chosen_type
    pathways: list[Pathway] = list(session_type.pathways.all())
    return BookingRequest(
        session_type=session_type,
        start=form.start,
        minutes=form.chosen_minutes,
        timezone=choice.client.timezone if choice.client else request.user.timezone,
        is_remote=is_remote,
        location="" if is_remote else form.cleaned_data["location"].strip(),
        pathway=pathways[0] if len(pathways) == 1 else None,
        guest=choice.contact,
        form_key=parse_uuid(request.POST.get("key", "")),
    )


def _review(
    request: SignedInRequest, form: BookForClientForm, choice: services.ClientChoice, priced: PricedRequest
) -> dict[str, Any]:
    """Returns the context of the page that shows the session before it is booked."""
    wanted = priced.booking_request
    return {
        "form": form,
        "key": uuid4(),
        "asks": form.cleaned_data["asks"] == ASK,
        "who": choice.name,
        "email": choice.email,
        "is_new": choice.client is None,
        "session": wanted.session_type,
        "minutes": wanted.minutes,
        "when": When(wanted.start, priced.time_request.end, request.user.timezone),
        "is_busy": services.is_busy_elsewhere(priced, clock.now()),
        "place": priced.location,
        "is_remote": wanted.is_remote,
        "price": priced.price.total,
        "terms": terms_in_words(priced.tiers),
    }
