"""Joining: the same page and the same work for every address, sending the link again, and many at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import hashers
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import SignUp, User
from accounts.sign_up import services as sign_ups
from core.models import OutboxMessage
from tests.accounts.pages import join, link_in, sent_emails, sign_in
from tests.cast import make_person

NEW = "new@people.test"


class CountingHasher(hashers.MD5PasswordHasher):
    """Counts how often a password is hashed, which is the slow part with the real hasher."""

    count = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).count += 1
        return super().encode(password, salt)


@pytest.fixture
def cost_of(settings: Any) -> Callable[[Callable[[], object]], tuple[int, int, int]]:
    """Returns a function that counts the hashes, mails and queries of a request."""
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]

    def count(request: Callable[[], object]) -> tuple[int, int, int]:
        mails = OutboxMessage.objects.count()
        CountingHasher.count = 0
        with CaptureQueriesContext(connection) as queries:
            request()
        return CountingHasher.count, OutboxMessage.objects.count() - mails, len(queries)

    return count


def post(name: str, **form: str) -> Callable[[], Any]:
    return lambda: Client().post(reverse(name), form)


def join_request(email: str) -> Callable[[], Any]:
    return post("account_signup", display_name="Nora", email=email, password1="a-long-enough-phrase")


@pytest.fixture
def cast(db: None) -> dict[str, str]:
    """Addresses with and without an account, a password, a verification and a sign-up."""
    known = make_person("Cleo Park")
    User.objects.create_user("unproven@people.test", "mallorys-own-phrase", display_name="Mallory")
    join_request("waiting@people.test")()
    passwordless = make_person("Gwen Guest")
    passwordless.set_unusable_password()
    passwordless.save()
    return {
        "known": known.email,
        "passwordless": passwordless.email,
        "unknown": NEW,
        "unproven": "unproven@people.test",
        "waiting": "waiting@people.test",
    }


def test_joining_costs_the_same_for_every_address(cast: dict[str, str], cost_of: Any) -> None:
    costs = {name: cost_of(join_request(email)) for name, email in cast.items()}

    assert set(costs.values()) == {costs["unknown"]}
    assert costs["unknown"][:2] == (1, 1)


def test_asking_for_a_reset_costs_the_same_for_every_address(cast: dict[str, str], cost_of: Any) -> None:
    costs = {name: cost_of(post("account_reset_password", email=email)) for name, email in cast.items()}

    assert set(costs.values()) == {costs["unknown"]}
    assert costs["unknown"][:2] == (0, 1)


def test_asking_for_the_link_costs_the_same_for_every_address(cast: dict[str, str], cost_of: Any) -> None:
    costs = {name: cost_of(post("accounts:send_link", email=email)) for name, email in cast.items()}

    assert set(costs.values()) == {costs["unknown"]}
    assert costs["unknown"][:2] == (0, 1)


def test_a_wrong_password_costs_the_same_for_every_address(cast: dict[str, str], cost_of: Any) -> None:
    costs = {
        name: cost_of(post("account_login", login=email, password="not-the-password")) for name, email in cast.items()
    }

    assert set(costs.values()) == {costs["unknown"]}
    assert costs["unknown"][:2] == (1, 0)


@pytest.mark.django_db
def test_only_the_mail_reveals_that_an_account_exists(client: Client, cleo: User) -> None:
    join(client, cleo.email)
    join(client, NEW)

    mails = {mail.to: mail for mail in sent_emails()}
    assert mails[cleo.email].subject == "You already have a Waymark account"
    assert reverse("account_login") in mails[cleo.email].text
    assert reverse("account_reset_password") in mails[cleo.email].text
    assert reverse("account_confirm_email", args=["x"])[:-2] in mails[NEW].text
    assert not any("Nora" in mail.text + mail.html + mail.subject for mail in mails.values())


@pytest.mark.django_db
@pytest.mark.parametrize(("zone", "kept"), [("Europe/Berlin", "Europe/Berlin"), ("Mars/Olympus", "UTC"), ("", "UTC")])
def test_a_new_account_gets_the_zone_of_the_browser(client: Client, zone: str, kept: str) -> None:
    client.cookies["zone"] = zone
    join(client)

    client.post(link_in(sent_emails()[0].text))

    assert User.objects.get(email=NEW).timezone == kept


@pytest.mark.django_db
def test_a_failed_sign_in_links_to_the_page_that_sends_the_link_again(client: Client, cleo: User) -> None:
    User.objects.create_user("unproven@people.test", "mallorys-own-phrase", display_name="Mallory")
    join(Client(), NEW)
    cases = [
        (NEW, "a-long-enough-phrase"),
        ("unproven@people.test", "mallorys-own-phrase"),
        (cleo.email, "wrong"),
        ("x@y.test", "x"),
    ]

    pages = [sign_in(Client(), email, password) for email, password in cases]

    assert {page.status_code for page in pages} == {200}
    assert all(reverse("accounts:send_link") in page.content.decode() for page in pages)
    assert OutboxMessage.objects.count() == 1, "signing in mails nobody"


@pytest.mark.django_db
def test_the_link_that_is_sent_again_is_that_of_the_same_browser(client: Client) -> None:
    join(client)
    join(Client())  # somebody else, later, with the same address

    client.post(reverse("accounts:send_link"), {"email": NEW})

    assert client.post(link_in(sent_emails()[0].text)).status_code == 302
    assert sign_in(Client(), NEW, "a-long-enough-phrase").status_code == 302


@pytest.mark.django_db
def test_the_limit_on_links_is_the_same_for_unknown_addresses(client: Client, cleo: User, settings: Any) -> None:
    settings.LIMIT_CONFIRMATION_PER_MAIL = 5
    join(client)

    def codes(email: str) -> list[int]:
        return [Client().post(reverse("accounts:send_link"), {"email": email}).status_code for _ in range(6)]

    assert codes(cleo.email) == codes("nobody@people.test") == [302] * 5 + [429]
    assert codes(NEW) == [302] * 4 + [429] * 2, "the mail that joining sent counts, too"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "spoil", [lambda key: "nonsense", lambda key: key[:-1], lambda key: key + "x", lambda key: f"x{key}"]
)
def test_a_damaged_link_shows_the_page_of_a_used_one(client: Client, spoil: Callable[[str], str]) -> None:
    join(client)
    key = sign_ups.SIGNER.sign(SignUp.objects.get().pk.hex)

    answer = client.post(reverse("account_confirm_email", args=[spoil(key)]))

    assert "This link no longer works" in answer.content.decode()
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_link_works_once(client: Client) -> None:
    join(client)
    link = link_in(sent_emails()[0].text)
    client.post(link)

    again = Client().post(link, {"display_name": "Nora", "password1": "another-long-phrase"})

    assert "This link no longer works" in again.content.decode()
    assert sign_in(Client(), NEW, "another-long-phrase").status_code == 200


@pytest.mark.django_db
def test_the_second_press_of_the_button_also_signs_in(client: Client) -> None:
    """Both requests read the sign-up before either confirms it, and the browser shows the response to the second."""
    join(client)
    sign_up, browser_key = SignUp.objects.get(), sign_ups.key_in(client.session)

    people = [sign_ups.confirm(sign_up=sign_up, browser_key=browser_key) for _ in range(2)]

    assert people == [User.objects.get(), User.objects.get()]
    assert sign_ups.confirm(sign_up=sign_up, browser_key="another", new_password="another-long-phrase") is None


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Calls `work` in that many threads that start together, and returns the results."""
    barrier = Barrier(count)

    def begin(number: int) -> Any:
        barrier.wait(20)
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))


def test_eight_people_who_join_at_once_with_one_address_see_the_same_page(committed: None) -> None:
    def join_and_follow(number: int) -> tuple[int, str]:
        page = join(Client(raise_request_exception=False))
        return page.status_code, page.redirect_chain[-1][0]

    assert set(at_once(8, join_and_follow)) == {(200, reverse("account_email_verification_sent"))}
    assert SignUp.objects.filter(email=NEW).count() == 8


def test_pressing_the_button_twice_at_once_causes_no_error(committed: None) -> None:
    first, second = Client(raise_request_exception=False), Client(raise_request_exception=False)
    join(first)
    second.cookies.update(first.cookies)
    link = reverse("account_confirm_email", args=[sign_ups.SIGNER.sign(SignUp.objects.get().pk.hex)])

    answers = at_once(2, lambda number: (first, second)[number].post(link))

    # The second request may find that the link is used, which is a page and not an error.
    assert {answer.status_code for answer in answers} <= {200, 302}
    assert 302 in {answer.status_code for answer in answers}
    assert User.objects.filter(email=NEW).count() == 1


@pytest.mark.parametrize("is_same_link", [True, False], ids=["one link", "links of two sign-ups"])
def test_two_confirmations_at_once_make_one_account(committed: None, is_same_link: bool) -> None:
    browsers = [Client(raise_request_exception=False) for _ in range(2)]
    for browser in browsers:
        join(browser)
    links = [
        reverse("account_confirm_email", args=[sign_ups.SIGNER.sign(row.pk.hex)])
        for row in SignUp.objects.order_by("id")
    ]
    if is_same_link:
        links[1] = links[0]

    def confirm(number: int) -> int:
        return (
            browsers[number]
            .post(links[number], {"display_name": "Nora", "password1": f"the-phrase-of-{number}"})
            .status_code
        )

    assert sorted(at_once(2, confirm)) == [200, 302]
    assert User.objects.filter(email=NEW).count() == EmailAddress.objects.filter(email=NEW, verified=True).count() == 1
