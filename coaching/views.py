"""The dashboard pages on which builders edit their session types and rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from accounts.models import User
from accounts.roles import Role
from coaching import services
from coaching.flags import MEETINGS
from coaching.forms import PriceLines, RatesForm, SessionTypeForm, SessionTypeLines, price_line
from coaching.models import Offer, SessionType
from coaching.quotes import Quote, Terms, price_list
from coaching.terms import config_of, offer_of, terms_of
from core import flags
from core.access import role_required
from core.errors import Refused
from core.forms import add_refusal
from core.htmx import render_page
from core.ordering import requested_order
from payments.flags import PAYMENTS

builders_only = role_required(Role.BUILDER)


@dataclass(frozen=True)
class SessionTypeCard:
    """A session type and its prices, for its card."""

    session_type: SessionType
    prices: list[tuple[int, Quote]]

    @classmethod
    def of(cls, session_type: SessionType, terms: Terms) -> SessionTypeCard:
        return cls(session_type, price_list(terms))


@builders_only
@require_safe
def offers(request: SignedInRequest) -> HttpResponse:
    """Lists the builder's session types in the order in which clients see them."""
    offer = offer_of(request.user.pk)
    types = request.user.session_types.complete()
    cards = [SessionTypeCard.of(session_type, terms_of(session_type, offer)) for session_type in types]
    context = {
        "cards": cards,
        "offer": offer,
        "has_meetings": flags.is_on(request, MEETINGS),
        "has_payments": flags.is_on(request, PAYMENTS),
    }
    return render_page(request, "coaching/offers.html", context, parts=("offers",))


@builders_only
@require_http_methods(["GET", "HEAD", "POST"])
def new_offer(request: SignedInRequest) -> HttpResponse:
    return _edit(request, None)


@builders_only
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: SignedInRequest, pk: UUID) -> HttpResponse:
    return _edit(request, _own_session_type(request.user, pk))


def _edit(request: SignedInRequest, session_type: SessionType | None) -> HttpResponse:
    """Shows and saves the form of a session type, or of a new one for None."""
    form = SessionTypeForm(
        request.POST or None,
        instance=session_type or SessionType(builder=request.user),
        has_meetings=flags.is_on(request, MEETINGS),
    )
    own = offer_of(request.user.pk)
    lines = SessionTypeLines(request.POST or None, session_type, own.currency)
    if request.method == "POST" and form.is_valid() and lines.is_valid() and _save(request, form, lines):
        messages.success(request, f"“{form.instance.title}” is saved.")
        return redirect("coaching:offers")
    card = SessionTypeCard.of(session_type, terms_of(session_type, own)) if session_type else None
    context = {"form": form, "lines": lines, "card": card, "session_type": session_type}
    return render(request, "coaching/offer.html", context, status=422 if request.method == "POST" else 200)


def _save(request: SignedInRequest, form: SessionTypeForm, lines: SessionTypeLines) -> bool:
    """Saves the session type; returns False and adds errors to the form if the service refuses."""
    try:
        parts = lines.parts(form.cleaned_data["pathways"])
        services.save_session_type(session_type=form.instance, parts=parts, by=request.user)
    except Refused as refused:
        add_refusal(form, refused)
        return False
    return True


@builders_only
@require_POST
def preview(request: SignedInRequest) -> HttpResponse:
    """Renders the card of the session type as it is being typed. Saves nothing."""
    form = SessionTypeForm(request.POST, instance=SessionType(builder=request.user))
    own = offer_of(request.user.pk)
    lines = SessionTypeLines(request.POST, None, own.currency)
    form.is_valid()
    lines.is_valid()
    session_type = form.instance
    session_type.title = session_type.title or "Your title"
    terms = _preview_terms(session_type, lines, own)
    return render(
        request, "coaching/_session_card.html", {"card": SessionTypeCard.of(session_type, terms), "is_preview": True}
    )


def _preview_terms(session_type: SessionType, lines: SessionTypeLines, offer: Offer) -> Terms:
    """Returns the terms of an unsaved session type from the lines that are valid so far."""
    cleaned_lines = [line.cleaned_data for line in lines.prices if hasattr(line, "cleaned_data")]
    prices = {line["minutes"]: line.get("price") for line in cleaned_lines if line.get("minutes")}
    return Terms(
        currency=offer.currency,
        is_free=session_type.category == SessionType.Category.FREE,
        own_prices={minutes: price for minutes, price in prices.items() if price is not None},
        listed=frozenset(prices),
        config=config_of(offer),
        rate_types=frozenset(session_type.rate_types or ["fixed"]),
        hourly_rate=offer.hourly_rate,
        day_rate=offer.day_rate,
        day_minutes=offer.day_minutes,
    )


@builders_only
@require_POST
def duplicate(request: SignedInRequest, pk: UUID) -> HttpResponse:
    copy = services.duplicate(session_type=_own_session_type(request.user, pk), by=request.user)
    messages.success(request, "Here is the copy. Nobody can book it before you open it.")
    return redirect("coaching:offer", pk=copy.pk)


@builders_only
@require_POST
def switch(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Opens or closes a session type for bookings; what is booked stays booked."""
    session_type = _own_session_type(request.user, pk)
    services.set_active(session_type=session_type, is_active=not session_type.is_active, by=request.user)
    words = "unpublished. Existing bookings stay as they are." if session_type.is_active else "published."
    messages.success(request, f"“{session_type.title}” is {words}")
    return redirect("coaching:offers")


@builders_only
@require_POST
def reorder(request: SignedInRequest) -> HttpResponse:
    """Saves the order of the session types: all of it after dragging, or one step up or down from a button."""
    order = requested_order(request.POST, request.user.session_types.values_list("pk", flat=True))
    services.reorder(builder=request.user, order=order)
    return redirect("coaching:offers")


@builders_only
@require_http_methods(["GET", "HEAD", "POST"])
def rates(request: SignedInRequest) -> HttpResponse:
    """Edits the session config and the rates, which apply to session types without prices of their own."""
    own = offer_of(request.user.pk)
    form = RatesForm(
        request.POST or None, instance=own, initial={"services": [] if own._state.adding else own.services.all()}
    )
    saved_lines = (
        []
        if own._state.adding
        else [price_line(line.minutes, line.price, own.currency) for line in own.durations.all()]
    )
    initial = None if request.POST else saved_lines or [{"minutes": 60}]
    lines = PriceLines(request.POST or None, prefix="prices", initial=initial)
    if request.method == "POST" and form.is_valid() and lines.is_valid() and _save_rates(request, form, lines):
        messages.success(request, "Your rates are saved. What is booked keeps its price.")
        return redirect("coaching:rates")
    context = {"form": form, "lines": lines, "examples": _examples(request.user)}
    return render(request, "coaching/rates.html", context, status=422 if request.method == "POST" else 200)


def _save_rates(request: SignedInRequest, form: RatesForm, lines: Any) -> bool:
    """Saves the session config and the rates; returns False and adds errors to the form if a service refuses."""
    cleaned = form.cleaned_data
    try:
        with transaction.atomic():
            services.save_config(builder=request.user, config=form.config(lines))
            services.save_rates(
                builder=request.user, hourly_rate=cleaned["hourly_rate"], day_rate=cleaned["day_rate"],
                day_minutes=cleaned["day_minutes"], services=cleaned["services"],
            )  # fmt: skip
    except Refused as refused:
        add_refusal(form, refused)
        return False
    return True


def _examples(builder: User) -> list[tuple[int, Quote]]:
    """Returns the prices of a session type without prices of its own; none while the builder has no offer."""
    own = offer_of(builder.pk)
    if own._state.adding:
        return []
    session_type = SessionType(builder=builder, title="", category=SessionType.Category.SPECIALIZED)
    return price_list(terms_of(session_type, own))


def _own_session_type(builder: User, pk: UUID) -> SessionType:
    return get_object_or_404(builder.session_types.complete(), pk=pk)
