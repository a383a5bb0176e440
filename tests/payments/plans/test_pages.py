"""The pages of plans, subscriptions and cards: what people see, and who may do what."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Notification, User
from core import clock
from payments.models import Plan, SavedCard, Subscription
from payments.plans import changing, starting
from payments.plans.states import SubscriptionStatus
from sandbox.stripe.service import StripeSandbox
from tests.payments.payouts.cast import signed_in_client
from tests.payments.plans.cast import (
    builder_plan,
    current,
    pass_time,
    platform_plan,
    save_card,
    settle,
    subscribed,
    work,
)
from tests.payments.stripe.cast import DECLINED_LATER, GOOD

pytestmark = pytest.mark.django_db
State = SubscriptionStatus
FIELDS = {
    "name": "Two sessions a month", "description": "", "sessions_per_period": "2", "price": "90", "currency": "EUR",
    "trial_days": "0",
}  # fmt: skip


def page_of(subscription: Subscription) -> str:
    return f"/billing/subscriptions/{subscription.pk}/"


def text_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_a_builder_offers_a_plan_that_clients_find_on_their_page(sandbox: StripeSandbox, ada: User) -> None:
    answer = signed_in_client(ada).post("/dashboard/plans/", FIELDS)
    assert answer.status_code == 302
    plan = Plan.objects.get()
    assert (plan.owner, plan.price_text) == (ada, "€90.00 a month")
    profile = Client().get(ada.builder_profile.get_absolute_url())
    assert f"/plans/{plan.pk}/" in profile.content.decode()


def test_a_plan_without_a_price_says_what_is_missing(sandbox: StripeSandbox, ada: User) -> None:
    answer = signed_in_client(ada).post("/dashboard/plans/", FIELDS | {"price": "0", "sessions_per_period": ""})
    assert answer.status_code == 422
    assert not Plan.objects.exists()


def test_the_price_of_a_plan_that_somebody_has_is_fixed(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    plan = builder_plan(ada)
    subscribed(sandbox, plan, cleo)
    browser = signed_in_client(ada)
    assert "1 client has subscribed" in text_of(browser.get(f"/dashboard/plans/{plan.pk}/"))
    browser.post(f"/dashboard/plans/{plan.pk}/", FIELDS | {"name": "Twice a month", "price": "10"})
    plan.refresh_from_db()
    assert (plan.name, plan.money.on_the_wire()) == ("Twice a month", "90.00")


def test_an_archived_plan_cannot_be_subscribed_to(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    plan = builder_plan(ada)
    signed_in_client(ada).post(f"/dashboard/plans/{plan.pk}/", {"archive": "yes"})
    assert signed_in_client(cleo).get(f"/plans/{plan.pk}/").status_code == 404


def test_a_plan_of_another_builder_cannot_be_edited(ada: User, boris: User) -> None:
    plan = builder_plan(boris)
    browser = signed_in_client(ada)
    assert browser.get(f"/dashboard/plans/{plan.pk}/").status_code == 404
    assert browser.post(f"/dashboard/plans/{plan.pk}/", {"archive": "yes"}).status_code == 404


def test_a_client_subscribes_through_the_page_of_the_provider(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    plan, browser = builder_plan(ada), signed_in_client(cleo)
    answer = browser.post(f"/plans/{plan.pk}/", follow=True)
    subscription = Subscription.objects.get()
    assert subscription.status == State.INCOMPLETE
    [session] = sandbox.books.all("checkout.session")
    assert session["url"] in answer.content.decode()
    with sandbox.books.lock:
        sandbox.checkout.pay(session["id"], GOOD)
    assert "Check what became of it" in text_of(browser.get(f"{page_of(subscription)}?returned=yes"))
    browser.post(page_of(subscription), {"do": "check"})
    work()
    shown = text_of(browser.get(page_of(subscription)))
    assert "Active" in shown
    assert "Those that you do not use by then lapse" in shown
    assert "Visa ending in 4242 is charged" in shown


def test_returning_without_pressing_a_button_changes_nothing(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    browser = signed_in_client(cleo)
    browser.post(f"/plans/{builder_plan(ada).pk}/")
    subscription = Subscription.objects.get()
    with sandbox.books.lock:
        sandbox.checkout.pay(sandbox.books.all("checkout.session")[0]["id"], GOOD)
    browser.get(f"{page_of(subscription)}?returned=yes")
    assert current(subscription).status == State.INCOMPLETE


def test_nobody_subscribes_to_their_own_plan(sandbox: StripeSandbox, ada: User) -> None:
    plan = builder_plan(ada)
    answer = signed_in_client(ada).post(f"/plans/{plan.pk}/", follow=True)
    assert "This is your own plan." in text_of(answer)
    assert not Subscription.objects.exists()


def test_clients_do_not_see_plans_for_builders(cleo: User) -> None:
    assert signed_in_client(cleo).get(f"/plans/{platform_plan().pk}/").status_code == 404


def test_pausing_resuming_cancelling_and_keeping_on_the_page(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    browser = signed_in_client(cleo)
    for act, words in (
        ("pause", "Nothing is charged until you resume it"), ("resume", "Resumed."), ("cancel", "Nothing more is"),
        ("keep", "Your subscription goes on."),
    ):  # fmt: skip
        assert words in text_of(browser.post(page_of(subscription), {"do": act}, follow=True))
    after = current(subscription)
    assert (after.status, after.cancel_requested_at) == (State.ACTIVE, None)


def test_a_failed_payment_is_paid_on_the_page(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    save_card(sandbox, cleo, DECLINED_LATER)
    assert subscription.current_period_end is not None
    pass_time(sandbox, subscription.current_period_end)
    browser = signed_in_client(cleo)
    shown = text_of(browser.get(page_of(subscription)))
    assert "€90.00 could not be paid" in shown
    assert "Your card was declined" in shown
    answer = browser.post(page_of(subscription), {"do": "pay"}, follow=True)
    session = sandbox.books.all("checkout.session")[-1]
    assert session["url"] in answer.content.decode()
    with sandbox.books.lock:
        sandbox.checkout.pay(session["id"], GOOD)
    browser.post(page_of(subscription), {"do": "check"})
    assert current(subscription).status == State.ACTIVE


def test_a_change_shows_its_cost_before_it_is_made(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    larger = builder_plan(ada, "160.00", 4)
    browser = signed_in_client(cleo)
    address = f"{page_of(subscription)}change/{larger.pk}/"
    shown = text_of(browser.get(address))
    assert "Change and pay €70.00" in shown
    assert current(subscription).plan_id == subscription.plan_id
    for due in ("1.00", "sNaN", "Infinity", "seventy"):
        browser.post(address, {"due": due})
    assert current(subscription).plan_id == subscription.plan_id
    browser.post(address, {"due": "70.00"})
    assert current(subscription).plan_id == larger.pk


def test_the_subscription_of_somebody_else_does_not_exist(
    sandbox: StripeSandbox, ada: User, cleo: User, sam: User
) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    larger = builder_plan(ada, "160.00", 4)
    card = SavedCard.objects.get(person=cleo)
    for person in (sam, ada):
        browser = signed_in_client(person)
        assert browser.get(page_of(subscription)).status_code == 404
        assert browser.post(page_of(subscription), {"do": "cancel"}).status_code == 404
        assert browser.post(f"{page_of(subscription)}change/{larger.pk}/", {"due": "70.00"}).status_code == 404
        assert browser.post(f"/billing/cards/{card.pk}/", {"remove": "yes"}).status_code == 404
    assert current(subscription).cancel_requested_at is None


def test_a_plan_of_another_builder_is_nothing_to_change_to(
    sandbox: StripeSandbox, ada: User, boris: User, cleo: User
) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    other = builder_plan(boris, "160.00", 4)
    answer = signed_in_client(cleo).get(f"{page_of(subscription)}change/{other.pk}/")
    assert answer.status_code == 404


def test_cards_are_added_chosen_and_removed(sandbox: StripeSandbox, cleo: User) -> None:
    browser = signed_in_client(cleo)
    for number in (GOOD, DECLINED_LATER):
        answer = browser.post("/billing/cards/", follow=True)
        session = sandbox.books.all("checkout.session")[-1]
        assert session["url"] in answer.content.decode()
        with sandbox.books.lock:
            sandbox.checkout.pay(session["id"], number)
        browser.post("/billing/cards/", {"check": "yes"})
    first = SavedCard.objects.get(last4="4242")
    browser.post(f"/billing/cards/{first.pk}/", {"default": "yes"})
    assert SavedCard.objects.get(is_default=True) == first
    browser.post(f"/billing/cards/{first.pk}/", {"remove": "yes"})
    shown = text_of(browser.get("/billing/"))
    assert "ending in 0341" in shown
    assert "ending in 4242, valid" not in shown
    assert SavedCard.objects.get(is_default=True).last4 == "0341"


def test_a_trial_begins_at_once_for_somebody_with_a_card(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    save_card(sandbox, cleo)
    browser = signed_in_client(cleo)
    plan = builder_plan(ada, trial_days=7)
    assert "After the trial, Visa ending in 4242 is charged" in text_of(browser.get(f"/plans/{plan.pk}/"))
    browser.post(f"/plans/{plan.pk}/")
    assert Subscription.objects.get().status == State.TRIALING


def test_a_builder_sees_what_their_plan_allows(sandbox: StripeSandbox, ada: User) -> None:
    plan = platform_plan()
    browser = signed_in_client(ada)
    assert "A fee of 10 % of what clients pay" in text_of(browser.get("/dashboard/plan/")).replace("&nbsp;", " ")
    subscribed(sandbox, plan, ada)
    shown = text_of(browser.get("/dashboard/plan/")).replace("&nbsp;", " ")
    assert "A fee of 5 % of what clients pay" in shown
    assert "Your plan" in shown


def test_each_event_is_told_once(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    settle(sandbox)
    save_card(sandbox, cleo, DECLINED_LATER)
    assert subscription.current_period_end is not None
    pass_time(sandbox, subscription.current_period_end)
    titles = list(Notification.objects.filter(person=cleo).values_list("title", flat=True))
    assert sorted(titles) == [
        "You have subscribed to 2 sessions a month", "€90.00 for 2 sessions a month could not be paid",
    ]  # fmt: skip
    assert Notification.objects.get(person=ada, kind="subscription").title == (
        f"{cleo.display_name} has subscribed to 2 sessions a month"
    )


def test_the_reminder_of_a_trial_is_not_sent_once_it_was_cancelled(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    from payments.plans import notifications

    subscription = starting.subscribe(plan=builder_plan(ada, trial_days=7), person=cleo, now=clock.now())
    save_card(sandbox, cleo, subscription=subscription)
    notifications.trial_ends_soon(current(subscription))
    assert Notification.objects.filter(person=cleo, event__endswith="trial_ends").count() == 1
    Notification.objects.all().delete()
    changing.cancel(subscription=current(subscription), now=clock.now())
    notifications.trial_ends_soon(current(subscription))
    assert not Notification.objects.filter(event__endswith="trial_ends").exists()


@pytest.mark.parametrize("count", [1, 8])
def test_the_page_of_billing_takes_as_many_queries_for_many_subscriptions(
    count: int, sandbox: StripeSandbox, cleo: User, django_assert_num_queries: Any
) -> None:
    from tests.cast import make_builder_person
    from tests.factories.payments import SubscriptionFactory

    for number in range(count):
        owner = make_builder_person(f"Builder {number}")
        SubscriptionFactory.create(subscriber=cleo, seller=owner, plan=builder_plan(owner))
    browser = signed_in_client(cleo)
    browser.get("/billing/")
    with django_assert_num_queries(QUERIES):
        browser.get("/billing/")


QUERIES = 5
