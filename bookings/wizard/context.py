"""What the steps of the wizard stand on: who is on the way to which booking, with what chosen so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.models import BuilderProfile
from bookings.agreement.requests import BookingRequest
from bookings.agreement.visitors import remembered, visitor_of, zone_of
from bookings.models import Draft
from bookings.wizard.forms import DetailsForm
from bookings.wizard.time_picker import TimePicker
from coaching.models import Offer, SessionType
from coaching.terms import offer_of
from core import clock, flags
from core.access import public
from core.dates import parse_instant
from scheduling.claims import Visitor
from scheduling.models import Seat


@dataclass(frozen=True)
class WizardContext:
    """Where a visitor is on the way to a booking: with whom, what, and what the address says so far."""

    request: HttpRequest
    profile: BuilderProfile
    session_type: SessionType
    offer: Offer
    visitor: Visitor
    now: datetime

    @property
    def asked(self) -> dict[str, str]:
        told = [*self.request.GET.items(), *self.request.POST.items()]
        return {name: str(value) for name, value in told}

    @property
    def start(self) -> datetime | None:
        return parse_instant(self.asked.get("start", ""))

    def picker(self) -> TimePicker:
        zone = zone_of(self.request, self.profile.user.timezone)
        return TimePicker(self.session_type, self.offer, self.asked, zone=zone, now=self.now, holder=self.visitor.key)

    def url(self, page: str, **query: Any) -> str:
        address = reverse(f"bookings:{page}", args=[self.profile.slug, self.session_type.pk])
        told = {name: value for name, value in query.items() if value}
        return f"{address}?{urlencode(told)}" if told else address

    @property
    def choices(self) -> dict[str, str]:
        """What the next step's address has to say."""
        return {name: self.asked[name] for name in ("minutes", "rate", "zone", "start") if name in self.asked}

    def draft(self) -> Draft:
        """What this visitor has typed for this offer; nothing is written before they type."""
        mine = {"holder": self.visitor.key, "session_type": self.session_type}
        return Draft.objects.filter(**mine).first() or Draft(**mine, person=self.visitor.person)

    def told(self, picker: TimePicker, start: datetime) -> tuple[Draft, DetailsForm, BookingRequest] | None:
        """What is asked for by now; None before the details are given."""
        draft = self.draft()
        form = DetailsForm(draft.told, session_type=self.session_type, person=self.visitor.person)
        if draft._state.adding or not form.is_valid():
            return None
        rate, zone = picker.rate_type, picker.zone
        booking_request = form.booking_request(
            start=start, minutes=picker.minutes, rate_type=rate, timezone=zone, form_key=draft.form_key
        )
        return draft, form, booking_request

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


def wizard_step(view: Callable[[WizardContext], HttpResponse]) -> Callable[[HttpRequest, str, UUID], HttpResponse]:
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
        wizard = WizardContext(request, profile, session_type, offer, visitor_of(request), clock.now())
        return remembered(request, view(wizard))

    return found


def public_profile(slug: str) -> BuilderProfile:
    return get_object_or_404(BuilderProfile.objects.public(), slug=slug)


def times_url(profile: BuilderProfile, session_type: SessionType) -> str:
    return reverse("bookings:times", args=[profile.slug, session_type.pk])


def closed(request: HttpRequest, profile: BuilderProfile) -> HttpResponse:
    """Nobody books themselves, and nobody books whoever takes no bookings."""
    context = {"profile": profile, "is_own": request.user == profile.user}
    return render(request, "bookings/wizard/closed.html", context)
