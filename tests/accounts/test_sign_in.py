"""Joining, proving an address, signing in and out, a forgotten password: as a person goes through it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.templatetags.browsers import in_words
from core import outbox
from core.demo_mail import StoredEmail
from core.demo_mail import stored_emails as written
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


def letters() -> list[StoredEmail]:
    """What has been sent, once the outbox is empty."""
    outbox.deliver_due()
    return written()


def link_in(text: str) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", text)
    assert found, text
    return found.group(1)


def join(client: Client, email: str = "new@people.test") -> Any:
    form = {"display_name": "Nora New", "email": email, "password1": "a-long-enough-phrase"}
    return client.post(reverse("account_signup"), form, follow=True)


def sign_in(client: Client, email: str, password: str = PASSWORD) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": password})


def test_joining_ends_in_an_account_once_the_address_is_proven(client: Client) -> None:
    page = join(client)
    assert "One more step" in page.content.decode()
    link = link_in(letters()[-1].text)
    assert "Confirm your address" in client.get(link).content.decode()
    assert not User.objects.exists(), "opening a link changes nothing"
    confirmed = client.post(link)

    assert confirmed["Location"] == reverse("accounts:start")
    assert client.get(reverse("accounts:settings")).status_code == 200, "it signs in"
    assert sign_in(Client(), "new@people.test", "a-long-enough-phrase").url == reverse("accounts:start")
    nora = User.objects.get(email="new@people.test")
    assert (nora.display_name, nora.roles) == ("Nora New", frozenset())


def test_a_known_address_looks_like_a_new_one(client: Client, cleo: User) -> None:
    unknown = join(Client(), "nobody@people.test")
    known = join(Client(), cleo.email)

    assert (known.status_code, known.redirect_chain) == (unknown.status_code, unknown.redirect_chain)
    assert User.objects.filter(email=cleo.email).count() == 1
    assert "account already exists" in letters()[0].text.lower() or "already" in letters()[0].text.lower()


def test_capitals_make_no_second_person(client: Client, cleo: User) -> None:
    join(client, cleo.email.upper())

    assert User.objects.count() == 1
    assert sign_in(Client(), cleo.email.upper()).status_code == 302


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("display_name", "", "Enter your name."),
        ("email", "nobody", "valid email"),
        ("password1", "short", "at least 10"),
        ("password1", "password123", "too common"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_on_top(client: Client, field: str, value: str, words: str) -> None:
    form = {"display_name": "Nora", "email": "new@people.test", "password1": "a-long-enough-phrase", field: value}

    page = client.post(reverse("account_signup"), form).content.decode()

    assert "There is a problem" in page
    assert page.count(words) >= 2
    assert "<title>Error:" in page
    assert not User.objects.exists()


def test_signing_in_leads_each_to_where_their_day_begins(ada: User, cleo: User, alex: User) -> None:
    ways = {}
    for person in (ada, cleo, alex):
        client = Client()
        sign_in(client, person.email)
        ways[person.display_name] = client.get(reverse("accounts:start")).headers["Location"]

    assert ways == {"Ada Moreno": "/dashboard/", "Cleo Park": "/welcome/", "Alex Admin": "/admin/"}


def test_the_session_id_changes_at_sign_in(client: Client, cleo: User) -> None:
    client.session["seen"] = True
    before = client.session.session_key
    sign_in(client, cleo.email)

    assert client.session.session_key != before


def test_wrong_passwords_are_limited_and_a_good_one_resets_nothing(client: Client, cleo: User, settings: Any) -> None:
    for _ in range(49):
        sign_in(client, cleo.email, "wrong")
    assert sign_in(Client(), cleo.email).status_code == 302, "the owner is still let in"
    assert sign_in(Client(), cleo.email, "wrong").status_code == 200

    refused = sign_in(Client(), cleo.email)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) <= 301


def test_no_address_can_guess_for_ever(client: Client) -> None:
    answers = [sign_in(client, f"person{number}@people.test", "x").status_code for number in range(201)]

    assert answers[:200] == [200] * 200
    assert answers[200] == 429


def test_a_forwarded_address_of_ones_own_making_does_not_help(client: Client) -> None:
    codes = set()
    for number in range(201):
        form = {"login": f"p{number}@people.test", "password": "x"}
        codes.add(
            client.post(reverse("account_login"), form, headers={"X-Forwarded-For": f"9.9.9.{number}"}).status_code
        )

    assert codes == {200, 429}


def test_a_forgotten_password(client: Client, cleo: User) -> None:
    known: Any = client.post(reverse("account_reset_password"), {"email": cleo.email})
    unknown: Any = Client().post(reverse("account_reset_password"), {"email": "nobody@people.test"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)

    link = link_in(next(letter for letter in letters() if letter.to == cleo.email).text)
    form_address = client.get(link).headers["Location"]
    client.post(form_address, {"password1": "another-long-phrase", "password2": "another-long-phrase"})

    assert sign_in(Client(), cleo.email).status_code == 200, "the old one is gone"
    assert sign_in(Client(), cleo.email, "another-long-phrase").status_code == 302
    assert "password1" not in client.get(link, follow=True).content.decode(), "a link works once"


def test_a_new_password_ends_other_sessions(cleo: User) -> None:
    here, elsewhere = Client(), Client()
    sign_in(here, cleo.email)
    sign_in(elsewhere, cleo.email)

    here.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "another-long-phrase", "password2": "another-long-phrase"},
    )

    assert elsewhere.get(reverse("accounts:settings")).status_code == 302


def test_signing_out_needs_a_click(client: Client, cleo: User) -> None:
    sign_in(client, cleo.email)
    client.get(reverse("account_logout"))
    assert client.get(reverse("accounts:settings")).status_code == 200

    client.post(reverse("account_logout"))
    assert client.get(reverse("accounts:settings")).status_code == 302


@pytest.mark.parametrize("target", ["https://evil.test/", "//evil.test", r"/\evil.test", "javascript:alert(1)"])
def test_signing_in_leads_to_no_other_site(client: Client, cleo: User, target: str) -> None:
    answer = client.post(
        f"{reverse('account_login')}?next={target}", {"login": cleo.email, "password": PASSWORD, "next": target}
    )

    assert "evil" not in answer["Location"]
    assert "javascript" not in answer["Location"]


def test_mail_lands_in_the_demos_folder(client: Client, mail_folder: Path) -> None:
    join(client)
    outbox.deliver_due()

    (file,) = mail_folder.glob("*.eml")
    assert b"Subject:" in file.read_bytes()
    page = client.get(reverse("core:mail"))
    assert letters()[0].subject in page.content.decode()
    detail = client.get(reverse("core:mail_detail", args=[letters()[0].name]))
    assert "new@people.test" in detail.content.decode()


def test_signing_out_everywhere_else(cleo: User, ada: User) -> None:
    here, elsewhere, other = Client(), Client(headers={"User-Agent": "Firefox/140 (X11; Linux)"}), Client()
    for client in (here, elsewhere):
        sign_in(client, cleo.email)
    sign_in(other, ada.email)
    page = here.get(reverse("usersessions_list")).content.decode()
    assert "Firefox on Linux" in page
    assert page.count("127.0.0.1") == 2, "one's own, and nobody else's"

    here.post(reverse("usersessions_list"))

    settings_page = reverse("accounts:settings")
    assert [client.get(settings_page).status_code for client in (here, elsewhere, other)] == [200, 302, 200]


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/140 Safari/537 Edg/140", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19 like Mac OS X) Version/19 Mobile Safari/604", "Safari on iPhone"),
        ("curl/8.5", "curl"),
        ("", "An unknown browser"),
    ],
)
def test_browsers_in_words(user_agent: str, words: str) -> None:
    assert in_words(user_agent) == words


def codes_of_resets(email: str) -> list[int]:
    return [Client().post(reverse("account_reset_password"), {"email": email}).status_code for _ in range(51)]


def test_the_limit_on_resets_tells_nobody_who_has_an_account(cleo: User) -> None:
    known, unknown = codes_of_resets(cleo.email), codes_of_resets("nobody@people.test")

    assert known == unknown == [302] * 50 + [429]


def test_the_limit_on_joining_counts_known_addresses_too(cleo: User) -> None:
    for _ in range(200):
        join_once(cleo.email)

    assert join_once(cleo.email) == join_once("new@people.test") == 429


def join_once(email: str) -> int:
    form = {"display_name": "Nora New", "email": email, "password1": "a-long-enough-phrase"}
    return Client().post(reverse("account_signup"), form).status_code
