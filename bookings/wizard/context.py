"""The context that the steps of the wizard share: the visitor, the session type and the choices made so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.models import BuilderProfile
from accounts.queries import public_profile
from bookings.agreement.origins import BookingOrigin, origin_of, remember_origin
from bookings.agreement.requests import PricedRequest, ShownOffer, check
from bookings.agreement.visitors import visitor_of, with_visitor_cookie, zone_of
from bookings.billing.checkout.timing import is_paid_first
from bookings.flags import BOOKING_WIZARD
from bookings.meetings.places import AT_CLIENT
from bookings.models import Draft
from bookings.wizard import funnel
from bookings.wizard.forms import DetailsForm
from bookings.wizard.time_picker import TimePicker
from coaching.models import Offer, SessionType
from coaching.queries import active_type_to_book
from coaching.rules import needs_sign_in
from coaching.terms import offer_to_book
from core import clock, flags
from core.access import public
from core.dates import parse_instant
from core.errors import Refusal, Refused
from payments.flags import PAYMENTS
from scheduling.claims import TimeRequest, Visitor
from scheduling.models import Seat
from scheduling.queries import travel_error

INTERVALS = {"1": "Every week", "2": "Every two weeks", "3": "Every three weeks", "4": "Every four weeks"}
STEPS = ("Service", "Time", "Details", "Review")


def progress(step: int) -> dict[str, Any]:
    """Returns the context of the progress bar above each step."""
    return {"steps": [(name, number < step, number == step) for number, name in enumerate(STEPS, 1)], "step": step}


@dataclass(frozen=True)
class WizardContext:
    """A visitor's request for a step of the wizard, with the session type and the choices in its address and form."""

    request: HttpRequest
    profile: BuilderProfile
    session_type: SessionType
    offer: Offer
    visitor: Visitor
    now: datetime

    @property
    def asked(self) -> dict[str, str]:
        parameters = [*self.request.GET.items(), *self.request.POST.items()]
        return {name: str(value) for name, value in parameters}

    @property
    def start(self) -> datetime | None:
        return parse_instant(self.asked.get("start", ""))

    @property
    def needs_sign_in(self) -> bool:
        """Whether the visitor sees the times, but has to sign in before they choose one."""
        return needs_sign_in(self.session_type, self.request.user)

    @property
    def after_sign_in(self) -> str:
        """The address to return to after signing in: the page itself, or, after a form, the details of the chosen time."""
        if self.request.method == "GET":
            return self.request.get_full_path()
        return self.url("details" if self.start else "times", **self.choices)

    def picker(self) -> TimePicker:
        zone = zone_of(self.request, self.profile.user.timezone)
        picker = TimePicker(self.session_type, self.offer, self.asked, zone=zone, now=self.now, holder=self.visitor.key)
        picker.travels = self._has_chosen_own_place()
        return picker

    def _has_chosen_own_place(self) -> bool:
        """Whether the visitor said in step three, before they came back to the times, that it is at their place. One
        query if that decides which times are free."""
        session_type = self.session_type
        decides = session_type.has_travel_time and AT_CLIENT in session_type.in_person_places
        return decides and not session_type.is_always_at_client and self.draft().details.get("place") == AT_CLIENT

    def attempt(self, picker: TimePicker) -> funnel.VisitorAttempt:
        """Returns what the visitor tries to book, for the counts of the funnel."""
        price = picker.price.total if picker.price else None
        return funnel.VisitorAttempt(
            funnel.WEB, self.profile.pk, self.session_type.pk, self.visitor.key, picker.minutes, price
        )

    def travel_error(self, form: DetailsForm, picker: TimePicker, start: datetime) -> str | None:
        """Returns why the builder cannot come to the client's place at this time; None if they can."""
        if form.cleaned_data.get("place") != AT_CLIENT:
            return None
        ask = TimeRequest(self.session_type, start, picker.minutes, self.visitor, travels=True)
        return travel_error(ask, self.now)

    def url(self, page: str, **query: Any) -> str:
        address = reverse(f"bookings:{page}", args=[self.profile.slug, self.session_type.pk])
        parameters = {name: value for name, value in query.items() if value}
        return f"{address}?{urlencode(parameters)}" if parameters else address

    @property
    def choices(self) -> dict[str, str]:
        """The choices that the address of the next step carries on."""
        choices = {name: self.asked[name] for name in ("minutes", "rate", "zone", "start") if name in self.asked}
        return choices | ({"every": str(self.every)} if self.every else {})

    @property
    def every(self) -> int:
        """How many weeks lie between the sessions of a series; 0 for a single session."""
        asked = self.asked.get("every", "")
        return int(asked) if asked in dict(self.intervals) else 0

    @property
    def intervals(self) -> list[tuple[str, str]]:
        """(number of weeks, label) of each series that can be booked; none for visitors who book without an account, and
        for sessions that are paid when booking."""
        can_repeat = bool(self.visitor.person or self.needs_sign_in) and not self.is_paid_first
        return list(INTERVALS.items()) if can_repeat else []

    @property
    def is_paid_first(self) -> bool:
        """Whether a session that costs something is paid when it is booked, so that each one is booked by itself."""
        return is_paid_first(self.session_type, self.offer.currency) and flags.is_on(self.request, PAYMENTS)

    @property
    def origin(self) -> BookingOrigin:
        return origin_of(self.request, self.profile.pk)

    def draft(self) -> Draft:
        """Returns the visitor's draft for this session type; a new one is not saved before they type."""
        mine = {"holder": self.visitor.key, "session_type": self.session_type}
        return Draft.objects.filter(**mine).first() or Draft(**mine, person=self.visitor.person)

    def completed_draft(self, picker: TimePicker, start: datetime) -> tuple[Draft, DetailsForm, PricedRequest] | None:
        """Returns the draft, its form and the valid request that they make; None before the details are complete."""
        draft = self.draft()
        form = DetailsForm(draft.details, session_type=self.session_type, person=self.visitor.person)
        if draft._state.adding or not form.is_valid():
            return None
        rate, zone = picker.rate_type, picker.zone
        booking_request = form.booking_request(
            start=start, minutes=picker.minutes, rate_type=rate, timezone=zone, form_key=draft.form_key
        )
        shown = ShownOffer.sent(self.request.POST)
        try:
            use_credit = self.request.method == "POST" and self.asked.get("credit") == "use"
            return (
                draft,
                form,
                check(replace(booking_request, shown=shown, use_credit=use_credit, origin=self.origin), self.visitor),
            )
        except Refused as error:
            if error.refusal == Refusal.INVALID:
                return None
            raise

    def active_hold(self, start: datetime) -> Seat | None:
        """Returns the visitor's hold on this time if it has not expired."""
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


Step = Callable[[WizardContext], HttpResponse]
View = Callable[[HttpRequest, str, UUID], HttpResponse]


def wizard_step(view: Step) -> View:
    """Makes a view of a step, which finds the session type. A visitor who needs an account for it signs in first, and
    then comes back to the time that they chose."""
    return _step(view, is_open=False)


def open_step(view: Step) -> View:
    """Makes a view of a step that visitors without an account see for each session type, since it only shows times."""
    return _step(view, is_open=True)


def _step(view: Step, *, is_open: bool) -> View:
    @public
    def step(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
        session_type = active_type_to_book(pk, slug)
        if session_type is None or not session_type.builder.builder_profile.is_public:
            raise Http404
        profile = session_type.builder.builder_profile
        if not flags.is_on(request, BOOKING_WIZARD):
            return redirect(f"{reverse('bookings:choose', args=[slug])}?session={pk}")
        offer = offer_to_book(session_type)
        wizard = WizardContext(request, profile, session_type, offer, visitor_of(request), clock.now())
        if wizard.needs_sign_in and not is_open:
            return redirect_to_login(wizard.after_sign_in, reverse("account_signup"))
        if request.user == profile.user or not offer.is_active:
            return not_bookable(request, profile)
        return remember_origin(request, with_visitor_cookie(request, view(wizard)), profile.pk)

    return step


def profile_or_404(slug: str) -> BuilderProfile:
    profile = public_profile(slug)
    if profile is None:
        raise Http404
    return profile


def times_url(profile: BuilderProfile, session_type: SessionType) -> str:
    return reverse("bookings:times", args=[profile.slug, session_type.pk])


def not_bookable(request: HttpRequest, profile: BuilderProfile) -> HttpResponse:
    """Renders the page for builders who try to book themselves, and for everybody if the builder takes no bookings."""
    context = {"profile": profile, "is_own": request.user == profile.user}
    return render(request, "bookings/wizard/closed.html", context)
