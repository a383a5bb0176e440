"""A link leads to a page that says who invites; the first one that a visitor opened counts when they join."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import SignUp, User
from accounts.sign_up import services as sign_ups
from core import clock
from referrals import services
from referrals.codes import COOKIE
from referrals.models import Referral, ReferralCode, RewardRule
from tests.factories.referrals import ReferralCodeFactory, RewardRuleFactory

pytestmark = pytest.mark.django_db
JOINING = {"email": "fay@example.test", "display_name": "Fay", "password1": "a long enough secret"}


def join(browser: Client) -> User:
    """Joins by the pages: the form, then the link in the mail."""
    browser.post("/account/signup/", JOINING)
    answer = browser.post(sign_ups.url_of(SignUp.objects.get(email=JOINING["email"])))
    assert answer.status_code == 302
    return User.objects.get(email=JOINING["email"])


def test_the_first_link_that_was_opened_counts(cleo: User, sam: User, client: Client) -> None:
    RewardRuleFactory.create()
    first, second = services.ensure_code(cleo), services.ensure_code(sam)

    page = client.get(f"/r/{first.code}/").content.decode()
    assert f"{cleo.display_name} invites you to Waymark" in page
    assert "You get €10.00 of credit after your first paid session." in page
    client.get(f"/r/{second.code}/")
    assert f"{cleo.display_name} invited you" in client.get("/account/signup/").content.decode()
    friend = join(client)

    assert Referral.objects.get().referrer == cleo
    assert Referral.objects.get().friend == friend


def test_a_cookie_that_somebody_wrote_themselves_does_not_count(cleo: User, client: Client) -> None:
    RewardRuleFactory.create()
    client.cookies[COOKIE] = services.ensure_code(cleo).code

    join(client)

    assert not Referral.objects.exists()


def test_whoever_joins_has_a_link_at_once(client: Client) -> None:
    person = join(client)

    assert ReferralCode.objects.filter(owner=person).count() == 1


def test_opening_the_page_makes_no_link(cleo: User, browser_of: Callable[[User | None], Client]) -> None:
    browser = browser_of(cleo)

    assert "Make my link" in browser.get("/referrals/").content.decode()
    assert browser.get("/api/referrals").json()["link"] == ""
    assert not ReferralCode.objects.exists()

    browser.post("/referrals/")

    code = ReferralCode.objects.get(owner=cleo)
    assert code.link in browser.get("/referrals/").content.decode()


def test_the_night_gives_a_link_to_everybody_without_one(
    cleo: User, sam: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "CODES_AT_ONCE", 1)
    code = services.ensure_code(cleo)
    everybody = User.objects.filter(is_active=True).count()

    assert services.add_missing_codes() == everybody - 1
    assert services.add_missing_codes() == 0
    assert ReferralCode.objects.filter(owner=cleo).get() == code
    assert ReferralCode.objects.filter(owner=sam).count() == 1


def test_a_new_link_leaves_the_old_ones_working(cleo: User, browser_of: Callable[[User | None], Client]) -> None:
    old = services.ensure_code(cleo)
    browser_of(cleo).post("/referrals/")

    new = services.ensure_code(cleo)

    assert new != old
    assert [browser_of(None).get(f"/r/{code}/").status_code for code in (old, new, "unknown1")] == [200, 200, 404]


def test_the_link_of_somebody_who_left_leads_nowhere(cleo: User, client: Client) -> None:
    code = services.ensure_code(cleo)
    User.objects.filter(pk=cleo.pk).update(is_active=False)

    assert client.get(f"/r/{code}/").status_code == 404


@pytest.mark.parametrize(
    ("owner", "age_in_days", "code", "words"),
    [
        ("sam", 1, "", "your own code"),
        ("cleo", 40, "", "first 30 days"),
        ("cleo", 1, "no0such0", "does not exist"),
        ("cleo", 1, "twice", "a code already"),
    ],
)
def test_codes_that_cannot_be_redeemed(
    owner: str,
    age_in_days: int,
    code: str,
    words: str,
    cleo: User,
    sam: User,
    browser_of: Callable[[User | None], Client],
) -> None:
    RewardRuleFactory.create()
    User.objects.filter(pk=sam.pk).update(created_at=clock.now() - timedelta(days=age_in_days))
    known = services.ensure_code({"sam": sam, "cleo": cleo}[owner])
    browser = browser_of(sam)
    body = json.dumps({"code": code if code.startswith("no") else known.code})
    if code == "twice":
        assert browser.post("/api/referrals/redeem", body, "application/json").json()["invitedBy"] == cleo.display_name

    answer = browser.post("/api/referrals/redeem", body, "application/json")

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_redeemable")
    assert words in answer.json()["error"]["message"]
    page = browser.post("/referrals/redeem/", json.loads(body))
    assert page.status_code == 422
    assert words in page.content.decode()


def test_the_api_lists_what_became_of_the_link(
    cleo: User, sam: User, browser_of: Callable[[User | None], Client]
) -> None:
    RewardRuleFactory.create()
    services.record_joining(person=sam, code=services.ensure_code(cleo).code)

    answer = browser_of(cleo).get("/api/referrals").json()

    assert answer["link"].endswith(f"/r/{answer['code']}/")
    assert [(row["displayName"], row["status"]) for row in answer["referrals"]] == [(sam.display_name, "joined")]
    assert browser_of(cleo).post("/api/referrals/codes", "{}", "application/json").status_code == 201


def test_without_rules_nobody_is_recorded(cleo: User, sam: User) -> None:
    assert services.record_joining(person=sam, code=ReferralCodeFactory.create(owner=cleo).code) is None
    assert not Referral.objects.exists()


def test_a_reward_for_new_builders_alone_is_promised_to_builders(cleo: User, client: Client) -> None:
    RewardRuleFactory.create(kind=RewardRule.Kind.BUILDER)

    page = client.get(f"/r/{services.ensure_code(cleo).code}/").content.decode()

    assert "If you become a builder, you get €10.00 of credit after the first paid session that you give." in page


def test_the_link_of_somebody_who_left_does_not_count_before_that_of_another(
    cleo: User, sam: User, client: Client
) -> None:
    RewardRuleFactory.create()
    client.get(f"/r/{services.ensure_code(cleo).code}/")
    User.objects.filter(pk=cleo.pk).update(is_active=False)

    client.get(f"/r/{services.ensure_code(sam).code}/")
    join(client)

    assert Referral.objects.get().referrer == sam
