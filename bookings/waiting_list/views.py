"""Pages of the waiting list: joining, the client's entries, leaving, and answering an offer."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from bookings.agreement import limits
from bookings.agreement.requests import would_need_answer
from bookings.agreement.rules import terms_in_words
from bookings.billing.checkout.timing import timing_of
from bookings.billing.checkout.views import after_booking, payment_text
from bookings.models import SlotOffer, WaitingListEntry
from bookings.times import When
from bookings.waiting_list import rules as waiting_rules
from bookings.waiting_list import services as waiting_list
from bookings.waiting_list.forms import LAST_MINUTE, WaitingListForm, minute_of_day
from bookings.wizard.context import WizardContext, wizard_step
from bookings.wizard.forms import DetailsForm
from coaching.models import SessionType
from coaching.quotes import quote
from coaching.terms import offer_of, terms_of
from core import clock
from core.access import signed_in
from core.errors import Refused
from scheduling.claims import Visitor


@require_http_methods(["GET", "HEAD", "POST"])
@wizard_step
def join(wizard: WizardContext) -> HttpResponse:
    """Asks which days and hours suit, and adds the client to the waiting list."""
    if wizard.visitor.person is None:
        return redirect_to_login(wizard.request.get_full_path())
    picker = wizard.picker()
    at = wizard.start.astimezone(picker.tz) if wizard.start else None
    form = WaitingListForm(
        wizard.request.POST if wizard.request.method == "POST" else None,
        session_type=wizard.session_type, person=wizard.visitor.person, day=picker.day or picker.today, at=at,
    )  # fmt: skip
    if wizard.request.method == "POST" and form.is_complete(wizard.visitor):
        limits.count_booking(wizard.request, None)
        cleaned = form.cleaned_data
        entry = WaitingListEntry(
            client=wizard.visitor.person,
            session_type=wizard.session_type,
            minutes=picker.minutes,
            first_day=cleaned["first_day"],
            last_day=cleaned["last_day"],
            weekdays=sorted(cleaned["weekdays"]),
            from_minute=minute_of_day(cleaned["after"], 0),
            to_minute=minute_of_day(cleaned["before"], LAST_MINUTE),
            timezone=picker.zone,
            details=form.booking_answers,
        )
        try:
            waiting_list.join(entry=entry)
        except Refused as error:
            form.add_error(None, error.sentence)
        else:
            messages.success(
                wizard.request, "You are on the waiting list. We will mail you as soon as a time opens up."
            )
            return redirect("bookings:waiting")
    context = {
        "wizard": wizard,
        "profile": wizard.profile,
        "session": wizard.session_type,
        "picker": picker,
        "form": form,
    }
    return render(wizard.request, "bookings/waiting_list/join.html", context, status=422 if form.errors else 200)


@require_safe
@signed_in
def mine(request: SignedInRequest) -> HttpResponse:
    """Lists the entries of the signed-in client, with their open offers."""
    places = (
        WaitingListEntry.objects.active()
        .filter(client=request.user)
        .select_related("session_type__builder__builder_profile")
    )
    offers = SlotOffer.objects.filter(
        place__client=request.user, state=SlotOffer.State.OPEN, expires_at__gt=clock.now()
    )
    open_ = {offer.place_id: offer for offer in offers}
    shown = [(entry, waiting_rules.describe(entry), open_.get(entry.pk)) for entry in places]
    return render(request, "bookings/waiting_list/mine.html", {"places": shown})


@require_POST
@signed_in
def leave(request: SignedInRequest, pk: UUID) -> HttpResponse:
    entry = get_object_or_404(WaitingListEntry, pk=pk, client=request.user)
    waiting_list.leave(entry=entry)
    messages.success(request, "You have left the waiting list.")
    return redirect("bookings:waiting")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def offer(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shows an offer and until when it is held; accepts or declines it.

    Questions that the builder has added since the client joined are asked first.
    """
    slot_offer = get_object_or_404(
        SlotOffer.objects.select_related("place__client", "seat__reservation"), pk=pk, place__client=request.user
    )
    entry = slot_offer.place
    session_type = (
        SessionType.objects.complete().select_related("builder__builder_profile").get(pk=entry.session_type_id)
    )
    entry.session_type = session_type
    if request.method == "POST" and request.POST.get("act") == "decline":
        waiting_list.decline(offer=slot_offer)
        messages.success(request, "Declined. We will offer the time to the next person. You are still on the list.")
        return redirect("bookings:waiting")
    about: dict[str, Any] = {"session_type": session_type, "person": request.user}
    visitor = Visitor(entry.holder, request.user)
    asks = not DetailsForm(entry.details, **about).is_complete(visitor)
    data = {**entry.details, **request.POST.dict()} if request.method == "POST" else None
    form, problem = DetailsForm(data, **about, initial=entry.details), None
    if request.method == "POST" and form.is_complete(visitor):
        try:
            return redirect(after_booking(waiting_list.accept(offer=slot_offer, form=form)))
        except Refused as error:
            problem = error
    zone = request.user.timezone
    end = slot_offer.seat.reservation.during.upper
    theirs = When(slot_offer.starts_at, end, session_type.builder.timezone)
    now = clock.now()
    price = quote(terms_of(session_type, offer_of(session_type.builder_id)), entry.minutes)
    tiers = [[tier.hours, tier.percent] for tier in session_type.tiers.all()]
    context = {
        "offer": slot_offer, "entry": entry, "session": session_type, "form": form, "problem": problem,
        "asks": asks, "when": When(slot_offer.starts_at, end, zone),
        "theirs": theirs if theirs.start.utcoffset() != slot_offer.starts_at.astimezone(ZoneInfo(zone)).utcoffset() else None,
        "until": When(slot_offer.expires_at, slot_offer.expires_at, zone),
        "is_open": slot_offer.state == SlotOffer.State.OPEN and slot_offer.expires_at > now,
        "price": price,
        "terms": terms_in_words(tiers), "needs_answer": would_need_answer(session_type, now),
        **(payment_text(timing_of(session_type, price.total, request.user), price.total, tiers, slot_offer.starts_at, zone, now) if price else {}),
        "seconds_left": int((slot_offer.expires_at - now).total_seconds()),
    }  # fmt: skip
    return render(
        request,
        "bookings/waiting_list/offer.html",
        context,
        status=422 if problem or (request.POST and form.errors) else 200,
    )
