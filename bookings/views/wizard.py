"""The wizard: service, time, details, review. Each step's address carries the choices so far; what was typed lies in
a draft, so that back, reload, a second tab and a lost hold all keep it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings import funnel, limits, services
from bookings.choosing import Choice
from bookings.forms import DetailsForm
from bookings.links import page_of
from bookings.models import Booking
from bookings.queries import made_by
from bookings.rules import terms_in_words
from bookings.views import plain
from bookings.views.way import Way, closed, on_the_way, public_profile, times_url
from bookings.visitors import keep_zone, zone_of
from bookings.when import When
from bookings.wishes import Checked, check
from coaching.models import SessionType
from coaching.terms import offer_of
from core import flags
from core.access import public
from core.errors import Refused
from core.htmx import render_page
from core.zones import zone_choices
from scheduling import claims
from scheduling.claims import LOST, Ask
from scheduling.queries import described

STEPS = ("Service", "Time", "Details", "Review")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    """Step one: what this visitor can book, and what they could if they signed in. With the flag off, all of it."""
    profile = public_profile(slug)
    offer = offer_of(profile.pk)
    if request.user == profile.user or not offer.is_active:
        return closed(request, profile)
    if not flags.is_on(request, flags.BOOKING_WIZARD):
        return plain.page(request, profile, offer)
    types = SessionType.objects.filter(builder=profile.user, is_active=True).complete()
    day = f"?{urlencode({'day': request.GET['day']})}" if request.GET.get("day") else ""
    cards = [(card, times_url(profile, card.session_type) + day) for card in described(types) if card.prices]
    zone = zone_of(request, profile.user.timezone)
    context = {"profile": profile, "cards": cards, "zone": zone, **progress(1)}
    return render(request, "bookings/choose.html", context)


@require_safe
@on_the_way
def times(way: Way) -> HttpResponse:
    """Step two: a day and a time. Sent back here after a lost slot, one finds the nearest ones."""
    choice = way.choice()
    context = {
        "way": way,
        "profile": way.profile,
        "session": way.session_type,
        "choice": choice,
        "zones": zone_choices(choice.zone),
        "hold_url": way.url("hold"),
        "wait_url": way.url("wait", minutes=choice.minutes, zone=choice.zone, day=choice.day),
        **progress(2),
    }
    return render_page(way.request, "bookings/times.html", context, parts=("times",))


@require_POST
@on_the_way
def hold(way: Way) -> HttpResponse:
    """Keeps the chosen time for ten minutes."""
    choice, start = way.choice(), way.start
    if start is None or choice.price is None:
        return redirect(way.url("times"))
    query = {"minutes": choice.minutes, "rate": choice.rate_type, "zone": choice.zone}
    try:
        claims.hold(Ask(way.session_type, start, choice.minutes, way.visitor))
    except Refused as error:
        if error.refusal in LOST:
            return redirect(way.url("times", **query, day=_day(start, choice), lost=start.isoformat()))
        messages.error(way.request, error.sentence)
        return redirect(way.url("times", **query, day=_day(start, choice)))
    funnel.count(way.profile.pk, funnel.WEB, funnel.Step.STARTED)
    return redirect(way.url("details", **query, start=start.isoformat()))


@require_POST
@on_the_way
def extend(way: Way) -> HttpResponse:
    """Ten more minutes; back to the page that asked."""
    start = way.start
    page = "review" if way.asked.get("page") == "review" else "details"
    if start is not None and (seat := way.held(start)):
        try:
            claims.extend(seat=seat, visitor=way.visitor)
        except Refused as error:
            messages.error(way.request, error.sentence)
    return redirect(way.url(page, **way.choices))


@require_POST
@on_the_way
def release(way: Way) -> HttpResponse:
    """Gives the time back."""
    start = way.start
    if start is not None and (seat := way.held(start)):
        claims.release(seat=seat)
    return redirect(way.profile.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
@on_the_way
def details(way: Way) -> HttpResponse:
    """Step three: what the builder needs to know. Kept in the draft before it is looked at."""
    start, choice = way.start, way.choice()
    if start is None or choice.price is None:
        return redirect(way.url("times"))
    draft = way.draft()
    person = way.visitor.person
    if way.request.method == "POST":
        limits.refuse_robots(way.request)
        form = DetailsForm(way.request.POST, session_type=way.session_type, person=person)
        services.save_draft(draft=draft, told=form.typed)
        if form.is_valid():
            funnel.count(way.profile.pk, funnel.WEB, funnel.Step.DETAILS)
            return redirect(way.url("review", **way.choices))
    elif draft.told:
        form = DetailsForm(None, session_type=way.session_type, person=person, initial=draft.told)
        for name in draft.told.keys() & form.fields.keys():
            form.initial[name] = draft.told[name]
    else:
        form = DetailsForm(session_type=way.session_type, person=person)
    return render(way.request, "bookings/details.html", {"form": form, **_seen(way, choice, start), **progress(3)})


@require_http_methods(["GET", "HEAD", "POST"])
@on_the_way
def review(way: Way) -> HttpResponse:
    """Step four: all of it once more, then the click that counts."""
    start, choice = way.start, way.choice()
    if start is None or choice.price is None:
        return redirect(way.url("times"))
    if way.request.method == "POST" and (made := made_by(way.asked.get("key", ""), way.visitor.key)):
        return redirect(page_of(made, "booked"))
    told = way.told(choice, start)
    if told is None:
        return redirect(way.url("details", **way.choices))
    draft, form, wish = told
    checked = check(replace(wish, told_rate=_told_price(way)), way.visitor)
    problem, status = None, 200
    if way.request.method == "POST":
        try:
            return redirect(page_of(_book(way, checked), "booked"))
        except Refused as error:
            if error.refusal in LOST:
                query = way.choices | {"start": "", "day": str(_day(start, choice)), "lost": start.isoformat()}
                return redirect(way.url("times", **query))
            problem, status = error, error.refusal.status
    context = {
        "typed": form.shown,
        "terms": terms_in_words(checked.tiers),
        "draft": draft,
        "checked": checked,
        "asks_proof": way.session_type.needs_proof and way.visitor.is_stranger,
        "problem": problem,
        "series_url": way.url("plan", **way.choices) if way.visitor.person else None,
        **_seen(way, choice, start),
        **progress(4),
    }
    return render(way.request, "bookings/review.html", context, status=status)


def _book(way: Way, checked: Checked) -> Booking:
    limits.count_booking(way.request, checked.wish.guest)
    booking = funnel.counted(way.profile.pk, funnel.WEB, lambda: services.request(checked=checked, visitor=way.visitor))
    keep_zone(way.request, checked.wish.timezone)
    return booking


def _told_price(way: Way) -> Decimal | None:
    """The price that the page showed, to be compared with the one of now."""
    try:
        return Decimal(way.request.POST["price"])
    except (KeyError, InvalidOperation):
        return None


def _seen(way: Way, choice: Choice, start: datetime) -> dict[str, Any]:
    """What stands beside the form in steps three and four."""
    end = start + timedelta(minutes=choice.minutes)
    home = way.profile.user.timezone
    choices = way.choices
    seat = way.held(start)
    left = (seat.expires_at - way.now).total_seconds() if seat and seat.expires_at else 0
    return {
        "way": way,
        "profile": way.profile,
        "session": way.session_type,
        "choice": choice,
        "price": choice.price,
        "when": When(start, end, choice.zone),
        "theirs": When(start, end, home) if home != choice.zone else None,
        "seat": seat,
        "seconds_left": int(left),
        "choices": choices,
        "urls": {
            "times": way.url("times", **choices | {"start": "", "day": str(_day(start, choice))}),
            "details": way.url("details", **choices),
            "hold": way.url("hold"),
            "extend": way.url("extend"),
            "release": way.url("release"),
        },
    }


def _day(start: datetime, choice: Choice) -> date:
    return start.astimezone(choice.tz).date()


def progress(step: int) -> dict[str, Any]:
    """The bar above each step."""
    return {"steps": [(name, number < step, number == step) for number, name in enumerate(STEPS, 1)], "step": step}
