"""Tests that every page which takes POST has a limit or a reason why not, and that the limits work."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings as project_settings
from django.test import Client
from django.urls import reverse

from accounts.models import User
from config.embedded.paths import PROJECT
from core.models import OutboxMessage
from core.post_limits import PostLimit, registered_post_limits
from tests.cast import PASSWORD, make_person
from tests.conventions.addresses import ADDRESSES, PAGES
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
ELSEWHERE = ("api:", "api_", "admin:")  # core.api counts every request; staff sign in with a second factor
FEW = 3


@pytest.fixture(autouse=True)
def low_limits(settings: Any) -> None:
    """Sets every limit to three, so that it is soon reached."""
    for name in dir(project_settings):
        if name.startswith("LIMIT_"):
            setattr(settings, name, FEW)


def methods_of(view: Any) -> set[str] | None:
    """Returns the methods that require_http_methods allows, or None for a view without it."""
    while view is not None:
        for cell in getattr(view, "__closure__", None) or ():
            content = cell.cell_contents
            if isinstance(content, list | tuple) and content and set(content) <= METHODS:
                return set(content)
        view = getattr(view, "__wrapped__", None)
    return None


def pages_that_take_post() -> Iterator[str]:
    for name, entry in ADDRESSES.items():
        methods = methods_of(entry.callback)
        if not name.startswith(ELSEWHERE) and (methods is None or "POST" in methods):
            yield name


LIMITS = registered_post_limits()
LIMITED = sorted(name for name, limit in LIMITS.items() if not limit.none_because)
ONLY_SHOW = sorted(name for name, limit in LIMITS.items() if limit.none_because == "It takes no POST.")


def test_every_page_that_takes_post_has_a_limit_or_a_reason() -> None:
    missing = [name for name in pages_that_take_post() if name not in LIMITS]

    assert missing == [], "add each to POSTS in its app's limits.py"


def test_every_limit_belongs_to_an_existing_page() -> None:
    assert [name for name in LIMITS if name not in ADDRESSES] == []


def test_no_page_has_both_a_limit_and_a_reason() -> None:
    wrong = [name for name, limit in LIMITS.items() if bool(limit.none_because) == bool(limit.person or limit.network)]

    assert wrong == []
    assert not [limit for limit in LIMITS.values() if limit == PostLimit()]


def address_of(name: str) -> str:
    return reverse(name, kwargs=PAGES[name][0])


@pytest.mark.parametrize("name", ONLY_SHOW)
def test_pages_listed_as_taking_no_post_refuse_it(name: str, confirmed: Callable[[User], Client], cleo: User) -> None:
    assert confirmed(cleo).post(address_of(name)).status_code in (404, 405)


@pytest.mark.slow
@pytest.mark.parametrize("name", LIMITED)
def test_posts_over_the_limit_are_answered_429_with_the_wait(
    name: str, ada: User, confirmed: Callable[[User], Client]
) -> None:
    limit = LIMITS[name]
    client = confirmed(ada) if limit.person else Client()

    answers = [client.post(address_of(name), {"action_add": ""}) for _ in range(FEW + 1)]

    assert [answer.status_code for answer in answers[:FEW]].count(429) == 0
    assert_limited(answers[FEW])


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in LIMITED if LIMITS[name].person and LIMITS[name].network])
def test_anonymous_visitors_are_counted_by_network(name: str) -> None:
    codes = [Client().post(address_of(name)).status_code for _ in range(FEW + 1)]

    assert set(codes) == {302} or codes[FEW] == 429, "limited, or for people who are signed in"


def assert_limited(answer: Any) -> None:
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "You can try again in" in answer.content.decode()


# Limits that the forms and the adapter count -------------------------------------------------------------


def from_network(number: int) -> Client:
    """Returns a browser with an address of its own."""
    return Client(REMOTE_ADDR=f"203.0.113.{number}")


def sign_in(client: Client, person: User, password: str) -> int:
    return client.post(reverse("account_login"), {"login": person.email, "password": password}).status_code


def confirm(client: Client, person: User) -> Client:
    """Signs the browser in as a person who has just confirmed their password."""
    client.force_login(person)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return client


def test_password_guesses_from_one_network_do_not_lock_other_networks_out(cleo: User, settings: Any) -> None:
    settings.LIMIT_SIGN_IN_FAILURES_PER_ACCOUNT = 100
    guesses = [sign_in(from_network(1), cleo, f"guess-{number}") for number in range(FEW + 1)]

    assert guesses == [200] * FEW + [429]
    assert sign_in(from_network(2), cleo, PASSWORD) == 302


def test_password_guesses_from_many_networks_are_limited(cleo: User) -> None:
    guesses = [sign_in(from_network(number), cleo, "guess") for number in range(1, FEW + 2)]

    assert guesses == [200] * FEW + [429]


def test_guesses_from_many_networks_do_not_lock_networks_with_a_session_out(cleo: User) -> None:
    assert sign_in(from_network(100), cleo, PASSWORD) == 302
    for number in range(1, FEW + 2):
        sign_in(from_network(number), cleo, "guess")

    assert sign_in(from_network(100), cleo, PASSWORD) == 302
    assert sign_in(from_network(101), cleo, PASSWORD) == 429


def test_an_unknown_address_is_limited_like_a_known_one() -> None:
    form = {"login": "nobody@people.test", "password": "guess"}
    codes = [from_network(1).post(reverse("account_login"), form).status_code for _ in range(FEW + 1)]

    assert codes == [200] * FEW + [429]


def test_guesses_of_the_old_password_are_limited_by_account(cleo: User) -> None:
    """Not by network, because a stolen session can move between networks."""
    form = {"oldpassword": "guess", "password1": "another-long-phrase", "password2": "another-long-phrase"}
    browsers = [confirm(from_network(number), cleo) for number in range(1, FEW + 2)]

    answers = [browser.post(reverse("account_change_password"), form) for browser in browsers]

    assert [answer.status_code for answer in answers[:FEW]] == [200] * FEW
    assert_limited(answers[FEW])
    assert cleo.check_password(PASSWORD)


def test_confirming_the_password_shares_the_limit_of_changing_it(cleo: User) -> None:
    browser = confirm(Client(), cleo)
    for _ in range(FEW):
        browser.post(reverse("account_change_password"), {"oldpassword": "guess"})

    assert_limited(browser.post(reverse("account_reauthenticate"), {"password": "guess"}))


def test_a_put_is_counted_like_a_post(cleo: User) -> None:
    browser = confirm(Client(), cleo)

    codes = [browser.put(reverse("account_change_password")).status_code for _ in range(FEW + 1)]

    assert codes[FEW] == 429


def mails_to(address: str) -> int:
    return OutboxMessage.objects.filter(recipient=address).count()


def test_confirmation_emails_to_one_address_are_limited(cleo: User, ada: User) -> None:
    """Three accounts together may not send it more than one of them."""
    target = "stranger@elsewhere.test"
    last: Any = None
    for person in (cleo, ada, make_person("Sam Lee")):
        browser = confirm(Client(), person)
        last = browser.post(reverse("account_email"), {"email": target, "action_add": ""})
        browser.post(reverse("account_email"), {"action_send": ""})

    assert mails_to(target) == FEW
    assert_limited(last)
    assert "Open the latest one" in last.content.decode()


def test_confirmation_emails_from_one_account_are_limited(cleo: User) -> None:
    browser = confirm(Client(), cleo)
    for number in range(FEW + 3):
        browser.post(reverse("account_email"), {"email": f"stranger{number}@elsewhere.test", "action_add": ""})

    assert OutboxMessage.objects.filter(recipient__endswith="@elsewhere.test").count() == FEW


def test_signing_in_to_an_unconfirmed_account_sends_no_email(settings: Any) -> None:
    settings.LIMIT_SIGN_IN_PER_ADDRESS = 0
    nora = UserFactory.create(display_name="Nora", address__verified=False)

    codes = [sign_in(from_network(number), nora, PASSWORD) for number in range(FEW + 2)]

    assert codes == [200] * FEW + [429] * 2
    assert mails_to(nora.email) == 0


def test_sign_up_emails_to_one_address_are_limited(settings: Any, cleo: User) -> None:
    settings.LIMIT_SIGN_IN_PER_ADDRESS = settings.LIMIT_SIGN_UP_PER_ADDRESS = 0
    form = {"display_name": "Nora", "email": cleo.email, "password1": "a-long-enough-phrase"}

    codes = [Client().post(reverse("account_signup"), form).status_code for _ in range(FEW + 1)]

    assert codes == [302] * FEW + [429]
    assert mails_to(cleo.email) == FEW


def test_password_resets_from_one_network_are_limited() -> None:
    codes = [
        Client().post(reverse("account_reset_password"), {"email": f"person{number}@people.test"}).status_code
        for number in range(FEW + 1)
    ]

    assert codes == [302] * FEW + [429]


def second_step(network: int, person: User) -> Client:
    """Returns a browser in which the password was accepted and a code is asked for."""
    browser = from_network(network)
    assert sign_in(browser, person, PASSWORD) == 302
    return browser


def test_code_guesses_from_one_network_do_not_lock_other_networks_out(cleo: User, settings: Any) -> None:
    enrol_app(cleo)
    settings.LIMIT_CODE_FAILURES_PER_ACCOUNT = 100
    browser = second_step(1, cleo)

    codes = [browser.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code for _ in range(FEW + 1)]

    assert codes == [200] * FEW + [429]
    elsewhere = second_step(2, cleo)
    assert elsewhere.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200


def test_code_guesses_from_many_networks_are_limited(cleo: User, settings: Any) -> None:
    enrol_app(cleo)
    settings.LIMIT_SIGN_IN_FAILURES = settings.LIMIT_SIGN_IN_FAILURES_PER_ACCOUNT = 100

    codes = [
        second_step(number, cleo).post(reverse("mfa_authenticate"), {"code": "000000"}).status_code
        for number in range(1, FEW + 2)
    ]

    assert codes == [200] * FEW + [429]


def enrol_app(person: User) -> None:
    TOTP.activate(person, generate_totp_secret())


def test_every_limit_is_in_the_docs() -> None:
    text = (PROJECT / "docs" / "limits.md").read_text()

    assert [name for name in dir(project_settings) if name.startswith("LIMIT_") and f"`{name}`" not in text] == []
