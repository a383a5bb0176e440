"""The steps of the wizard: service, time, details, review. The address of a step contains the choices so far; what was
typed is stored in a draft, so that going back, reloading, a second tab or a lost hold do not lose it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.agreement import drafts, limits, services
from bookings.agreement.accepted_texts import record_accepted
from bookings.agreement.origins import remember_origin
from bookings.agreement.queries import booking_made_with
from bookings.agreement.requests import PricedRequest, ShownOffer, needs_answer
from bookings.agreement.rules import terms_in_words
from bookings.agreement.visitors import keep_zone, zone_of
from bookings.billing.checkout.views import after_booking, payment_text
from bookings.billing.credits import credit_for
from bookings.flags import BOOKING_WIZARD
from bookings.models import Booking, Draft
from bookings.times import When
from bookings.wizard import funnel, on_calendly, plain_page
from bookings.wizard.context import (
    WizardContext,
    not_bookable,
    open_step,
    profile_or_404,
    progress,
    times_url,
    wizard_step,
)
from bookings.wizard.forms import DetailsForm
from bookings.wizard.time_picker import TimePicker
from coaching.packages.queries import for_session_type
from coaching.queries import active_types
from coaching.terms import offer_of
from core import flags
from core.access import public
from core.errors import Refusal, Refused
from core.htmx import render_page
from scheduling import claims
from scheduling.claims import LOST, TimeRequest
from scheduling.outside.services import refresh_before_booking
from scheduling.queries import describe_session_types


@public
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    """Step one: the session types that the visitor can book, including those that need an account. While the wizard's
    flag is off, shows the single page that books instead."""
    profile = profile_or_404(slug)
    offer = offer_of(profile.pk)
    if request.user == profile.user or not offer.is_active:
        return not_bookable(request, profile)
    if not flags.is_on(request, BOOKING_WIZARD):
        return remember_origin(request, plain_page.page(request, profile, offer), profile.pk)
    day = f"?{urlencode({'day': request.GET['day']})}" if request.GET.get("day") else ""
    cards = [
        (card, times_url(profile, card.session_type) + day)
        for card in describe_session_types(active_types(profile.pk), offer)
        if card.prices
    ]
    zone = zone_of(request, profile.user.timezone)
    context = {"profile": profile, "cards": cards, "zone": zone, "chosen": request.GET.get("session"), **progress(1)}
    page = render(request, "bookings/wizard/choose.html", context)
    return remember_origin(request, page, profile.pk)


@require_safe
@open_step
def times(wizard: WizardContext) -> HttpResponse:
    """Step two: a day and a time. If somebody else has taken the chosen time, it also shows the nearest free ones."""
    if wizard.session_type.books_on_calendly:
        return on_calendly.step(wizard)
    picker = wizard.picker()
    context = {
        "wizard": wizard,
        "profile": wizard.profile,
        "session": wizard.session_type,
        "picker": picker,
        "hold_url": wizard.url("hold"),
        "packages": for_session_type(wizard.request, (wizard.session_type, picker.terms)),
        "wait_url": wizard.url("wait", minutes=picker.minutes, zone=picker.zone, day=picker.day),
        **progress(2),
    }
    return render_page(wizard.request, "bookings/wizard/times.html", context, parts=("times",))


@require_POST
@wizard_step
def hold(wizard: WizardContext) -> HttpResponse:
    """Holds the chosen time for ten minutes."""
    picker, start = wizard.picker(), wizard.start
    if start is None or picker.price is None or wizard.session_type.books_on_calendly:
        return redirect(wizard.url("times"))
    query = {"minutes": picker.minutes, "rate": picker.rate_type, "zone": picker.zone, "every": wizard.every}
    ask = TimeRequest(wizard.session_type, start, picker.minutes, wizard.visitor)
    refresh_before_booking(ask)
    attempt = wizard.attempt(picker)
    try:
        with funnel.counting_refusals(attempt, is_first_step=True):
            claims.hold(ask)
    except Refused as error:
        if error.refusal in LOST:
            return redirect(wizard.url("times", **query, day=_local_day(start, picker), lost=start.isoformat()))
        messages.error(wizard.request, error.sentence)
        return redirect(wizard.url("times", **query, day=_local_day(start, picker)))
    funnel.count(attempt, funnel.Step.STARTED)
    return redirect(wizard.url("details", **query, start=start.isoformat()))


@require_POST
@wizard_step
def extend(wizard: WizardContext) -> HttpResponse:
    """Extends the hold by ten minutes, and returns to the step it was sent from."""
    start = wizard.start
    page = "review" if wizard.asked.get("page") == "review" else "details"
    if start is not None and (seat := wizard.active_hold(start)):
        try:
            claims.extend(seat=seat, visitor=wizard.visitor)
        except Refused as error:
            messages.error(wizard.request, error.sentence)
    return redirect(wizard.url(page, **wizard.choices))


@require_POST
@wizard_step
def release(wizard: WizardContext) -> HttpResponse:
    """Releases the hold, and returns to the builder's profile."""
    start = wizard.start
    if start is not None and (seat := wizard.active_hold(start)):
        claims.release(seat=seat)
    return redirect(wizard.profile.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
@wizard_step
def details(wizard: WizardContext) -> HttpResponse:
    """Step three: what the builder needs to know. It is stored in the draft before it is checked."""
    start, picker, is_elsewhere = wizard.start, wizard.picker(), wizard.session_type.books_on_calendly
    if start is None or picker.price is None or (is_elsewhere and wizard.request.method != "POST"):
        return redirect(wizard.url("times"))
    draft = wizard.draft()
    person = wizard.visitor.person
    if wizard.request.method == "POST":
        limits.refuse_robots(wizard.request)
        form = DetailsForm(wizard.request.POST, session_type=wizard.session_type, person=person)
        is_saved = _save_draft(wizard, draft, form)
        if is_elsewhere:  # because of this refusal; the answers are filled in there
            return redirect(wizard.url("times"))
        is_complete = is_saved and form.is_complete(wizard.visitor)
        if is_complete and (sentence := wizard.travel_error(form, picker, start)):
            form.add_error("place", f"{sentence} Choose another time or another place.")
        elif is_complete:
            funnel.count(wizard.attempt(picker), funnel.Step.DETAILS)
            return redirect(wizard.url("plan" if wizard.every else "review", **wizard.choices))
    elif draft.details:
        form = DetailsForm(None, session_type=wizard.session_type, person=person, initial=draft.details)
        for name in draft.details.keys() & form.fields.keys():
            form.initial[name] = draft.details[name]
    else:
        form = DetailsForm(session_type=wizard.session_type, person=person)
    return render(
        wizard.request,
        "bookings/wizard/details.html",
        {"form": form, **_summary_context(wizard, picker, start), **progress(3)},
        status=422 if form.is_bound and form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@wizard_step
def review(wizard: WizardContext) -> HttpResponse:
    """Step four: shows everything for review, and books."""
    start, picker = wizard.start, wizard.picker()
    if start is None or picker.price is None or wizard.session_type.books_on_calendly:
        return redirect(wizard.url("times"))
    if wizard.request.method == "POST" and (
        booking := booking_made_with(wizard.asked.get("key", ""), wizard.visitor.key)
    ):
        return redirect(after_booking(booking))
    entered = wizard.completed_draft(picker, start)
    if entered is None:
        return redirect(wizard.url("details", **wizard.choices))
    draft, form, priced = entered
    problem, status = None, 200
    if wizard.request.method == "POST":
        try:
            return redirect(after_booking(_book(wizard, picker, priced)))
        except Refused as error:
            if error.refusal in LOST:
                query = wizard.choices | {"start": "", "day": str(_local_day(start, picker)), "lost": start.isoformat()}
                return redirect(wizard.url("times", **query))
            problem, status = error, error.refusal.status
    context = {
        "typed": form.shown,
        "terms": terms_in_words(priced.tiers),
        "draft": draft,
        "credit": credit_for(wizard.visitor.person, wizard.session_type, picker.minutes, start),
        "loses_late": any(percent for _, percent in priced.tiers),
        "priced": priced,
        "shown": ShownOffer.of(priced.price.total, priced.tiers),
        **payment_text(priced.timing, priced.price.total, priced.tiers, start, picker.zone, wizard.now),
        "needs_answer": needs_answer(wizard.session_type, priced.time_request.hours),
        "asks_proof": wizard.session_type.needs_proof and wizard.visitor.is_stranger,
        "problem": problem,
        **_summary_context(wizard, picker, start),
        **_place_context(priced, picker, start),
        "can_change_place": not {"place", "street"}.isdisjoint(form.fields),
        **progress(4),
    }
    return render(wizard.request, "bookings/wizard/review.html", context, status=status)


def _save_draft(wizard: WizardContext, draft: Draft, form: DetailsForm) -> bool:
    """Stores what was typed. If it is too long, shows that above the form and returns False."""
    try:
        drafts.save_draft(draft=draft, typed=form.typed, network=wizard.visitor.address)
    except Refused as error:
        if error.refusal != Refusal.INVALID:
            raise
        form.add_error(None, error.sentence)
        return False
    return True


def _book(wizard: WizardContext, picker: TimePicker, priced: PricedRequest) -> Booking:
    limits.count_booking(wizard.request, priced.booking_request.guest)
    refresh_before_booking(priced.time_request)
    booking = funnel.counted(wizard.attempt(picker), lambda: services.request(priced=priced))
    record_accepted(wizard.request, booking)
    keep_zone(wizard.request, priced.booking_request.timezone)
    return booking


def _summary_context(wizard: WizardContext, picker: TimePicker, start: datetime) -> dict[str, Any]:
    """Returns the context of the summary beside the form in steps three and four."""
    end = start + timedelta(minutes=picker.minutes)
    home = wizard.profile.user.timezone
    choices = wizard.choices
    seat = wizard.active_hold(start)
    left = (seat.expires_at - wizard.now).total_seconds() if seat and seat.expires_at else 0
    return {
        "wizard": wizard,
        "profile": wizard.profile,
        "session": wizard.session_type,
        "picker": picker,
        "price": picker.price,
        "when": When(start, end, picker.zone),
        "theirs": When(start, end, home) if home != picker.zone else None,
        "seat": seat,
        "seconds_left": int(left),
        "choices": choices,
        "urls": {
            "times": wizard.url("times", **choices | {"start": "", "day": str(_local_day(start, picker))}),
            "details": wizard.url("details", **choices),
            "hold": wizard.url("hold"),
            "extend": wizard.url("extend"),
            "release": wizard.url("release"),
        },
    }


def _place_context(priced: PricedRequest, picker: TimePicker, start: datetime) -> dict[str, Any]:
    """Returns the time at the place of a session in person, and beside it the visitor's where their clock differs."""
    if not priced.in_person_at:
        return {"other": priced.booking_request.session_type.builder.display_name}
    town = priced.booking_request.town
    zone = town.timezone if town is not None else priced.booking_request.session_type.builder.timezone
    end = start + timedelta(minutes=picker.minutes)
    there, here = When(start, end, zone), When(start, end, picker.zone)
    differs = there.start.utcoffset() != here.start.utcoffset()
    return {"when": there, "theirs": here if differs else None, "other": "you"}


def _local_day(start: datetime, picker: TimePicker) -> date:
    return start.astimezone(picker.tz).date()
