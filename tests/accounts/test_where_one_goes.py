"""Where a person wanted to go survives everything on the way: joining, the mail, another browser, a reset, a code."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.test_second_factor import code, set_up
from tests.accounts.test_sign_in import letters, link_in
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
GOAL = "/book/ada-moreno/?session=hour&zone=Europe/Berlin"
FORM = {"display_name": "Nora New", "email": "new@people.test", "password1": "a-long-enough-phrase"}


def html(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def with_goal(name: str) -> str:
    return f"{reverse(name)}?next={quote(GOAL, safe='')}"


def carries_goal(page: str) -> bool:
    return 'name="next" value="/book/ada-moreno/?session=hour&amp;zone=Europe/Berlin"' in page


def test_from_the_sign_in_page_to_the_page_of_joining(client: Client) -> None:
    assert with_goal("account_signup").replace("&", "&amp;") in html(client, with_goal("account_login"))
    assert carries_goal(html(client, with_goal("account_signup")))


def test_joining_and_confirming_lead_on(client: Client) -> None:
    sent = client.post(reverse("account_signup"), {**FORM, "next": GOAL}, follow=True)
    assert with_goal("account_login").replace("&", "&amp;") in sent.content.decode(), "the way back to signing in"

    assert client.post(link_in(letters()[0].text))["Location"] == GOAL
    assert client.get(reverse("accounts:settings")).status_code == 200


def test_confirming_in_another_browser_leads_on(client: Client) -> None:
    client.post(reverse("account_signup"), {**FORM, "next": GOAL})
    phone = Client()

    answer = phone.post(link_in(letters()[0].text), {"display_name": "Nora New", "password1": "typed-on-the-phone"})

    assert answer["Location"] == GOAL
    assert phone.get(reverse("accounts:settings")).status_code == 200


def test_the_link_that_is_sent_again_leads_on(client: Client) -> None:
    client.post(reverse("account_signup"), {**FORM, "next": GOAL})
    client.post(reverse("accounts:send_link"), {"email": FORM["email"]})

    assert client.post(link_in(letters()[0].text))["Location"] == GOAL


def test_who_has_an_account_already_signs_in_and_goes_on(client: Client, cleo: User) -> None:
    client.post(reverse("account_signup"), {**FORM, "email": cleo.email, "next": GOAL})

    sign_in_link = next(word for word in letters()[0].text.split() if reverse("account_login") in word)

    assert carries_goal(html(client, link_in(sign_in_link)))


@pytest.mark.parametrize(
    "target", ["https://evil.test/", "//evil.test", r"/\evil.test", "javascript:alert(1)", "/" + "a" * 1000]
)
def test_joining_leads_to_no_other_site(client: Client, target: str) -> None:
    client.post(reverse("account_signup"), {**FORM, "next": target})

    assert client.post(link_in(letters()[0].text))["Location"] == reverse("accounts:start")


def test_a_forgotten_password_leads_on(client: Client, cleo: User) -> None:
    assert with_goal("account_reset_password").replace("&", "&amp;") in html(client, with_goal("account_login"))
    assert carries_goal(html(client, with_goal("account_reset_password")))
    asked = client.post(reverse("account_reset_password"), {"email": cleo.email, "next": GOAL})
    assert asked["Location"].startswith(reverse("account_reset_password_done"))

    phone = Client()
    form_address = phone.get(link_in(letters()[0].text)).headers["Location"]
    assert carries_goal(html(phone, form_address))
    new = {"password1": "another-long-phrase", "password2": "another-long-phrase", "next": GOAL}
    done = phone.post(form_address, new, follow=True).content.decode()

    assert "Your password is changed" in done
    assert with_goal("account_login").replace("&", "&amp;") in done


def test_a_second_factor_leads_on(confirmed: Callable[[User], Client], cleo: User, client: Client) -> None:
    secret = set_up(confirmed(cleo))
    client.post(reverse("account_login"), {"login": cleo.email, "password": PASSWORD, "next": GOAL})

    assert client.post(reverse("mfa_authenticate"), {"code": code(secret)})["Location"] == GOAL


def test_showing_again_that_it_is_you_leads_on(client: Client, cleo: User) -> None:
    client.force_login(cleo)
    asked = client.get(reverse("accounts:erase"))

    page = html(client, asked["Location"])
    answer = client.post(asked["Location"], {"password": PASSWORD, "next": reverse("accounts:erase")})

    assert f'name="next" value="{reverse("accounts:erase")}"' in page
    assert answer["Location"] == reverse("accounts:erase")
