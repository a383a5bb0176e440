"""Gifts of credits: claimed once by a link, or withdrawn before."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Notification, User
from core import clock
from core.registry import integrity_findings
from payments.credits import gifts, queries
from payments.credits.models import CreditGrant
from tests.cast import make_person
from tests.factories.payments import CreditGrantFactory

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]


@pytest.fixture
def gift(ada: User, cleo: User) -> CreditGrant:
    return CreditGrantFactory.create(holder=cleo, builder=ada, is_waiting=True)


@pytest.fixture
def sam(db: None) -> User:
    return make_person("Sam Lee")


@pytest.fixture
def mia(db: None) -> User:
    return make_person("Mia Moss")


def path(gift: CreditGrant) -> str:
    return "/" + gifts.link_of(gift).split("/", 3)[3]


def test_whoever_has_the_link_claims_it_once(gift: CreditGrant, sam: User, cleo: User, browser_of: Browser) -> None:
    page = browser_of(sam).get(path(gift)).content.decode()
    assert "gives you 5 sessions" in page

    answer = browser_of(sam).post(path(gift), follow=True)

    assert "The credits are yours" in answer.content.decode()
    gift.refresh_from_db()
    assert (gift.holder, gift.given_by, gift.is_waiting) == (sam, cleo, False)
    assert queries.left_of([gift])[gift.pk] == 5
    assert Notification.objects.filter(person=cleo, event=f"gift_claimed:{gift.pk}").exists()
    assert list(integrity_findings(clock.now())) == []


def test_a_gift_whose_time_is_over_cannot_be_claimed(gift: CreditGrant, sam: User, browser_of: Browser) -> None:
    CreditGrant.objects.filter(pk=gift.pk).update(expires_at=clock.now())

    answer = browser_of(sam).post(path(gift), follow=True)

    assert "This gift has expired." in answer.content.decode()
    gift.refresh_from_db()
    assert (gift.holder == sam, gift.is_waiting) == (False, True)


def test_nobody_claims_it_after_somebody_else(gift: CreditGrant, sam: User, mia: User, browser_of: Browser) -> None:
    browser_of(sam).post(path(gift))

    answer = browser_of(mia).post(path(gift), follow=True)

    assert "claimed already" in answer.content.decode()
    gift.refresh_from_db()
    assert gift.holder == sam


def test_a_visitor_signs_in_first(gift: CreditGrant, browser_of: Browser) -> None:
    assert "Sign in and claim" in browser_of(None).get(path(gift)).content.decode()
    assert browser_of(None).post(path(gift)).status_code == 302
    gift.refresh_from_db()
    assert gift.is_waiting


def test_the_buyer_can_withdraw_it_and_use_it(gift: CreditGrant, sam: User, cleo: User, browser_of: Browser) -> None:
    page = browser_of(cleo).get("/credits/").content.decode()
    assert gifts.link_of(gift) in page

    browser_of(cleo).post(f"/credits/{gift.pk}/withdraw/")

    assert "can no longer be claimed" in browser_of(sam).get(path(gift)).content.decode()
    browser_of(sam).post(path(gift))
    gift.refresh_from_db()
    assert (gift.holder, gift.is_waiting) == (cleo, False)


def test_it_is_not_withdrawn_once_it_is_claimed(gift: CreditGrant, sam: User, cleo: User, browser_of: Browser) -> None:
    browser_of(sam).post(path(gift))
    browser_of(cleo).post(f"/credits/{gift.pk}/withdraw/")

    gift.refresh_from_db()
    assert gift.holder == sam


def test_a_link_that_was_changed_opens_nothing(gift: CreditGrant, sam: User, browser_of: Browser) -> None:
    wrong = path(gift)[:-3] + ("a/" if path(gift)[-3:-1] != "aa" else "b/")

    assert browser_of(sam).get(wrong).status_code == 404


def test_a_stranger_cannot_withdraw_it(gift: CreditGrant, sam: User, browser_of: Browser) -> None:
    assert browser_of(sam).post(f"/credits/{gift.pk}/withdraw/").status_code == 404
