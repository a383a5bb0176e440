"""The pages of an embed: the sessions, the times of one, the details, and what was booked."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import BuilderProfile
from accounts.queries import public_profile
from bookings.agreement import limits, services
from bookings.agreement.accepted_texts import record_accepted
from bookings.agreement.origins import CAMPAIGN
from bookings.agreement.requests import ShownOffer, check, would_need_answer
from bookings.agreement.rules import terms_in_words
from bookings.agreement.signed_links import page_of
from bookings.agreement.visitors import stranger_with
from bookings.embeds.drafts import EmbedDraft, booked_token, has_booked
from bookings.embeds.framing import allow_frames, framed, render_framed
from bookings.meetings.places import AT_CLIENT
from bookings.models import Booking
from bookings.states import State
from bookings.times import When
from bookings.wizard import funnel
from bookings.wizard.forms import DetailsForm, field_name
from bookings.wizard.time_picker import TimePicker
from coaching.models import Offer, SessionType
from coaching.queries import active_type_to_book, active_types
from coaching.terms import offer_of, offer_to_book
from core import clock
from core.dates import parse_instant
from core.errors import Refused
from scheduling import claims
from scheduling.claims import LOST, TimeRequest, Visitor
from scheduling.outside.services import refresh_before_booking
from scheduling.queries import describe_session_types, travel_error

Step = Callable[["EmbedContext"], HttpResponse]


@dataclass(frozen=True)
class EmbedContext:
    """A request for a page of an embed, with the session type, the visitor's draft and the choices in the address."""

    request: HttpRequest
    profile: BuilderProfile
    session_type: SessionType
    offer: Offer
    draft: EmbedDraft
    visitor: Visitor
    now: datetime

    @property
    def asked(self) -> dict[str, str]:
        return {name: str(value) for name, value in [*self.request.GET.items(), *self.request.POST.items()]}

    @property
    def start(self) -> datetime | None:
        return parse_instant(self.asked.get("start", ""))

    @property
    def books_here(self) -> bool:
        """Whether a guest can book it in the frame: it is free and booked on Waymark."""
        return not self.session_type.requires_account and not self.session_type.books_on_calendly

    def picker(self) -> TimePicker:
        zone = self.draft.zone or self.profile.user.timezone
        return TimePicker(self.session_type, self.offer, self.asked, zone=zone, now=self.now, holder=self.visitor.key)

    def url(self, page: str, **query: Any) -> str:
        address = reverse(f"bookings:{page}", args=[self.profile.slug, self.session_type.pk])
        return f"{address}?{urlencode({'draft': self.draft.token} | query)}"

    def choices(self, picker: TimePicker) -> dict[str, Any]:
        return {"minutes": picker.minutes, "zone": picker.zone}

    def back_to_times(self, picker: TimePicker, **query: str) -> HttpResponse:
        day = {"day": str(self.start.astimezone(picker.tz).date())} if self.start else {}
        return redirect(self.url("embed_times", **self.choices(picker), **day, **query))

    def attempt(self, picker: TimePicker) -> funnel.VisitorAttempt:
        price = picker.price.total if picker.price else None
        return funnel.VisitorAttempt(
            funnel.EMBED, self.profile.pk, self.session_type.pk, self.visitor.key, picker.minutes, price
        )

    def render(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        waymark = f"{self.page}?{urlencode(self.campaign)}" if self.campaign else self.page
        shown = {"session": self.session_type, "books_here": self.books_here, "waymark": waymark, **context}
        return render_framed(self.request, template, shown, profile=self.profile, draft=self.draft, status=status)

    @property
    def page(self) -> str:
        """The address of the session's page on Waymark."""
        return reverse("bookings:times", args=[self.profile.slug, self.session_type.pk])

    @property
    def campaign(self) -> dict[str, str]:
        """The campaign, for the address of a page on Waymark."""
        return {name: text for name in CAMPAIGN if (text := str(getattr(self.draft.origin, name)))}


@framed
@require_safe
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """Shows the sessions of a builder. One that is booked in the frame leads to its times, others open on Waymark."""
    draft = EmbedDraft.of(request.GET)
    profile = public_profile(slug)
    offer = offer_of(profile.pk) if profile else None
    if profile is None or offer is None or not offer.is_active:
        return _closed(request, draft, profile)
    token = urlencode({"draft": replace(draft, is_from_list=True).token})
    cards = [
        (card, f"{reverse('bookings:embed_times', args=[slug, card.session_type.pk])}?{token}")
        for card in describe_session_types(active_types(profile.pk), offer)
        if card.prices
    ]
    zone = draft.zone or profile.user.timezone
    return render_framed(request, "sessions.html", {"cards": cards, "zone": zone}, profile=profile, draft=draft)


def embed_step(view: Step) -> Callable[..., HttpResponse]:
    """Makes a view of a page of one session, which finds the session and the draft."""

    def step(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
        draft = EmbedDraft.of(request.GET.dict() | request.POST.dict())
        session_type = active_type_to_book(pk, slug)
        profile = session_type.builder.builder_profile if session_type else None
        if session_type is None or profile is None or not profile.is_public:
            return _closed(request, draft, None)
        offer = offer_to_book(session_type)
        if not offer.is_active:
            return _closed(request, draft, profile)
        visitor = stranger_with(request, draft.secret)
        context = EmbedContext(request, profile, session_type, offer, draft, visitor, clock.now())
        return allow_frames(view(context), profile)

    return framed(step)


def _closed(request: HttpRequest, draft: EmbedDraft, profile: BuilderProfile | None) -> HttpResponse:
    status = 404 if profile is None else 200
    return render_framed(request, "closed.html", {}, profile=profile, draft=draft, status=status)


@require_safe
@embed_step
def embed_times(embed: EmbedContext) -> HttpResponse:
    """Shows a day and its times. What cannot be booked in the frame goes on with the chosen time on Waymark."""
    picker = embed.picker()
    if embed.books_here:
        return embed.render("times.html", picker=picker, method="post", action=embed.url("embed_hold"))
    return embed.render("times.html", picker=picker, method="get", action=embed.page, carried=embed.campaign)


@require_POST
@embed_step
def embed_hold(embed: EmbedContext) -> HttpResponse:
    """Holds the chosen time for ten minutes."""
    picker, start = embed.picker(), embed.start
    if start is None or picker.price is None or not embed.books_here:
        return embed.back_to_times(picker)
    ask = TimeRequest(embed.session_type, start, picker.minutes, embed.visitor)
    refresh_before_booking(ask)
    attempt = embed.attempt(picker)
    try:
        with funnel.counting_refusals(attempt, is_first_step=True):
            claims.hold(ask)
    except Refused as error:
        if error.refusal in LOST:
            return embed.back_to_times(picker, lost=start.isoformat())
        return embed.render("refused.html", status=error.refusal.status, problem=error, times=embed.url("embed_times"))
    funnel.count(attempt, funnel.Step.STARTED)
    return redirect(embed.url("embed_details", **embed.choices(picker), start=start.isoformat()))


@require_http_methods(["GET", "HEAD", "POST"])
@embed_step
def embed_details(embed: EmbedContext) -> HttpResponse:
    """Asks for what the builder needs to know, and books. A guest confirms their address as everywhere else."""
    picker, start = embed.picker(), embed.start
    if start is None or picker.price is None or not embed.books_here:
        return embed.back_to_times(picker)
    if _booked_before(embed):
        return redirect(embed.url("embed_booked"))
    form, problem = _form(embed), None
    if embed.request.method == "POST":
        limits.refuse_robots(embed.request)
        if form.is_complete(embed.visitor) and _has_travel_time(embed, form, picker, start):
            try:
                booking = _book(embed, picker, form, start)
            except Refused as error:
                if error.refusal in LOST:
                    return embed.back_to_times(picker, lost=start.isoformat())
                problem = error
            else:
                return redirect(embed.url("embed_booked", booked=booked_token(booking.pk)))
    status = problem.refusal.status if problem else 422 if form.is_bound and form.errors else 200
    tiers = [[tier.hours, tier.percent] for tier in embed.session_type.tiers.all()]
    return embed.render(
        "details.html", status, form=form, problem=problem, picker=picker,
        when=When(start, start + timedelta(minutes=picker.minutes), picker.zone), price=picker.price,
        shown=ShownOffer.of(picker.price.total, tiers), terms=terms_in_words(tiers) if picker.price.total.amount else [],
        needs_answer=would_need_answer(embed.session_type, embed.now),
        times=embed.url("embed_times", **embed.choices(picker), day=str(start.astimezone(picker.tz).date())),
    )  # fmt: skip


@require_safe
@embed_step
def embed_booked(embed: EmbedContext) -> HttpResponse:
    """Shows what was booked with this draft, and tells the site around the frame.

    Only the browser that has booked sees the guest's address and the link to the booking, since a site can have made the
    draft itself.
    """
    booking = _booked_before(embed)
    if booking is None:
        return redirect(embed.url("embed_times"))
    until = booking.proof_due_at
    is_own = has_booked(embed.request.GET.get("booked", ""), booking.pk)
    return embed.render(
        "booked.html", booking=booking, page=page_of(booking) if is_own else "", is_kept=until is not None and booking.state == State.PENDING,
        when=When(booking.starts_at, booking.ends_at, booking.timezone), again=_first_page(embed),
        announcement=_announcement(booking),
    )  # fmt: skip


def _announcement(booking: Booking) -> str:
    """Returns what the site around the frame is sent about a booking: nothing that says who booked."""
    return json.dumps(
        {
            "reference": booking.reference,
            "status": booking.state,
            "session": booking.title,
            "start": booking.starts_at.isoformat(),
            "end": booking.ends_at.isoformat(),
        }
    )


def _first_page(embed: EmbedContext) -> str:
    """Returns the address of the times with a new draft, which books another session."""
    draft = replace(embed.draft, secret=EmbedDraft.of({}).secret)
    return replace(embed, draft=draft).url("embed_times")


def _booked_before(embed: EmbedContext) -> Booking | None:
    key = embed.draft.form_key(embed.session_type.pk)
    return Booking.objects.complete().filter(form_key=key, seat__holder=embed.visitor.key).first()


def _form(embed: EmbedContext) -> DetailsForm:
    """Returns the form: as it was sent, else filled in with what the site has sent."""
    session_type, draft = embed.session_type, embed.draft
    if embed.request.method == "POST":
        return DetailsForm(embed.request.POST, session_type=session_type, person=None)
    form = DetailsForm(session_type=session_type, person=None)
    typed = {"name": draft.name, "email": draft.email}
    typed |= {field_name(question): text for question, text in zip(form.questions, draft.answers, strict=False)}
    form.initial.update({name: text for name, text in typed.items() if text})
    return form


def _has_travel_time(embed: EmbedContext, form: DetailsForm, picker: TimePicker, start: datetime) -> bool:
    """Whether the builder can come to the client's place, if it is there. If not, the form says why."""
    if form.cleaned_data.get("place") != AT_CLIENT:
        return True
    ask = TimeRequest(embed.session_type, start, picker.minutes, embed.visitor, travels=True)
    sentence = travel_error(ask, embed.now)
    if sentence:
        form.add_error("place", f"{sentence} Choose another time or another place.")
    return sentence is None


def _book(embed: EmbedContext, picker: TimePicker, form: DetailsForm, start: datetime) -> Booking:
    booking_request = form.booking_request(
        start=start, minutes=picker.minutes, rate_type=picker.rate_type, timezone=picker.zone,
        form_key=embed.draft.form_key(embed.session_type.pk),
    )  # fmt: skip
    limits.count_booking(embed.request, booking_request.guest)

    def book() -> Booking:
        shown = ShownOffer.sent(embed.request.POST)
        priced = check(replace(booking_request, shown=shown, origin=embed.draft.origin), embed.visitor)
        refresh_before_booking(priced.time_request)
        return services.request(priced=priced)

    booking = funnel.counted(embed.attempt(picker), book)
    record_accepted(embed.request, booking)
    return booking
