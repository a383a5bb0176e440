"""What the tests of subscriptions have in common: plans, somebody who subscribes, and the passing of time."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts.models import User
from core import clock, outbox
from core.registry import integrity_findings
from payments.models import Plan, Subscription, SubscriptionCharge
from payments.plans import cards, renewing, starting
from payments.plans.states import ChargeState
from sandbox.stripe.service import StripeSandbox
from tests.payments.stripe.cast import GOOD

CHECKS = ("payments", "payouts", "ledger", "stripe")


def builder_plan(owner: User, price: str = "90.00", sessions: int = 2, **values: Any) -> Plan:
    return Plan.objects.create(
        owner=owner, name=f"{sessions} sessions a month", price=Decimal(price), currency="EUR",
        sessions_per_period=sessions, **values,
    )  # fmt: skip


def platform_plan(price: str = "20.00", fee: str = "5", name: str = "Pro", **values: Any) -> Plan:
    features = {"fee_percent": fee}
    return Plan.objects.create(name=name, price=Decimal(price), currency="EUR", features=features, **values)


def pay_first(sandbox: StripeSandbox, subscription: Subscription, card: str = GOOD) -> Subscription:
    """Pays for a new subscription on the page of the stand-in."""
    checkout = starting.start_paying(subscription=subscription)
    with sandbox.books.lock:
        sandbox.checkout.pay(checkout.provider_id, card)
    settle(sandbox)
    return current(subscription)


def subscribed(sandbox: StripeSandbox, plan: Plan, person: User, card: str = GOOD) -> Subscription:
    """Returns a subscription that was paid just now."""
    return pay_first(sandbox, starting.subscribe(plan=plan, person=person, now=clock.now()), card)


def save_card(
    sandbox: StripeSandbox, person: User, number: str = GOOD, subscription: Subscription | None = None
) -> None:
    """Saves a card on the page of the stand-in, which starts the trial of a subscription."""
    page = cards.start_page(
        person=person, return_url="http://testserver/", cancel_url="http://testserver/", subscription=subscription
    )
    with sandbox.books.lock:
        sandbox.checkout.pay(page.provider_id, number)
    settle(sandbox)


def settle(sandbox: StripeSandbox) -> None:
    """Reads everything again that the stand-in has, as its events would let us, then works off the outbox."""
    from payments.models import CardPage, Checkout
    from payments.stripe import refreshing

    for checkout in Checkout.objects.filter(state=Checkout.State.OPEN):
        refreshing.refresh_checkout(checkout.provider_id)
    for page in CardPage.objects.filter(state=CardPage.State.OPEN):
        refreshing.refresh_checkout(page.provider_id)
    work()


def work() -> None:
    """Does what waits in the outbox, until nothing is due."""
    for _ in range(4):
        for channel in ("webhook", "refund", "subscription"):
            outbox.deliver_due(channel)


def pass_time(sandbox: StripeSandbox, now: datetime) -> None:
    """Does what is due at a time to come."""
    renewing.run(now)
    work()


def current(subscription: Subscription) -> Subscription:
    return Subscription.objects.select_related("plan", "next_plan", "seller", "subscriber").get(pk=subscription.pk)


def paid_charges(subscription: Subscription) -> list[SubscriptionCharge]:
    return list(subscription.charges.filter(state=ChargeState.PAID).order_by("number"))


def findings(now: datetime | None = None) -> list[str]:
    rows = integrity_findings(now or clock.now())
    return [f"{row.check}: {row}" for row in rows if row.check.startswith(CHECKS)]
