"""Joining, confirming an address, signing in and out, and resetting a password, as a person does it in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.templatetags.browsers import in_words
from core import outbox
from tests.accounts.pages import join, link_in, sent_emails, sign_in
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


def test_confirming_the_address_creates_the_account_and_signs_in(client: Client) -> None:
    page = join(client)
    assert "One more step" in page.content.decode()
    link = link_in(sent_emails()[-1].text)
    assert "Confirm your address" in client.get(link).content.decode()
    assert not User.objects.exists(), "opening a link changes nothing"
    confirmed = client.post(link)

    assert confirmed["Location"] == reverse("accounts:start")
    assert client.get(reverse("accounts:settings")).status_code == 200, "it signs in"
    assert sign_in(Client(), "new@people.test", "a-long-enough-phrase").url == reverse("accounts:start")
    nora = User.objects.get(email="new@people.test")
    assert (nora.display_name, nora.roles) == ("Nora New", frozenset())


def test_joining_with_a_known_address_shows_the_same_page(client: Client, cleo: User) -> None:
    unknown = join(Client(), "nobody@people.test")
    known = join(Client(), cleo.email)

    assert (known.status_code, known.redirect_chain) == (unknown.status_code, unknown.redirect_chain)
    assert User.objects.filter(email=cleo.email).count() == 1
    assert "account already exists" in sent_emails()[0].text.lower() or "already" in sent_emails()[0].text.lower()


def test_capitals_in_an_address_do_not_matter(client: Client, cleo: User) -> None:
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
def test_errors_are_shown_at_the_field_and_in_the_summary(client: Client, field: str, value: str, words: str) -> None:
    form = {"display_name": "Nora", "email": "new@people.test", "password1": "a-long-enough-phrase", field: value}

    page = client.post(reverse("account_signup"), form).content.decode()

    assert "There is a problem" in page
    assert page.count(words) >= 2
    assert "<title>Error:" in page
    assert not User.objects.exists()


def test_signing_in_redirects_by_role(ada: User, cleo: User, alex: User) -> None:
    pages = {}
    for person in (ada, cleo, alex):
        client = Client()
        sign_in(client, person.email)
        pages[person.display_name] = client.get(reverse("accounts:start")).headers["Location"]

    assert pages == {"Ada Moreno": "/dashboard/", "Cleo Park": "/welcome/", "Alex Admin": "/operations/"}


def test_the_session_id_changes_at_sign_in(client: Client, cleo: User) -> None:
    client.session["seen"] = True
    before = client.session.session_key
    sign_in(client, cleo.email)

    assert client.session.session_key != before


def test_a_right_password_does_not_reset_the_limit_on_wrong_ones(client: Client, cleo: User, settings: Any) -> None:
    settings.LIMIT_SIGN_IN_FAILURES = 5
    for _ in range(4):
        sign_in(client, cleo.email, "wrong")
    assert sign_in(Client(), cleo.email).status_code == 302, "the owner is still let in"
    assert sign_in(Client(), cleo.email, "wrong").status_code == 200

    refused = sign_in(Client(), cleo.email)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) <= 301


def test_sign_ins_are_limited_by_network(client: Client, settings: Any) -> None:
    settings.LIMIT_SIGN_IN_PER_ADDRESS = 5

    answers = [sign_in(client, f"person{number}@people.test", "x").status_code for number in range(6)]

    assert answers == [200] * 5 + [429]


def test_a_forged_forwarded_address_does_not_avoid_the_limit(client: Client, settings: Any) -> None:
    settings.LIMIT_SIGN_IN_PER_ADDRESS = 5
    codes = []
    for number in range(6):
        form = {"login": f"p{number}@people.test", "password": "x"}
        codes.append(
            client.post(reverse("account_login"), form, headers={"X-Forwarded-For": f"9.9.9.{number}"}).status_code
        )

    assert codes == [200] * 5 + [429]


def test_a_forgotten_password_is_reset_by_a_link_that_works_once(client: Client, cleo: User) -> None:
    known: Any = client.post(reverse("account_reset_password"), {"email": cleo.email})
    unknown: Any = Client().post(reverse("account_reset_password"), {"email": "nobody@people.test"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)

    link = link_in(next(mail for mail in sent_emails() if mail.to == cleo.email).text)
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


def test_the_session_of_a_person_who_is_switched_off_ends_at_once(client: Client, cleo: User) -> None:
    sign_in(client, cleo.email)
    assert client.get(reverse("accounts:settings")).status_code == 200

    User.objects.filter(pk=cleo.pk).update(is_active=False)

    assert client.get(reverse("accounts:settings")).status_code == 302


def test_signing_out_needs_a_post(client: Client, cleo: User) -> None:
    sign_in(client, cleo.email)
    client.get(reverse("account_logout"))
    assert client.get(reverse("accounts:settings")).status_code == 200

    client.post(reverse("account_logout"))
    assert client.get(reverse("accounts:settings")).status_code == 302


@pytest.mark.parametrize("target", ["https://evil.test/", "//evil.test", r"/\evil.test", "javascript:alert(1)"])
def test_signing_in_redirects_to_no_other_site(client: Client, cleo: User, target: str) -> None:
    answer = client.post(
        f"{reverse('account_login')}?next={target}", {"login": cleo.email, "password": PASSWORD, "next": target}
    )

    assert "evil" not in answer["Location"]
    assert "javascript" not in answer["Location"]


def test_the_demo_writes_mails_to_a_folder_and_shows_them(client: Client, mail_folder: Path) -> None:
    join(client)
    outbox.deliver_due()

    (file,) = mail_folder.glob("*.eml")
    assert b"Subject:" in file.read_bytes()
    page = client.get(reverse("core:mail"))
    assert sent_emails()[0].subject in page.content.decode()
    detail = client.get(reverse("core:mail_detail", args=[sent_emails()[0].name]))
    assert "new@people.test" in detail.content.decode()


def test_signing_out_everywhere_else_keeps_this_session_and_other_people(cleo: User, ada: User) -> None:
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
def test_user_agents_are_shown_in_words(user_agent: str, words: str) -> None:
    assert in_words(user_agent) == words


def reset_statuses(email: str) -> list[int]:
    return [Client().post(reverse("account_reset_password"), {"email": email}).status_code for _ in range(6)]


def test_the_limit_on_resets_is_the_same_for_unknown_addresses(cleo: User, settings: Any) -> None:
    settings.LIMIT_RESET_PER_MAIL = 5

    known, unknown = reset_statuses(cleo.email), reset_statuses("nobody@people.test")

    assert known == unknown == [302] * 5 + [429]


def test_the_limit_on_joining_counts_known_addresses(cleo: User, settings: Any) -> None:
    settings.LIMIT_SIGN_UP_PER_ADDRESS = 5
    codes = [join_once(cleo.email) for _ in range(5)]

    assert codes == [302] * 5
    assert join_once(cleo.email) == join_once("new@people.test") == 429


def join_once(email: str) -> int:
    form = {"display_name": "Nora New", "email": email, "password1": "a-long-enough-phrase"}
    return Client().post(reverse("account_signup"), form).status_code
