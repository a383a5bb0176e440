"""The dashboard pages on which builders edit their session types and rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, prepares
from accounts.models import User
from accounts.roles import Role
from coaching import services
from coaching.flags import MEETINGS
from coaching.forms import PriceLines, RatesForm, price_line
from coaching.models import Offer, SessionType
from coaching.offer_forms import SessionTypeForm, SessionTypeLines
from coaching.offer_kinds import KINDS, ONE_TO_ONE, OfferKind, kind_named
from coaching.pricing import Pricing, durations_of, rate_types_of
from coaching.quotes import Quote, Terms, price_list
from coaching.terms import offer_to_edit, terms_of, terms_with
from core import flags
from core.errors import Refused
from core.forms import add_refusal
from core.htmx import render_page
from core.ordering import requested_order
from payments.flags import PAYMENTS
from payments.stripe.configuration import is_configured


@dataclass(frozen=True)
class SessionTypeCard:
    """A session type and its prices, for its card."""

    session_type: SessionType
    prices: list[tuple[int, Quote]]
    terms: Terms

    @classmethod
    def of(cls, session_type: SessionType, terms: Terms) -> SessionTypeCard:
        return cls(session_type, price_list(terms), terms)


@prepares
@require_safe
def offers(request: SignedInRequest) -> HttpResponse:
    """Lists the builder's session types in the order in which clients see them, with the rates below."""
    own = offer_to_edit(request.user)
    return _offers_page(request, own, _rates_form(own), _rate_lines(own))


def _offers_page(
    request: SignedInRequest, own: Offer, form: RatesForm, lines: Any, *, status: int = 200
) -> HttpResponse:
    types = request.user.session_types.complete()
    cards = [SessionTypeCard.of(session_type, terms_of(session_type, own)) for session_type in types]
    context = {
        "cards": cards,
        "offer": own,
        "form": form,
        "lines": lines,
        "rate_card": _rate_card(request.user, own),
        "has_meetings": flags.is_on(request, MEETINGS),
        "has_payments": flags.is_on(request, PAYMENTS),
    }
    return render_page(request, "coaching/offers.html", context, parts=("offers",), status=status)


@prepares
@require_http_methods(["GET", "HEAD", "POST"])
def new_offer(request: SignedInRequest) -> HttpResponse:
    """Asks for the kind of the new session type, and then shows its form."""
    kind = kind_named(request.GET.get("kind", ""))
    if kind is None and request.method != "POST":
        return render(request, "coaching/offer_kinds.html", {"kinds": KINDS})
    return _edit(request, None, kind or ONE_TO_ONE)


@prepares
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _edit(request, _own_session_type(request.user, pk), ONE_TO_ONE)


def _edit(request: SignedInRequest, session_type: SessionType | None, kind: OfferKind) -> HttpResponse:
    """Shows and saves the form of a session type, or of a new one of this kind for None."""
    own = offer_to_edit(request.user)
    form = SessionTypeForm(
        request.POST or None,
        instance=session_type or kind.session_type(request.user),
        offer=own,
        has_meetings=flags.is_on(request, MEETINGS),
        has_checkout=is_configured() and flags.is_on(request, PAYMENTS),
    )
    lines = SessionTypeLines(request.POST or None, session_type, own.currency, kind)
    if request.method == "POST" and form.is_valid() and lines.is_valid() and _save(request, form, lines):
        return _after_saving(request, form.instance)
    shown = session_type or kind.session_type(request.user)
    terms = terms_of(session_type, own) if session_type else terms_with(shown, own, {kind.minutes: None})
    card = SessionTypeCard.of(shown, terms)
    has_hidden_errors = lines.has_hidden_errors or any(name in form.errors for name in form.more_names)
    context = {
        "form": form, "lines": lines, "card": card, "session_type": session_type, "kind": kind, "offer": own,
        "has_hidden_errors": request.method == "POST" and has_hidden_errors,
        "has_payments": flags.is_on(request, PAYMENTS),
    }  # fmt: skip
    return render(request, "coaching/offer.html", context, status=422 if request.method == "POST" else 200)


def _after_saving(request: SignedInRequest, session_type: SessionType) -> HttpResponse:
    """Leads to the list of session types, or after the first publication to the list of what clients still need."""
    published = SessionType.objects.filter(builder=request.user, is_active=True)
    if request.POST.get("act") == "publish" and not published.exclude(pk=session_type.pk).exists():
        messages.success(request, f"“{session_type.title}” is published. See below what clients still need to book it.")
        is_builder = Role.BUILDER in request.user.roles
        return redirect("marketplace:dashboard" if is_builder else "marketplace:first_steps")
    messages.success(request, f"“{session_type.title}” is {_saved_as(request)}.")
    return redirect("coaching:offers")


def _saved_as(request: SignedInRequest) -> str:
    return {"publish": "published", "draft": "saved as a draft"}.get(request.POST.get("act", ""), "saved")


def _save(request: SignedInRequest, form: SessionTypeForm, lines: SessionTypeLines) -> bool:
    """Saves the session type; returns False and adds errors to the form if the service refuses."""
    session_type, was_active = form.instance, form.instance.is_active
    session_type.is_active = {"publish": True, "draft": False}.get(request.POST.get("act", ""), was_active)
    services.keep_offer(request.user)
    try:
        services.save_session_type(session_type=session_type, parts=form.add_parts(lines), by=request.user)
    except Refused as refused:
        session_type.is_active = was_active
        add_refusal(form, refused)
        return False
    return True


@prepares
@require_POST
def preview(request: SignedInRequest) -> HttpResponse:
    """Renders the card of the session type as it is being typed. Saves nothing."""
    own = offer_to_edit(request.user)
    form = SessionTypeForm(request.POST, instance=SessionType(builder=request.user), offer=own)
    lines = SessionTypeLines(request.POST, None, own.currency)
    form.is_valid()
    lines.is_valid()
    session_type = form.instance
    session_type.title = session_type.title or "Your title"
    card = SessionTypeCard.of(session_type, _preview_terms(form, lines, own))
    return render(request, "coaching/_session_card.html", {"card": card, "level": 2})


def _preview_terms(form: SessionTypeForm, lines: SessionTypeLines, own: Offer) -> Terms:
    """Returns the terms of an unsaved session type from the fields and lines that are valid so far."""
    pricing = form.cleaned_data.get("pricing", Pricing.LENGTHS)
    is_free = form.cleaned_data.get("category") == SessionType.Category.FREE
    durations = durations_of(pricing, lines.durations, own, is_free=is_free)
    form.instance.rate_types = rate_types_of(pricing, durations)
    return terms_with(form.instance, own, durations)


@prepares
@require_POST
def duplicate(request: SignedInRequest, pk: UUID) -> HttpResponse:
    copy = services.duplicate(session_type=_own_session_type(request.user, pk), by=request.user)
    messages.success(request, "This is the copy. Clients can book it once you publish it.")
    return redirect("coaching:offer", pk=copy.pk)


@prepares
@require_POST
def switch(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Opens or closes a session type for bookings; what is booked stays booked."""
    session_type = _own_session_type(request.user, pk)
    try:
        services.set_active(session_type=session_type, is_active=not session_type.is_active, by=request.user)
    except Refused as refused:
        messages.error(request, refused.text)
        return redirect("coaching:offer", pk=pk)
    state = "unpublished. Existing bookings stay as they are." if session_type.is_active else "published."
    messages.success(request, f"“{session_type.title}” is {state}")
    return redirect("coaching:offers")


@prepares
@require_POST
def reorder(request: SignedInRequest) -> HttpResponse:
    """Saves the order of the session types: all of it after dragging, or one step up or down from a button."""
    order = requested_order(request.POST, request.user.session_types.values_list("pk", flat=True))
    services.reorder(builder=request.user, order=order)
    return redirect("coaching:offers")


@prepares
@require_http_methods(["GET", "HEAD", "POST"])
def rates(request: SignedInRequest) -> HttpResponse:
    """Saves the session config and the rates, which apply to session types without prices of their own. Their form is on
    the page of offers."""
    if request.method != "POST":
        return redirect(f"{reverse('coaching:offers')}#rates")
    own = offer_to_edit(request.user)
    form, lines = _rates_form(own, request.POST), PriceLines(request.POST, prefix="prices")
    if form.is_valid() and lines.is_valid() and _save_rates(request, form, lines):
        messages.success(request, "Your rates have been saved. Existing bookings keep their price.")
        return redirect(f"{reverse('coaching:offers')}#rates")
    return _offers_page(request, offer_to_edit(request.user), form, lines, status=422)


def _rates_form(own: Offer, data: Any = None) -> RatesForm:
    return RatesForm(data, instance=own, initial={"services": [] if own._state.adding else own.services.all()})


def _rate_lines(own: Offer) -> Any:
    """Returns the lines of the saved prices by length."""
    saved = [] if own._state.adding else own.durations.all()
    saved_lines = [price_line(line.minutes, line.price, own.currency) for line in saved]
    return PriceLines(prefix="prices", initial=saved_lines or [{"minutes": 60}])


def _save_rates(request: SignedInRequest, form: RatesForm, lines: Any) -> bool:
    """Saves the session config and the rates; returns False and adds errors to the form if a service refuses."""
    cleaned = form.cleaned_data
    try:
        with transaction.atomic():
            services.save_rates(
                builder=request.user, hourly_rate=cleaned["hourly_rate"], day_rate=cleaned["day_rate"],
                day_minutes=cleaned["day_minutes"], services=cleaned["services"], currency=cleaned["currency"],
            )  # fmt: skip
            services.save_config(builder=request.user, config=form.config(lines))
    except Refused as refused:
        add_refusal(form, refused)
        return False
    return True


def _rate_card(builder: User, own: Offer) -> list[tuple[int, Quote]]:
    """Returns the prices by length of a session type without prices of its own; none while the builder has no offer."""
    if own._state.adding:
        return []
    session_type = SessionType(
        builder=builder, title="", category=SessionType.Category.SPECIALIZED, rate_types=["fixed"]
    )
    return price_list(terms_with(session_type, own, {}))


def _own_session_type(builder: User, pk: UUID) -> SessionType:
    return get_object_or_404(builder.session_types.complete(), pk=pk)
