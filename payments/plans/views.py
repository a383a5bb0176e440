"""Pages on which builders offer plans, and people subscribe, manage their subscriptions and their cards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from accounts.roles import Role
from core import clock, flags
from core.access import signed_in
from core.errors import Refused
from core.forms import add_refusal
from core.models import Acceptance
from core.policies import texts
from core.requests import find_or_404
from core.service_calls import ServiceDown
from payments.flags import PAYMENTS
from payments.models import CardPage, Plan, SavedCard, Subscription
from payments.plans import cards, changing, charges, following_up, queries, services, starting
from payments.plans.currency import currency_of
from payments.plans.features import allowances, in_words, without_plan
from payments.plans.forms import OwnPlanForm
from payments.plans.sessions import of_present_period
from payments.plans.states import SubscriptionStatus
from payments.stripe.configuration import is_configured


def _check_on(request: SignedInRequest) -> None:
    """While payments are switched off there are no such pages."""
    if not flags.is_on(request, PAYMENTS):
        raise Http404


def _check_builder(request: SignedInRequest) -> None:
    _check_on(request)
    if Role.BUILDER not in request.user.roles:
        raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def own_plans(request: SignedInRequest) -> HttpResponse:
    """Lists the builder's plans, and takes a new one."""
    _check_builder(request)
    form = OwnPlanForm(request.POST or None, initial={"currency": currency_of(request.user)})
    if request.method == "POST" and form.is_valid():
        try:
            services.create_plan(owner=request.user, fields=form.plan_fields(), by=request.user)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, "Your plan is on your page now.")
            return redirect("payments:own_plans")
    context = {"form": form, "plans": list(queries.own_plans(request.user)), "is_possible": is_configured()}
    return render(request, "payments/plans/own_plans.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def own_plan(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Changes one of the builder's plans, or archives it."""
    _check_builder(request)
    plan = find_or_404(queries.own_plans(request.user), str(pk))
    if request.method == "POST" and "archive" in request.POST:
        services.archive_plan(plan=plan, by=request.user)
        messages.success(request, f"{plan.name} is no longer offered. Those who have subscribed keep it.")
        return redirect("payments:own_plans")
    fields = services.fields_of(plan)
    initial = {name: getattr(fields, name) for name in OwnPlanForm.base_fields} | {"price": plan.money.on_the_wire()}
    form = OwnPlanForm(request.POST or None, initial=initial, is_in_use=plan.subscriptions.exists())
    if request.method == "POST" and form.is_valid():
        try:
            services.change_plan(plan=plan, changes=form.cleaned_data, by=request.user)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, "Saved.")
            return redirect("payments:own_plans")
    context = {"form": form, "plan": plan}
    return render(request, "payments/plans/own_plan.html", context, status=422 if form.errors else 200)


@require_safe
@signed_in
def platform_plan(request: SignedInRequest) -> HttpResponse:
    """Shows a builder what they are allowed, and the plans of the platform."""
    _check_builder(request)
    plans = [(plan, in_words(plan.features)) for plan in queries.platform_plans()]
    context = {
        "plans": plans, "subscription": queries.platform_subscription(request.user),
        "allowed": allowances(request.user.pk), "without": without_plan(), "is_possible": is_configured(),
    }  # fmt: skip
    return render(request, "payments/plans/platform_plan.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def plan(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shows a plan, and subscribes to it."""
    _check_on(request)
    row = find_or_404(queries.plans_visible_to(request.user), str(pk))
    if request.method == "POST":
        return _subscribe(request, row)
    live = Subscription.objects.live().filter(subscriber=request.user, seller=row.owner_id).first()
    draft = Subscription(subscriber=request.user, seller=row.owner, plan=row)
    context = {
        "plan": row, "features": in_words(row.features), "why_not": starting.why_not(row, request.user),
        "subscription": live, "has_trial": starting.has_trial(draft), "is_possible": is_configured(),
        "card": cards.default_card(request.user),
    }  # fmt: skip
    return render(request, "payments/plans/plan.html", context)


def _subscribe(request: SignedInRequest, row: Plan) -> HttpResponse:
    try:
        subscription = starting.subscribe(plan=row, person=request.user, now=clock.now())
        texts.accept_sent(request.POST, occasion=Acceptance.Occasion.PAYMENT, person=request.user)
        following_up.lead_on(subscription)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("payments:plan", pk=row.pk)
    return redirect("payments:subscription", pk=subscription.pk)


@require_safe
@signed_in
def billing(request: SignedInRequest) -> HttpResponse:
    """Lists the reader's subscriptions and cards."""
    _check_on(request)
    page = CardPage.objects.filter(person=request.user, subscription=None, state=CardPage.State.OPEN).first()
    has_returned = request.GET.get("card") == "returned"
    context = {
        "subscriptions": list(queries.subscriptions_of(request.user)[:50]),
        "cards": queries.cards_of(request.user),
        "card_page": page if page is not None and page.expires_at > clock.now() else None,
        "has_returned": has_returned,
        "is_possible": is_configured(),
    }
    return render(request, "payments/plans/billing.html", context)


@require_POST
@signed_in
def add_card(request: SignedInRequest) -> HttpResponse:
    """Gets the page of the provider on which a card is saved, or looks whether that was done.

    Browsers do not let a form lead to another site, so the page shows a link to it.
    """
    _check_on(request)
    from payments.stripe.errors import PaymentRefused  # with the SDK, which takes a while to import

    address = f"{settings.SITE_URL}{reverse('payments:billing')}"
    try:
        if "check" in request.POST:
            for page in CardPage.objects.filter(person=request.user, state=CardPage.State.OPEN):
                cards.read_page(page)
        else:
            cards.start_page(person=request.user, return_url=f"{address}?card=returned#cards", cancel_url=address)
    except (Refused, ServiceDown, PaymentRefused) as problem:
        messages.error(request, str(problem))
    return redirect(f"{reverse('payments:billing')}#cards")


@require_POST
@signed_in
def card(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Makes a card the one that is charged, or removes it."""
    _check_on(request)
    row = find_or_404(SavedCard.objects.usable().filter(person=request.user), str(pk))
    try:
        if "remove" in request.POST:
            cards.remove(card=row, person=request.user)
            messages.success(request, f"{row} was removed.")
        else:
            cards.make_default(card=row, person=request.user)
            messages.success(request, f"{row} is charged from now on.")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(f"{reverse('payments:billing')}#cards")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def subscription(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Shows a subscription, and does what its buttons ask for."""
    _check_on(request)
    row = _own(request, pk)
    if request.method == "POST":
        return _act(request, row)
    charge = charges.open_charge(row)
    context = {
        "subscription": row, "charge": charge, "charges": queries.charges_of(row), "now": clock.now(),
        "features": in_words(row.plan.features), "sessions": of_present_period(row), "others": queries.other_plans(row),
        "pay_url": following_up.pay_url(row, charge), "has_trial": starting.has_trial(row),
        "card": cards.default_card(request.user), "has_returned": request.GET.get("returned") == "yes",
        "can_change": row.status in (SubscriptionStatus.ACTIVE, SubscriptionStatus.TRIALING) and not row.is_ending,
    }  # fmt: skip
    return render(request, "payments/plans/subscription.html", context)


def _own(request: SignedInRequest, pk: UUID) -> Subscription:
    row = queries.subscription_for(request.user, pk)
    if row is None:
        raise Http404
    return row


def _act(request: SignedInRequest, row: Subscription) -> HttpResponse:
    now = clock.now()
    acts: dict[str, tuple[Callable[[], Any], str]] = {
        "pay": (lambda: following_up.lead_on(row), ""),
        "check": (lambda: following_up.check(row), "Checked."),
        "pause": (lambda: changing.pause(subscription=row, now=now), "Paused. Nothing is charged until you resume it."),
        "resume": (lambda: changing.resume(subscription=row, now=now), "Resumed."),
        "cancel": (lambda: changing.cancel(subscription=row, now=now), "Cancelled. Nothing more is charged."),
        "keep": (lambda: changing.keep(subscription=row), "Your subscription goes on."),
        "stay": (lambda: changing.stay(subscription=row), "Your plan stays as it is."),
    }
    act = acts.get(request.POST.get("do", ""))
    if act is None:
        raise Http404
    try:
        act[0]()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        if act[1]:
            messages.success(request, act[1])
    return redirect("payments:subscription", pk=row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def change_plan(request: SignedInRequest, pk: UUID, plan: UUID) -> HttpResponse:
    """Shows what changing to another plan costs, and changes it."""
    _check_on(request)
    row = _own(request, pk)
    wanted = find_or_404(Plan.objects.filter(owner=row.seller_id), str(plan))
    try:
        shown = changing.preview(row, wanted, clock.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("payments:subscription", pk=row.pk)
    if request.method == "POST":
        expected = following_up.expected_sum(request.POST.get("due", ""))
        try:
            changing.change(subscription=row, plan=wanted, expected=expected, now=clock.now())
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("payments:change_plan", pk=row.pk, plan=wanted.pk)
        messages.success(request, f"Your plan is now {wanted.name}." if shown.proration.is_at_once else "Saved.")
        return redirect("payments:subscription", pk=row.pk)
    context = {
        "subscription": row, "plan": wanted, "shown": shown, "due": shown.due, "card": cards.default_card(request.user),
        "features": in_words(wanted.features),
    }  # fmt: skip
    return render(request, "payments/plans/change_plan.html", context)
