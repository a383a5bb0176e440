"""Important pages ask for the password again, and then carry on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.pages import join, link_in, sent_emails
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def stale(client: Client, cleo: User) -> Client:
    """A browser in which the password was not given recently."""
    client.force_login(cleo)
    return client


@pytest.mark.parametrize("name", ["accounts:erase", "mfa_activate_totp"])
def test_some_pages_ask_for_the_password_before_they_open(stale: Client, name: str) -> None:
    assert stale.get(reverse(name))["Location"].startswith(reverse("account_reauthenticate"))


def test_the_post_is_carried_out_after_the_password(stale: Client, cleo: User) -> None:
    response = stale.post(reverse("accounts:tokens"), {"name": "laptop", "scopes": "read", "days": "365"})
    assert response["Location"].startswith(reverse("account_reauthenticate"))
    assert not cleo.api_tokens.exists()

    wrong = stale.post(response["Location"], {"password": "wrong-horse"})
    assert wrong.status_code == 200
    page = stale.post(response["Location"], {"password": PASSWORD, "next": reverse("accounts:tokens")})

    assert "Copy it now" in page.content.decode()
    assert cleo.api_tokens.get().name == "laptop"


def test_changing_the_address_asks_for_the_password(stale: Client, cleo: User) -> None:
    answer = stale.post(reverse("account_email"), {"action_add": "", "email": "new@people.test"})

    assert answer["Location"].startswith(reverse("account_reauthenticate"))


def test_nobody_is_asked_right_after_signing_in(confirmed: Callable[[User], Client], cleo: User) -> None:
    assert confirmed(cleo).get(reverse("accounts:erase")).status_code == 200


def test_wrong_passwords_are_limited(stale: Client, settings: Any) -> None:
    settings.LIMIT_IDENTITY_CHECKS_PER_PERSON = 5

    answers = [stale.post(reverse("account_reauthenticate"), {"password": f"guess-{at}"}) for at in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]


def test_nobody_is_asked_right_after_confirming_a_sign_up(client: Client) -> None:
    join(client)
    client.post(link_in(sent_emails()[0].text))

    assert client.get(reverse("accounts:erase")).status_code == 200


def test_a_new_account_is_asked_once_its_password_was_given_too_long_ago(client: Client, settings: Any) -> None:
    join(client)
    client.post(link_in(sent_emails()[0].text))
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0

    assert client.get(reverse("accounts:erase"))["Location"].startswith(reverse("account_reauthenticate"))
