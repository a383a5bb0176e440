"""`/api/billing/…`: the order of checks, rights, and what the answers hold. The examples are in docs/api.md."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accounts.models import User
from payments.models import Plan, SavedCard, Subscription
from sandbox.stripe.service import StripeSandbox
from tests.payments.payouts.cast import signed_in_client
from tests.payments.plans.cast import builder_plan, current, pay_first, platform_plan, save_card, subscribed
from tests.payments.stripe.cast import DECLINED_LATER

pytestmark = pytest.mark.django_db
TWO = {"name": "Two", "price": "90.00", "currency": "eur", "sessionsPerPeriod": 2}


def ask(person: User, method: str, path: str, body: Any = None) -> Any:
    browser = signed_in_client(person)
    content = json.dumps(body) if body is not None else ""
    return browser.generic(method, f"/api/billing/{path}", content, "application/json")


def test_plans_are_made_by_those_whose_they_are(ada: User, cleo: User, alex: User) -> None:
    assert ask(cleo, "POST", "plans", TWO).status_code == 403
    assert ask(ada, "POST", "plans", TWO).json()["plan"]["owner"] == "builder"
    assert ask(ada, "POST", "plans", TWO | {"owner": "platform"}).status_code == 403
    pro = {"name": "Pro", "price": 20, "currency": "EUR", "interval": "year", "features": {"fee_percent": "5"}}
    plan = ask(alex, "POST", "plans", pro).json()["plan"]
    assert (plan["owner"], plan["price"], plan["features"]) == ("platform", "20.00", {"fee_percent": "5"})


@pytest.mark.parametrize(
    ("change", "field"),
    [({"price": "-1"}, "price"), ({"sessionsPerPeriod": None}, "sessionsPerPeriod"), ({"currency": "ZZZ"}, "price"),
     ({"features": {"fee_percent": "5"}}, "features"), ({"interval": "year"}, "interval"), ({"trialDays": 91}, "trialDays")],
)  # fmt: skip
def test_what_a_plan_cannot_have_is_named(ada: User, change: dict[str, Any], field: str) -> None:
    answer = ask(ada, "POST", "plans", TWO | change)
    assert answer.status_code == 422
    assert field in answer.json()["error"]["fields"]


@pytest.mark.parametrize("interval", ["week", "fortnight"])
def test_a_plan_of_the_platform_has_an_interval_that_there_is(alex: User, interval: str) -> None:
    pro = {"name": "Pro", "price": 20, "currency": "EUR", "interval": interval, "owner": "platform"}
    answer = ask(alex, "POST", "plans", pro)
    assert answer.status_code == 422
    assert "interval" in answer.json()["error"]["fields"]


def test_a_plan_in_use_keeps_its_price(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    plan = builder_plan(ada)
    subscribed(sandbox, plan, cleo)
    answer = ask(ada, "PATCH", f"plans/{plan.pk}", {"price": "10.00"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "plan_in_use")
    assert ask(ada, "PATCH", f"plans/{plan.pk}", {"name": "Twice"}).json()["plan"]["name"] == "Twice"


def test_plans_of_others_are_read_and_not_changed(ada: User, boris: User, cleo: User) -> None:
    plan = builder_plan(boris)
    for person in (ada, cleo):
        assert ask(person, "GET", f"plans/{plan.pk}").status_code == 200
        assert ask(person, "PATCH", f"plans/{plan.pk}", {"name": "Mine"}).status_code == 403
        assert ask(person, "DELETE", f"plans/{plan.pk}").status_code == 403
    assert ask(boris, "DELETE", f"plans/{plan.pk}").json()["plan"]["active"] is False
    assert ask(cleo, "GET", f"plans/{plan.pk}").status_code == 404
    assert ask(cleo, "GET", f"plans/{platform_plan().pk}").status_code == 404


def test_subscribing_answers_where_to_pay(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    plan = builder_plan(ada)
    answer = ask(cleo, "POST", "subscriptions", {"planId": str(plan.pk)})
    subscription = answer.json()["subscription"]
    assert (answer.status_code, subscription["status"]) == (201, "incomplete")
    assert subscription["payUrl"] == sandbox.books.all("checkout.session")[0]["url"]
    again = ask(cleo, "POST", "subscriptions", {"planId": str(plan.pk)}).json()["subscription"]
    assert (again["id"], again["payUrl"]) == (subscription["id"], subscription["payUrl"])
    pay_first(sandbox, Subscription.objects.get())
    shown = ask(cleo, "GET", f"subscriptions/{subscription['id']}").json()["subscription"]
    assert (shown["status"], shown["payUrl"]) == ("active", None)
    assert ask(cleo, "POST", "subscriptions", {"planId": str(plan.pk)}).json()["error"]["code"] == "already_subscribed"


def test_a_preview_changes_nothing_and_another_sum_is_refused(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    subscription, larger = subscribed(sandbox, builder_plan(ada), cleo), builder_plan(ada, "160.00", 4)
    path, body = f"subscriptions/{subscription.pk}", {"planId": str(larger.pk)}
    shown = ask(cleo, "PATCH", path, body | {"preview": True}).json()["proration"]
    assert (shown["due"], shown["atOnce"], shown["moreSessions"]) == ("70.00", True, 2)
    assert current(subscription).plan_id == subscription.plan_id
    assert ask(cleo, "PATCH", path, body | {"due": "1.00"}).json()["error"]["code"] == "due_changed"
    changed = ask(cleo, "PATCH", path, body | {"due": "70.00"}).json()["subscription"]
    assert changed["planId"] == str(larger.pk)


def test_pausing_and_cancelling(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    path = f"subscriptions/{subscribed(sandbox, builder_plan(ada), cleo).pk}"
    assert ask(cleo, "PATCH", path, {"paused": True}).json()["subscription"]["status"] == "paused"
    assert ask(cleo, "PATCH", path, {"paused": False}).json()["subscription"]["status"] == "active"
    assert ask(cleo, "DELETE", path).json()["subscription"]["cancelAtPeriodEnd"] is True
    kept = ask(cleo, "PATCH", path, {"cancelAtPeriodEnd": False}).json()["subscription"]
    assert (kept["status"], kept["cancelAtPeriodEnd"]) == ("active", False)


def test_the_subscriptions_and_cards_of_others_do_not_exist(
    sandbox: StripeSandbox, ada: User, cleo: User, sam: User
) -> None:
    subscription = subscribed(sandbox, builder_plan(ada), cleo)
    card = SavedCard.objects.get(person=cleo)
    for person in (ada, sam):
        for method, path in (
            ("GET", f"subscriptions/{subscription.pk}"), ("PATCH", f"subscriptions/{subscription.pk}"),
            ("DELETE", f"subscriptions/{subscription.pk}"), ("DELETE", f"payment-methods/{card.pk}"),
        ):  # fmt: skip
            assert ask(person, method, path, {"paused": True}).status_code == 404
    assert current(subscription).status == "active"


def test_cards_are_listed_chosen_and_removed(sandbox: StripeSandbox, cleo: User) -> None:
    assert ask(cleo, "POST", "payment-methods").status_code == 201
    save_card(sandbox, cleo)
    save_card(sandbox, cleo, DECLINED_LATER)
    first, second = (card["last4"] for card in ask(cleo, "GET", "payment-methods").json()["paymentMethods"])
    assert (first, second) == ("0341", "4242")
    good = SavedCard.objects.get(last4="4242")
    assert ask(cleo, "PATCH", f"payment-methods/{good.pk}", {"isDefault": True}).json()["paymentMethod"]["isDefault"]
    left = ask(cleo, "DELETE", f"payment-methods/{good.pk}").json()["paymentMethods"]
    assert [(card["last4"], card["isDefault"]) for card in left] == [("0341", True)]


def test_nothing_is_billed_while_payments_are_switched_off(ada: User, settings: Any) -> None:
    settings.USE_PAYMENTS = False
    assert ask(ada, "GET", "plans").status_code == 404
    assert ask(ada, "POST", "plans", TWO).status_code == 404
    assert not Plan.objects.exists()
