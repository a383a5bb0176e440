"""The wizard: service, time, details, review. Each step's address carries the choices so far; what was typed lies in
a draft, so that back, reload, a second tab and a lost hold all keep it."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import BuilderProfile
from bookings import limits, services
from bookings.choosing import Choice, Time
from bookings.forms import DetailsForm
from bookings.links import Purpose, path_for
from bookings.models import Booking, Draft
from bookings.rules import terms_in_words
from bookings.views import plain
from bookings.visitors import remembered, visitor_of
from bookings.when import When
from bookings.wishes import Checked, check
from coaching.models import Offer, SessionType
from coaching.terms import offer_of
from core import clock, flags
from core.access import public
from core.errors import Refusal, Refused
from core.htmx import render_page
from scheduling import claims
from scheduling.claims import Ask, Visitor
from scheduling.intervals import told_instant
from scheduling.models import Seat
from scheduling.queries import described, nearest_free

STEPS = ("Service", "Time", "Details", "Review")
LOST = (Refusal.SLOT_TAKEN, Refusal.OUTSIDE_AVAILABILITY)
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "minutes", "rate", "zone", "start", "website"})
Query = dict[str, str]


@dataclass(frozen=True)
class Way:
    """Where a visitor is on the way to a booking: with whom, what, and what the address says so far."""

    request: HttpRequest
    profile: BuilderProfile
    session_type: SessionType
    offer: Offer
    visitor: Visitor
    now: datetime

    @property
    def asked(self) -> Query:
        told = [*self.request.GET.items(), *self.request.POST.items()]
        return {name: str(value) for name, value in told}

    @property
    def start(self) -> datetime | None:
        return told_instant(self.asked.get("start", ""))

    def choice(self) -> Choice:
        zone = str(getattr(self.request.user, "timezone", self.profile.user.timezone))
        return Choice(self.session_type, self.offer, self.asked, zone=zone, now=self.now, holder=self.visitor.key)

    def url(self, page: str, **query: Any) -> str:
        address = reverse(f"bookings:{page}", args=[self.profile.slug, self.session_type.pk])
        told = {name: value for name, value in query.items() if value}
        return f"{address}?{urlencode(told)}" if told else address

    def held(self, start: datetime) -> Seat | None:
        """The visitor's live hold on just this time."""
        return (
            Seat.objects.select_related("reservation")
            .filter(
                holder=self.visitor.key,
                released_at__isnull=True,
                expires_at__gt=self.now,
                reservation__session_type=self.session_type,
                reservation__during__startswith=start,
            )
            .first()
        )


def on_the_way(view: Callable[[Way], HttpResponse]) -> Callable[[HttpRequest, str, UUID], HttpResponse]:
    """Finds the offer; who has to sign in for it does so first and comes back to the same address."""

    @public
    def found(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
        profile = public_profile(slug)
        session_type = get_object_or_404(
            SessionType.objects.complete().filter(builder=profile.user, is_active=True), pk=pk
        )
        if not flags.is_on(request, flags.BOOKING_WIZARD):
            return redirect(f"{reverse('bookings:choose', args=[slug])}?session={pk}")
        if session_type.requires_account and not request.user.is_authenticated:
            back = request.get_full_path() if request.method == "GET" else times_url(profile, session_type)
            return redirect_to_login(back)
        offer = offer_of(profile.pk)
        if request.user == profile.user or not offer.is_active:
            return closed(request, profile)
        way = Way(request, profile, session_type, offer, visitor_of(request), clock.now())
        return remembered(request, view(way))

    return found


def public_profile(slug: str) -> BuilderProfile:
    found = BuilderProfile.objects.filter(is_published=True, user__is_active=True).select_related("user__place")
    return get_object_or_404(found, slug=slug)


def times_url(profile: BuilderProfile, session_type: SessionType) -> str:
    return reverse("bookings:times", args=[profile.slug, session_type.pk])


def closed(request: HttpRequest, profile: BuilderProfile) -> HttpResponse:
    """Nobody books themselves, and nobody books whoever takes no bookings."""
    context = {"profile": profile, "is_own": request.user == profile.user}
    return render(request, "bookings/closed.html", context)


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
    is_known = request.user.is_authenticated
    cards = [
        (card, times_url(profile, card.session_type), is_known or not card.session_type.requires_account)
        for card in described(types)
        if card.prices
    ]
    zone = str(getattr(request.user, "timezone", profile.user.timezone))
    context = {"profile": profile, "cards": cards, "zone": zone, **progress(1)}
    return render(request, "bookings/choose.html", context)


@require_safe
@on_the_way
def times(way: Way) -> HttpResponse:
    """Step two: a day and a time. Sent back here after a lost slot, one finds the nearest ones."""
    choice = way.choice()
    lost = told_instant(way.asked.get("lost", ""))
    nearest = []
    if lost is not None:
        slots = nearest_free(way.session_type, choice.minutes, lost, way.now, way.visitor.key)
        nearest = [Time(datetime.fromtimestamp(slot.start, choice.tz), slot.seats_left) for slot in slots]
    context = {
        "way": way,
        "profile": way.profile,
        "session": way.session_type,
        "choice": choice,
        "lost": When(lost, lost, choice.zone) if lost else None,
        "nearest": nearest,
        "zones": zones(),
        "hold_url": way.url("hold"),
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
    return redirect(way.url(page, **_choices(way)))


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
    draft = _draft(way)
    person = way.visitor.person
    if way.request.method == "POST":
        limits.refuse_robots(way.request)
        draft.told = {name: value for name, value in way.request.POST.items() if name not in NOT_TYPED}
        draft.save()
        form = DetailsForm(way.request.POST, session_type=way.session_type, person=person)
        if form.is_valid():
            return redirect(way.url("review", **_choices(way)))
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
    if way.request.method == "POST" and (made := plain.made_by(way.asked.get("key", ""), way.visitor.key)):
        return redirect(booked_url(made))
    draft = _draft(way)
    form = DetailsForm(draft.told, session_type=way.session_type, person=way.visitor.person)
    if draft._state.adding or not form.is_valid():
        return redirect(way.url("details", **_choices(way)))
    wish = form.wish(
        start=start,
        minutes=choice.minutes,
        rate_type=choice.rate_type,
        timezone=choice.zone,
        form_key=draft.form_key,
    )
    checked = check(replace(wish, told_rate=_told_price(way)), way.visitor)
    problem, status = None, 200
    if way.request.method == "POST":
        try:
            return redirect(booked_url(_book(way, checked)))
        except Refused as error:
            if error.refusal in LOST:
                query = _choices(way) | {"start": "", "day": str(_day(start, choice)), "lost": start.isoformat()}
                return redirect(way.url("times", **query))
            problem, status = error, error.refusal.status
    context = {
        "typed": form.shown,
        "terms": terms_in_words(checked.tiers),
        "draft": draft,
        "checked": checked,
        "problem": problem,
        **_seen(way, choice, start),
        **progress(4),
    }
    return render(way.request, "bookings/review.html", context, status=status)


def _book(way: Way, checked: Checked) -> Booking:
    limits.count_booking(way.request, checked.wish.guest)
    return services.request(checked=checked, visitor=way.visitor)


def _told_price(way: Way) -> Decimal | None:
    """The price that the page showed, to be compared with the one of now."""
    try:
        return Decimal(way.request.POST["price"])
    except (KeyError, InvalidOperation):
        return None


def booked_url(booking: Booking) -> str:
    if booking.client_id is None:
        return path_for(booking, Purpose.MANAGE, "guest_booked")
    return reverse("bookings:booked", args=[booking.reference])


def _draft(way: Way) -> Draft:
    """What this visitor has typed for this offer; nothing is written before they type."""
    kept = Draft.objects.filter(holder=way.visitor.key, session_type=way.session_type).first()
    return kept or Draft(holder=way.visitor.key, session_type=way.session_type, person=way.visitor.person)


def _choices(way: Way) -> dict[str, str]:
    return {name: way.asked[name] for name in ("minutes", "rate", "zone", "start") if name in way.asked}


def _seen(way: Way, choice: Choice, start: datetime) -> dict[str, Any]:
    """What stands beside the form in steps three and four."""
    end = start + timedelta(minutes=choice.minutes)
    home = way.profile.user.timezone
    choices = _choices(way)
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


@cache
def zones() -> list[str]:
    return sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc/"))
