"""Demo data: plans of the platform that builders have tried, two monthly plans of the demo builder, and clients who have
subscribed to them. The latter only where the stand-in for Stripe runs, because its books have to know them too."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.conf import settings

from accounts.models import BuilderProfile, User
from core import clock, http
from core.registry import DemoPlan
from payments.models import CardPage, Plan, Subscription, SubscriptionCharge
from payments.plans import cards, following_up, renewing, services, starting
from payments.plans.services import PlanFields
from payments.plans.states import ChargeKind, ChargeState, EndReason, SubscriptionStatus

GOOD, DECLINED_LATER = "4242424242424242", "4000000000000341"  # test cards of Stripe
PLANS = (
    PlanFields("Two sessions a month", Decimal(170), "EUR", "For steady progress.", sessions_per_period=2),
    PlanFields("Four sessions a month", Decimal(320), "EUR", "A session every week.", trial_days=7, sessions_per_period=4),
)  # fmt: skip
PRO = PlanFields(
    "Pro", Decimal(29), "EUR", "For builders with many sessions.", trial_days=14,
    features={"fee_percent": "5", "session_types": 50},
)  # fmt: skip
PRO_FOR_A_YEAR = PlanFields(
    "Pro, yearly", Decimal(290), "EUR", "Two months for free.", interval=Plan.Interval.YEAR,
    features={"fee_percent": "5", "session_types": 50},
)  # fmt: skip

TRIALS = ((150, 14), (110, None), (75, 40), (45, 14))  # days since each began, and after how many it ended


def seed(plan: DemoPlan) -> None:
    """Adds the plans, and the subscriptions where the stand-in runs, unless there are some."""
    ada, admin = (User.objects.filter(email=f"{name}@demo.test").first() for name in ("builder", "admin"))
    if ada is None or admin is None:
        return
    if not Plan.objects.exists():
        for fields in (PRO, PRO_FOR_A_YEAR):
            services.create_plan(owner=None, fields=fields, by=admin)
        for fields in PLANS:
            services.create_plan(owner=ada, fields=fields, by=ada)
    if Subscription.objects.exists():
        return
    _add_trials(plan, ada)
    if settings.SANDBOX_URL and settings.STRIPE_API_BASE.startswith(settings.SANDBOX_URL):
        _add_subscriptions(plan, ada)


def _add_trials(plan: DemoPlan, ada: User) -> None:
    """Adds trials of past months, which cost nothing, so that the report of subscriptions has something to show. The one
    that has not ended is paused."""
    pro = Plan.objects.of_platform().order_by("price").first()
    if pro is None:
        return
    builders = User.objects.filter(pk__in=BuilderProfile.objects.values("user")).exclude(pk=ada.pk).order_by("pk")
    for builder, (days_ago, length) in zip(builders[: len(TRIALS)], TRIALS, strict=False):
        start = plan.now - timedelta(days=days_ago)
        end = start + timedelta(days=14)
        ending = {
            "status": SubscriptionStatus.CANCELED, "ended_at": start + timedelta(days=length),
            "end_reason": EndReason.REQUESTED,
        } if length else {"status": SubscriptionStatus.PAUSED, "paused_at": end - timedelta(days=1)}  # fmt: skip
        subscription = Subscription.objects.create(
            subscriber=builder, plan=pro, timezone=builder.timezone, started_at=start, anchor_at=end, period_number=-1,
            current_period_start=start, current_period_end=end, **ending,
        )  # fmt: skip
        SubscriptionCharge.objects.create(
            subscription=subscription, number=1, kind=ChargeKind.START, plan=pro, period_start=start, period_end=end,
            price=0, amount=0, currency=pro.currency, state=ChargeState.PAID, due_at=start, paid_at=start,
        )  # fmt: skip


def _add_subscriptions(plan: DemoPlan, ada: User) -> None:
    """Has Cleo subscribe, and lets the card of another client fail when their trial ends."""
    paid, trial = Plan.objects.filter(owner=ada).order_by("price")[:2]
    cleo = User.objects.get(email="client@demo.test")
    subscription = starting.subscribe(plan=paid, person=cleo, now=plan.now)
    _enter_card(following_up.lead_on(subscription), GOOD)
    following_up.check(subscription)
    other = User.objects.filter(email="nora@demo.test").first()
    if other is None:
        return
    late = starting.subscribe(plan=trial, person=other, now=plan.now)
    _enter_card(following_up.lead_on(late), DECLINED_LATER)
    for page in CardPage.objects.filter(subscription=late):
        cards.read_page(page)
    now = clock.now()
    start = now - timedelta(days=8)
    Subscription.objects.filter(pk=late.pk).update(
        anchor_at=now, current_period_start=start, current_period_end=now, started_at=start
    )
    late.charges.update(period_start=start, period_end=now)
    renewing.run(now)


def _enter_card(address: str, card: str) -> None:
    """Enters a card on a page of the stand-in, as a browser does."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    http.request("POST", address, headers=headers, body=f"card={card}".encode(), seconds=10, most_bytes=100_000)
