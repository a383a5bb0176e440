"""The waiting list: a place on it, what one is offered, yes and no."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import PersonRequest
from bookings import limits, waiting, waits
from bookings.forms import DetailsForm
from bookings.models import Offered, Place
from bookings.views.way import Way, on_the_way
from bookings.wait_forms import LAST_MINUTE, WaitForm, minute
from bookings.when import When
from coaching.models import SessionType
from coaching.quotes import quote
from coaching.terms import offer_of, terms_of
from core import clock
from core.access import signed_in
from core.errors import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@on_the_way
def join(way: Way) -> HttpResponse:
    """Says what would suit; whatever comes free is asked for by mail."""
    if way.visitor.person is None:
        return redirect_to_login(way.request.get_full_path())
    choice = way.choice()
    at = way.start.astimezone(choice.tz) if way.start else None
    form = WaitForm(
        way.request.POST if way.request.method == "POST" else None,
        session_type=way.session_type, person=way.visitor.person, day=choice.day or choice.today, at=at,
    )  # fmt: skip
    if way.request.method == "POST" and form.is_valid():
        limits.count_booking(way.request, None)
        told = form.cleaned_data
        place = Place(
            client=way.visitor.person,
            session_type=way.session_type,
            minutes=choice.minutes,
            first_day=told["first_day"],
            last_day=told["last_day"],
            weekdays=sorted(told["weekdays"]),
            from_minute=minute(told["after"], 0),
            to_minute=minute(told["before"], LAST_MINUTE),
            timezone=choice.zone,
            told=form.kept,
        )
        try:
            waiting.join(place=place)
        except Refused as error:
            form.add_error(None, error.sentence)
        else:
            messages.success(way.request, "You are on the list. We write to you as soon as something comes free.")
            return redirect("bookings:waiting")
    context = {"way": way, "profile": way.profile, "session": way.session_type, "choice": choice, "form": form}
    return render(way.request, "bookings/wait.html", context, status=422 if form.errors else 200)


@require_safe
@signed_in
def mine(request: PersonRequest) -> HttpResponse:
    """What one waits for, with what is offered now."""
    places = Place.objects.active().filter(client=request.user).select_related("session_type__builder__builder_profile")
    offers = Offered.objects.filter(place__client=request.user, state=Offered.State.OPEN, expires_at__gt=clock.now())
    open_ = {offer.place_id: offer for offer in offers}
    shown = [(place, waits.in_words(place), open_.get(place.pk)) for place in places]
    return render(request, "bookings/waiting.html", {"places": shown})


@require_POST
@signed_in
def leave(request: PersonRequest, pk: UUID) -> HttpResponse:
    place = get_object_or_404(Place, pk=pk, client=request.user)
    waiting.leave(place=place)
    messages.success(request, "You are off that list.")
    return redirect("bookings:waiting")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def offer(request: PersonRequest, pk: UUID) -> HttpResponse:
    """What is held for them, and until when; one click books it. New questions of the builder's are asked first."""
    found = get_object_or_404(
        Offered.objects.select_related("place__client", "seat__reservation"), pk=pk, place__client=request.user
    )
    place = found.place
    session_type = (
        SessionType.objects.complete().select_related("builder__builder_profile").get(pk=place.session_type_id)
    )
    place.session_type = session_type
    if request.method == "POST" and request.POST.get("act") == "decline":
        waiting.decline(offer=found)
        messages.success(request, "It goes to the next one. You are still on the list.")
        return redirect("bookings:waiting")
    about: dict[str, Any] = {"session_type": session_type, "person": request.user}
    asks = not DetailsForm(place.told, **about).is_valid()
    told = {**place.told, **request.POST.dict()} if request.method == "POST" else None
    form, problem = DetailsForm(told, **about, initial=place.told), None
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(reverse("bookings:booked", args=[waiting.accept(offer=found, form=form).reference]))
        except Refused as error:
            problem = error
    zone = request.user.timezone
    end = found.seat.reservation.during.upper
    theirs = When(found.starts_at, end, session_type.builder.timezone)
    now = clock.now()
    context = {
        "offer": found, "place": place, "session": session_type, "form": form, "problem": problem,
        "asks": asks, "when": When(found.starts_at, end, zone),
        "theirs": theirs if theirs.start.utcoffset() != found.starts_at.astimezone(ZoneInfo(zone)).utcoffset() else None,
        "until": When(found.expires_at, found.expires_at, zone),
        "is_open": found.state == Offered.State.OPEN and found.expires_at > now,
        "price": quote(terms_of(session_type, offer_of(session_type.builder_id)), place.minutes),
        "seconds_left": int((found.expires_at - now).total_seconds()),
    }  # fmt: skip
    return render(
        request, "bookings/offer.html", context, status=422 if problem or (request.POST and form.errors) else 200
    )
