"""The pages of referrals for staff: the list with its report, the decision, and the rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from core.models import AuditEntry
from referrals.models import Referral, ReferralStatus, RewardRule
from tests.factories.referrals import ReferralFactory
from tests.referrals.cast import invited, paid_session

pytestmark = pytest.mark.django_db
RULE = {
    "client-is_on": "on", "client-referrer_amount": "15", "client-friend_amount": "5", "client-currency": "EUR",
    "client-least_paid": "50", "client-days": "60", "client-most_per_year": "12", "kind": "client",
}  # fmt: skip


def test_support_refuses_what_is_suspicious(
    cleo: User, sam: User, suri: User, browser_of: Callable[[User | None], Client]
) -> None:
    referral = invited(cleo, sam)
    referral.booking, referral.rule = paid_session(sam), RewardRule.objects.get()
    referral.status, referral.suspicion = ReferralStatus.QUALIFIED, Referral.Suspicion.NETWORK
    referral.save()
    browser, page = browser_of(suri), f"/operations/referrals/{referral.pk}/"

    assert "Both have signed in from the same network" in browser.get(page).content.decode()
    assert browser.post(page, {"act": "refuse"}).status_code == 422
    assert browser.post(page, {"act": "refuse", "note": "One person with two accounts."}).status_code == 302

    referral.refresh_from_db()
    assert (referral.status, referral.decided_by) == (ReferralStatus.REFUSED, suri)
    assert AuditEntry.objects.filter(action="referral refused", actor=suri).exists()


def test_an_admin_changes_a_rule_and_support_cannot(
    alex: User, suri: User, browser_of: Callable[[User | None], Client]
) -> None:
    assert browser_of(suri).post("/operations/referrals/rules/", RULE).status_code == 403
    browser = browser_of(alex)
    assert browser.post("/operations/referrals/rules/", RULE | {"client-least_paid": "20"}).status_code == 422

    assert browser.post("/operations/referrals/rules/", RULE).status_code == 302

    rule = RewardRule.objects.get()
    assert (rule.kind, int(rule.referrer_amount), rule.days, rule.created_by) == ("client", 15, 60, alex)
    assert "€15.00" in browser_of(alex).get("/referrals/").content.decode()


def test_the_form_of_a_rule_can_be_sent_as_it_is_shown(alex: User, browser_of: Callable[[User | None], Client]) -> None:
    browser, page = browser_of(alex), "/operations/referrals/rules/"
    browser.post(page, RULE)

    form = browser.get(page).context["forms"][0]
    shown = {f"client-{name}": str(form[name].value()) for name in form.fields}

    assert shown["client-least_paid"] == "50.00"
    assert browser.post(page, shown | {"client-days": "30", "kind": "client"}).status_code == 302
    assert [rule.days for rule in RewardRule.objects.all()] == [30, 60]


@pytest.mark.parametrize("count", [1, 5])
def test_the_lists_take_a_fixed_number_of_queries(
    count: int, cleo: User, suri: User, browser_of: Callable[[User | None], Client], django_assert_num_queries: Any
) -> None:
    code = ReferralFactory.create(code__owner=cleo).code
    ReferralFactory.create_batch(count, code=code)
    staff, owner = browser_of(suri), browser_of(cleo)
    for browser, address, queries in ((staff, "/operations/referrals/", 8), (owner, "/referrals/", 10)):
        browser.get(address)
        with django_assert_num_queries(queries):
            assert browser.get(address).status_code == 200
