"""The page in `next` is kept through joining, the mail, another browser, a password reset and a second factor."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.pages import link_in, sent_emails
from tests.accounts.second_factor import code, set_up
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db
NEXT = "/book/ada-moreno/?session=hour&zone=Europe/Berlin"
FORM = {"display_name": "Nora New", "email": "new@people.test", "password1": "a-long-enough-phrase"}


def html(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def with_next(name: str) -> str:
    """Returns the URL of that name with `next` in its query."""
    return f"{reverse(name)}?next={quote(NEXT, safe='')}"


def has_next_field(page: str) -> bool:
    """Whether a form on the page sends `next`."""
    return 'name="next" value="/book/ada-moreno/?session=hour&amp;zone=Europe/Berlin"' in page


def test_the_sign_in_page_passes_next_to_the_sign_up_page(client: Client) -> None:
    assert with_next("account_signup").replace("&", "&amp;") in html(client, with_next("account_login"))
    assert has_next_field(html(client, with_next("account_signup")))


@pytest.mark.parametrize(
    ("sent_from", "back"),
    [
        ("http://testserver/builders/ada-moreno/?a=1", "/builders/ada-moreno/?a=1"),
        ("https://elsewhere.test/page/", "/"),
        ("", "/"),
    ],
)
def test_a_form_that_needs_sign_in_leads_back_to_its_page(client: Client, sent_from: str, back: str) -> None:
    answer = client.post(reverse("accounts:zone"), headers={"Referer": sent_from})

    assert answer["Location"] == f"{reverse('account_login')}?next={quote(back, safe='/')}"


def test_joining_and_confirming_redirects_to_next(client: Client) -> None:
    sent = client.post(reverse("account_signup"), {**FORM, "next": NEXT}, follow=True)
    assert with_next("account_login").replace("&", "&amp;") in sent.content.decode(), "the way back to signing in"

    assert client.post(link_in(sent_emails()[0].text))["Location"] == NEXT
    assert client.get(reverse("accounts:settings")).status_code == 200


def test_confirming_in_another_browser_redirects_to_next(client: Client) -> None:
    client.post(reverse("account_signup"), {**FORM, "next": NEXT})
    phone = Client()

    answer = phone.post(link_in(sent_emails()[0].text), {"display_name": "Nora New", "password1": "typed-on-the-phone"})

    assert answer["Location"] == NEXT
    assert phone.get(reverse("accounts:settings")).status_code == 200


def test_the_link_that_is_sent_again_redirects_to_next(client: Client) -> None:
    client.post(reverse("account_signup"), {**FORM, "next": NEXT})
    client.post(reverse("accounts:send_link"), {"email": FORM["email"]})

    assert client.post(link_in(sent_emails()[0].text))["Location"] == NEXT


def test_the_mail_to_a_known_address_links_to_signing_in_with_next(client: Client, cleo: User) -> None:
    client.post(reverse("account_signup"), {**FORM, "email": cleo.email, "next": NEXT})

    sign_in_link = next(word for word in sent_emails()[0].text.split() if reverse("account_login") in word)

    assert has_next_field(html(client, link_in(sign_in_link)))


@pytest.mark.parametrize(
    "target", ["https://evil.test/", "//evil.test", r"/\evil.test", "javascript:alert(1)", "/" + "a" * 1000]
)
def test_joining_redirects_to_no_other_site(client: Client, target: str) -> None:
    client.post(reverse("account_signup"), {**FORM, "next": target})

    assert client.post(link_in(sent_emails()[0].text))["Location"] == reverse("accounts:start")


def test_a_password_reset_passes_next_on(client: Client, cleo: User) -> None:
    assert with_next("account_reset_password").replace("&", "&amp;") in html(client, with_next("account_login"))
    assert has_next_field(html(client, with_next("account_reset_password")))
    response = client.post(reverse("account_reset_password"), {"email": cleo.email, "next": NEXT})
    assert response["Location"].startswith(reverse("account_reset_password_done"))

    phone = Client()
    form_address = phone.get(link_in(sent_emails()[0].text)).headers["Location"]
    assert has_next_field(html(phone, form_address))
    new = {"password1": "another-long-phrase", "password2": "another-long-phrase", "next": NEXT}
    done = phone.post(form_address, new, follow=True).content.decode()

    assert "Your password has been changed" in done
    assert with_next("account_login").replace("&", "&amp;") in done


def test_the_second_factor_redirects_to_next(confirmed: Callable[[User], Client], cleo: User, client: Client) -> None:
    secret = set_up(confirmed(cleo))
    client.post(reverse("account_login"), {"login": cleo.email, "password": PASSWORD, "next": NEXT})

    assert client.post(reverse("mfa_authenticate"), {"code": code(secret)})["Location"] == NEXT


def test_reauthentication_redirects_to_next(client: Client, cleo: User) -> None:
    client.force_login(cleo)
    response = client.get(reverse("accounts:erase"))

    page = html(client, response["Location"])
    answer = client.post(response["Location"], {"password": PASSWORD, "next": reverse("accounts:erase")})

    assert f'name="next" value="{reverse("accounts:erase")}"' in page
    assert answer["Location"] == reverse("accounts:erase")
