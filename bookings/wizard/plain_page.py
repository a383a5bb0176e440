"""One plain page that does what the wizard does, through the same services: for when its flag is off."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import BuilderProfile
from bookings.agreement import limits, services
from bookings.agreement.queries import made_by
from bookings.agreement.requests import check
from bookings.agreement.rules import terms_in_words
from bookings.agreement.signed_links import page_of
from bookings.agreement.visitors import keep_zone, remembered, visitor_of, zone_of
from bookings.wizard import funnel
from bookings.wizard.forms import DetailsForm
from coaching.models import Offer, SessionType
from coaching.quotes import price_list
from coaching.terms import terms_of
from core import clock
from core.errors import Refused
from core.hour_format import time_of_day
from core.templatetags.waymark import minutes as minutes_in_words
from core.templatetags.waymark import money
from core.zones import known_zone, zone_choices
from scheduling.queries import free_times

DAYS = 14


class PlainForm(DetailsForm):
    """The details, with the time on top."""

    def __init__(self, data: Any = None, *, starts: list[tuple[str, Any]], **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["start"] = forms.ChoiceField(
            label="When", choices=starts, error_messages={"invalid_choice": "This time has just gone. Choose another one."}
        )  # fmt: skip
        self.fields["key"] = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
        self.order_fields(["start"])


def page(request: HttpRequest, profile: BuilderProfile, offer: Offer) -> HttpResponse:
    """Shows the form, or books."""
    asked = request.POST if request.method == "POST" else request.GET
    types = list(SessionType.objects.filter(builder=profile.user, is_active=True).seen_by(request.user).complete())
    options = [
        (f"{found.pk}:{minutes}", f"{found.title}, {minutes_in_words(minutes)}, {money(price.total)}", found, minutes)
        for found in types
        for minutes, price in price_list(terms_of(found, offer))
    ]
    context: dict[str, Any] = {"profile": profile, "options": options, "chosen": None, "form": None}
    wanted = asked.get("session", "")
    chosen = next((each for each in options if each[0].startswith(wanted)), options[0] if options else None)
    if chosen is None:
        return render(request, "bookings/wizard/plain_page.html", context)
    value, label, session_type, minutes = chosen
    visitor, now = visitor_of(request), clock.now()
    zone = known_zone(asked.get("zone", "")) or zone_of(request, profile.user.timezone)
    if made := made_by(asked.get("key", ""), visitor.key):
        return redirect(page_of(made))
    form = PlainForm(
        request.POST if request.method == "POST" else None,
        session_type=session_type,
        person=visitor.person,
        starts=_starts(session_type, minutes, now, zone, visitor.key),
    )
    if request.method == "POST" and form.is_valid():
        limits.refuse_robots(request)
        try:
            return remembered(request, redirect(_booked(request, form, minutes, zone)))
        except Refused as error:
            form.add_error(None, error.sentence)
    tiers = [[tier.hours, tier.percent] for tier in session_type.tiers.all()]
    context |= {"chosen": value, "label": label, "session": session_type, "form": form, "zone": zone, "zones": zone_choices(zone), "terms": terms_in_words(tiers)}  # fmt: skip
    return remembered(
        request, render(request, "bookings/wizard/plain_page.html", context, status=422 if form.errors else 200)
    )


def _booked(request: HttpRequest, form: PlainForm, minutes: int, zone: str) -> str:
    """Books, and says where to see it."""
    visitor = visitor_of(request)
    start, key = datetime.fromisoformat(form.cleaned_data["start"]), form.cleaned_data["key"]
    booking_request = form.booking_request(start=start, minutes=minutes, rate_type=None, timezone=zone, form_key=key)
    limits.count_booking(request, booking_request.guest)
    builder = booking_request.session_type.builder_id
    priced = check(booking_request, visitor)
    booking = funnel.counted(builder, funnel.PLAIN, lambda: services.request(priced=priced, visitor=visitor))
    keep_zone(request, zone)
    return page_of(booking)


def _starts(session_type: SessionType, minutes: int, now: datetime, zone: str, holder: str) -> list[tuple[str, Any]]:
    """The free times of two weeks, by day."""
    at = int(now.timestamp())
    days: dict[str, list[tuple[str, str]]] = {}
    for slot in free_times(session_type, minutes, (at, at + int(timedelta(days=DAYS).total_seconds())), now, holder):
        start = datetime.fromtimestamp(slot.start, ZoneInfo(zone))
        days.setdefault(f"{start:%A %-d %B}", []).append(
            (start.isoformat(), f"{start:%a %-d %b}, {time_of_day(start)}")
        )
    return list(days.items())
