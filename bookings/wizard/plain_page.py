"""A single page that books through the same services as the wizard, used while the wizard's flag is off."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import BuilderProfile
from bookings.agreement import limits, services
from bookings.agreement.accepted_texts import record_accepted
from bookings.agreement.origins import origin_of
from bookings.agreement.queries import booking_made_with
from bookings.agreement.requests import ShownOffer, check, would_need_answer
from bookings.agreement.rules import terms_in_words
from bookings.agreement.visitors import keep_zone, visitor_of, with_visitor_cookie, zone_of
from bookings.billing.checkout.timing import timing_of
from bookings.billing.checkout.views import after_booking
from bookings.calendly import embed
from bookings.models import Booking
from bookings.wizard import funnel
from bookings.wizard.forms import DetailsForm
from coaching.models import Offer, SessionType
from coaching.quotes import price_list, quote
from coaching.terms import offer_of, terms_of
from connections.calendly.flags import CALENDLY
from core import clock, flags
from core.errors import Refused
from core.hour_format import time_of_day
from core.money import Money
from core.templatetags.waymark import minutes as minutes_in_words
from core.templatetags.waymark import money
from core.zones import known_zone
from payments.states import Timing
from scheduling.claims import Visitor
from scheduling.outside.services import refresh_before_booking
from scheduling.queries import free_times

DAYS = 14


class PlainForm(DetailsForm):
    """The form for the details, with a choice of times at the top."""

    def __init__(self, data: Any = None, *, starts: list[tuple[str, Any]], **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["start"] = forms.ChoiceField(
            label="When", choices=starts, error_messages={"invalid_choice": "Somebody else has just taken this time. Choose another one."}
        )  # fmt: skip
        self.fields["key"] = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
        self.order_fields(["start"])


def page(request: HttpRequest, profile: BuilderProfile, offer: Offer) -> HttpResponse:
    """Shows the form for the chosen session type, and books."""
    asked = request.POST if request.method == "POST" else request.GET
    types, on_calendly = _offered(request, profile)
    options = [
        (
            f"{candidate.pk}:{minutes}",
            f"{candidate.title}, {minutes_in_words(minutes)}, {money(price.total)}",
            candidate,
            minutes,
        )
        for candidate in types
        for minutes, price in price_list(terms_of(candidate, offer))
    ]
    context: dict[str, Any] = {
        "profile": profile,
        "options": options,
        "on_calendly": on_calendly,
        "chosen": None,
        "form": None,
    }
    wanted = asked.get("session", "")
    chosen = next((option for option in options if option[0].startswith(wanted)), options[0] if options else None)
    if chosen is None:
        return render(request, "bookings/wizard/plain_page.html", context)
    value, label, session_type, minutes = chosen
    visitor, now = visitor_of(request), clock.now()
    zone = known_zone(asked.get("zone", "")) or zone_of(request, profile.user.timezone)
    if booking := booking_made_with(asked.get("key", ""), visitor.key):
        return redirect(after_booking(booking, "booking"))
    form = PlainForm(
        request.POST if request.method == "POST" else None,
        session_type=session_type,
        person=visitor.person,
        starts=_start_choices(session_type, minutes, now, zone, visitor.key),
    )
    if request.method == "POST" and form.is_complete(visitor):
        limits.refuse_robots(request)
        try:
            return with_visitor_cookie(request, redirect(_book(request, form, minutes, zone)))
        except Refused as error:
            form.add_error(None, error.sentence)
    tiers = [[tier.hours, tier.percent] for tier in session_type.tiers.all()]
    price = quote(terms_of(session_type, offer), minutes)
    assert price is not None, "only lengths with a price are listed"
    context |= {"chosen": value, "label": label, "session": session_type, "form": form, "zone": zone, "terms": terms_in_words(tiers), "needs_answer": would_need_answer(session_type, now), "timing": _timing(session_type, price.total, visitor), "shown": ShownOffer.of(price.total, tiers)}  # fmt: skip
    return with_visitor_cookie(
        request, render(request, "bookings/wizard/plain_page.html", context, status=422 if form.errors else 200)
    )


def _timing(session_type: SessionType, price: Money, visitor: Visitor) -> Timing | None:
    """Returns when the session is paid; None if it is free, or cannot be paid online, which sending the form says."""
    try:
        return timing_of(session_type, price, visitor.person) if price.amount else None
    except Refused:
        return None


def _offered(request: HttpRequest, profile: BuilderProfile) -> tuple[list[SessionType], list[tuple[str, str]]]:
    """Returns the session types that are booked here, and (title, address) of those that are booked on Calendly."""
    types = SessionType.objects.filter(builder=profile.user, is_active=True).seen_by(request.user).complete()
    here = [candidate for candidate in types if not candidate.books_on_calendly]
    there = [candidate for candidate in types if embed.is_there(candidate)] if flags.is_on(request, CALENDLY) else []
    return here, [(candidate.title, candidate.calendly_url) for candidate in there]


def _book(request: HttpRequest, form: PlainForm, minutes: int, zone: str) -> str:
    """Books, and returns the address of the booking's page."""
    visitor = visitor_of(request)
    start, key = datetime.fromisoformat(form.cleaned_data["start"]), form.cleaned_data["key"]
    booking_request = form.booking_request(start=start, minutes=minutes, rate_type=None, timezone=zone, form_key=key)
    limits.count_booking(request, booking_request.guest)
    builder = booking_request.session_type.builder_id
    price = quote(terms_of(booking_request.session_type, offer_of(builder)), minutes)
    attempt = funnel.VisitorAttempt(
        funnel.PLAIN, builder, booking_request.session_type.pk, visitor.key, minutes, price.total if price else None
    )

    def book() -> Booking:
        priced = check(
            replace(booking_request, shown=ShownOffer.sent(request.POST), origin=origin_of(request, builder)), visitor
        )
        refresh_before_booking(priced.time_request)
        return services.request(priced=priced)

    booking = funnel.counted(attempt, book, is_first_step=True)
    record_accepted(request, booking)
    keep_zone(request, zone)
    return after_booking(booking, "booking")


def _start_choices(
    session_type: SessionType, minutes: int, now: datetime, zone: str, holder: str
) -> list[tuple[str, Any]]:
    """Returns the free times of the next two weeks as choices, grouped by day."""
    at = int(now.timestamp())
    days: dict[str, list[tuple[str, str]]] = {}
    for slot in free_times(session_type, minutes, (at, at + int(timedelta(days=DAYS).total_seconds())), now, holder):
        start = datetime.fromtimestamp(slot.start, ZoneInfo(zone))
        days.setdefault(f"{start:%A %-d %B}", []).append(
            (start.isoformat(), f"{start:%a %-d %b}, {time_of_day(start)}")
        )
    return list(days.items())
