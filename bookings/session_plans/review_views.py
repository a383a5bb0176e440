"""Holding the times of a plan, reviewing it, and booking all of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest
from accounts.models import User
from bookings.agreement import limits
from bookings.agreement.accepted_texts import record_accepted
from bookings.agreement.requests import ShownOffer, would_need_answer
from bookings.agreement.rules import terms_in_words
from bookings.agreement.visitors import keep_zone, visitor_of, zone_of
from bookings.billing.checkout.timing import timing_of
from bookings.models import Booking, SessionPlan
from bookings.session_plans import booking, holding, services
from bookings.session_plans.access import plan_for
from bookings.session_plans.booking import ShownPlan
from bookings.session_plans.flagged import plans_view
from bookings.session_plans.loading import bookable_types
from bookings.session_plans.pages import PlannedCard, proposed_cards, savings_of
from bookings.session_plans.queries import ShownSessionPlan, shown_plan
from bookings.session_plans.refusals import SessionPlanRefusal
from bookings.session_plans.review_forms import TypeDetailsForm, are_complete, details_forms
from coaching.models import SessionType
from core import clock
from core.errors import Refused
from core.money import BadMoney, Money
from scheduling.claims import LOST

MOST_TOTALS = 10  # one for each currency


@dataclass(frozen=True)
class TypeReview:
    """The sessions of one type in the review: its terms, when they are paid, and what its builder needs to know."""

    session_type: SessionType
    cards: list[PlannedCard]
    form: TypeDetailsForm
    terms: list[str]
    terms_sent: str
    timing: str  # a `Timing`, `credits` if they pay for all, or `free`
    needs_answer: bool

    @property
    def credits(self) -> int:
        """How many of the sessions are paid with credits."""
        return sum(card.uses_credit for card in self.cards)


@require_POST
@plans_view
def hold_session_plan(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Holds all times of the plan, or ten minutes longer, and leads to the review; or releases them."""
    plan = plan_for(request.user, pk)
    act = request.POST.get("act", "hold")
    if act not in ("hold", "release"):
        raise Http404
    if plan.state == SessionPlan.State.BOOKED:
        return redirect(plan)
    try:
        _keep_typed(request, plan)
        if act == "release":
            holding.release(plan=plan, by=request.user)
            return redirect(plan)
        holding.refresh_calendars(plan)
        holding.hold(plan=plan, by=request.user, address=visitor_of(request).address)
    except Refused as error:
        messages.error(request, error.sentence)
        return redirect(plan)
    return redirect("bookings:review_session_plan", plan.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@plans_view
def review_session_plan(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shows all sessions with their total and terms, asks once for what each session type needs, and books them."""
    plan = plan_for(request.user, pk)
    if plan.state == SessionPlan.State.BOOKED:
        return redirect(plan)
    posted = request.POST if request.method == "POST" else None
    shown = shown_plan(plan, request.user)
    if not shown.is_bookable:
        return _lost_page(request, plan)
    forms = details_forms(plan, shown.session_types, posted)
    problem = None
    if posted is not None:
        try:
            _save(request, plan, forms)
            if are_complete(forms, request.user):
                return _book(request, plan, forms)
        except Refused as error:
            if error.refusal == SessionPlanRefusal.PLAN_BOOKED:  # by the same form, sent twice
                return redirect(plan)
            if error.refusal in (*LOST, SessionPlanRefusal.PLAN_TIME_LOST):
                messages.error(request, f"{error.sentence} What you typed is saved.")
                return redirect(plan)
            for form in forms:
                form.add_refusal(error)
            problem = error
    return _review_page(request, plan, shown, forms, problem)


def _lost_page(request: SignedInRequest, plan: SessionPlan) -> HttpResponse:
    """Leads back to the plan, which shows what keeps it from being booked, and keeps what was typed."""
    if request.method == "POST":
        try:
            _keep_typed(request, plan)
            messages.error(request, "Nothing is booked yet. What you typed is saved.")
        except Refused as error:
            messages.error(request, error.sentence)
    return redirect(plan)


def _keep_typed(request: SignedInRequest, plan: SessionPlan) -> None:
    """Saves what was typed in the review, if the form was sent from there."""
    if any(name.startswith("type-") for name in request.POST):
        keys = set(plan.sessions.values_list("session_type", flat=True))
        _save(request, plan, details_forms(plan, bookable_types(keys), request.POST))


def _save(request: SignedInRequest, plan: SessionPlan, forms: list[TypeDetailsForm]) -> None:
    typed = {str(form.session_type.pk): form.typed for form in forms}
    services.save_details(plan=plan, by=request.user, details=typed)
    plan.details = typed


def _book(request: SignedInRequest, plan: SessionPlan, forms: list[TypeDetailsForm]) -> HttpResponse:
    limits.count_booking(request, None)
    holding.refresh_calendars(plan)
    booking.book(
        plan=plan,
        by=request.user,
        details={form.session_type.pk: form.details for form in forms},
        shown=_shown_in(request.POST, forms),
        address=visitor_of(request).address,
    )
    if first := Booking.objects.filter(planned_session__plan=plan).order_by("starts_at").first():
        record_accepted(request, first)
    keep_zone(request, plan.timezone)
    return redirect(plan)


def _shown_in(sent: QueryDict, forms: list[TypeDetailsForm]) -> ShownPlan | None:
    """Returns the totals and terms that the page showed; None if the form does not say them."""
    totals = []
    try:
        for text in sent.getlist("total")[:MOST_TOTALS]:
            amount, _, currency = text.partition(" ")
            totals.append(Money(Decimal(amount), currency))
    except (InvalidOperation, BadMoney):
        return None
    terms = {form.session_type.pk: str(sent.get(f"terms-{form.session_type.pk}", "")) for form in forms}
    return ShownPlan(totals, terms) if totals else None


def _review_page(
    request: SignedInRequest,
    plan: SessionPlan,
    shown: ShownSessionPlan,
    forms: list[TypeDetailsForm],
    problem: Refused | None,
) -> HttpResponse:
    zone, now = zone_of(request, plan.timezone), clock.now()
    cards = proposed_cards(shown, zone)
    by_type = {form.session_type.pk: form for form in forms}
    types = [_type_review(row, cards, by_type[row.pk]) for row in shown.session_types]
    has_errors = any(form.errors for form in forms if form.is_bound)
    left = (plan.held_until - now).total_seconds() if plan.is_held(now) and plan.held_until else 0
    context = {
        "plan": plan,
        "shown": shown,
        "cards": cards,
        "types": types,
        "seconds_left": int(left),
        "problem": problem,
        "has_errors": has_errors,
        "zone": zone,
        "savings": savings_of(shown),
        "needs_answer": any(row.needs_answer for row in types),
    }
    status = problem.refusal.status if problem else 422 if has_errors else 200
    return render(request, "bookings/session_plans/review_session_plan.html", context, status=status)


def _type_review(session_type: SessionType, cards: list[PlannedCard], form: TypeDetailsForm) -> TypeReview:
    own = [card for card in cards if card.row.session_type_id == session_type.pk]
    tiers = [[tier.hours, tier.percent] for tier in session_type.tiers.all()]
    price = next(card.price for card in own if card.price)
    dearest = max((card.price.total for card in own if card.price), key=lambda total: total.amount)
    return TypeReview(
        session_type=session_type,
        cards=own,
        form=form,
        terms=terms_in_words(tiers),
        terms_sent=ShownOffer.of(price.total, tiers).terms,
        timing=_timing_in(session_type, own, dearest, form.plan.client),
        needs_answer=would_need_answer(session_type, clock.now()),
    )


def _timing_in(session_type: SessionType, cards: list[PlannedCard], dearest: Money, client: User) -> str:
    """Returns when the sessions of a type are paid, by the dearest of them: `credits` or `free` if none is."""
    if not dearest.amount:
        return "credits" if any(card.uses_credit for card in cards) else "free"
    return str(timing_of(session_type, dearest, client))
