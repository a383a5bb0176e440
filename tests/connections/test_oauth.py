"""Tests accounts at outside services: connecting one, keeping its tokens valid, losing it, and disconnecting it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from accounts.models import Notification, User
from connections.oauth import services
from connections.oauth.models import LinkedAccount
from connections.oauth.registry import service_named
from core import clock, personal
from core.models import AuditEntry
from core.service_calls import ServiceDown
from tests.at_once import DONE, at_once
from tests.cast import make_builder_person
from tests.connections.oauth_server import NAME, OAuthServer, granted, oauth_server, send
from tests.factories.connections import LinkedAccountFactory

START = f"/dashboard/connections/accounts/{NAME}/start/"
CALLBACK = f"/connections/{NAME}/callback/"
PAGE = "/dashboard/connections/"


@pytest.fixture
def service(settings: Any) -> Iterator[OAuthServer]:
    with oauth_server(settings) as running:
        yield running


@pytest.fixture
def browser(ada: User) -> Client:
    return browser_of(ada)


def browser_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address_to_agree(browser: Client) -> str:
    page = browser.post(START, follow=True).content.decode()
    match = re.search(r'href="(https://service\.example/authorize[^"]*)"', page)
    assert match is not None
    return match[1].replace("&amp;", "&")


def message_after(browser: Client, query: dict[str, str]) -> str:
    return browser.get(CALLBACK, query, follow=True).content.decode()


def account_of(owner: User, service: OAuthServer, **values: Any) -> LinkedAccount:
    tokens = granted(service)
    account = LinkedAccountFactory.create(owner=owner, service=NAME, **values)
    account.access_token, account.refresh_token = tokens.access, tokens.refresh
    account.save()
    return account


def call(account: LinkedAccount, service: OAuthServer) -> int:
    return services.call(account, "GET", service.server.address("/api")).status


def test_a_builder_connects_an_account(service: OAuthServer, ada: User, browser: Client) -> None:
    assert b"Waymark tests this." in browser.get(PAGE).content

    page = message_after(browser, service.agree(address_to_agree(browser)))

    account = LinkedAccount.objects.get()
    assert "Testing is connected as ada" in page
    assert (account.owner, account.external_id, account.state) == (ada, "account-1", "good")
    assert (account.access_token, account.refresh_token) == ("access-1", "refresh-1")
    assert AuditEntry.objects.filter(action="account connected", actor=ada).exists()


def test_tokens_are_encrypted_and_shown_nowhere(
    service: OAuthServer, ada: User, suri: User, browser: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    message_after(browser, service.agree(address_to_agree(browser)))
    account = LinkedAccount.objects.get()
    shown = [
        browser.get(PAGE).content.decode(),
        browser_of(suri).get(f"/admin/connections/linkedaccount/{account.pk}/change/").content.decode(),
        str([exported.rows for exported in personal.exported(ada)]),
        str(list(AuditEntry.objects.values())),
        caplog.text,
    ]

    assert "access-1" not in account.secret
    assert "refresh-1" not in account.refresh_secret
    for text in shown:
        assert "access-1" not in text
        assert "refresh-1" not in text


def test_the_address_to_agree_at_has_no_secret(service: OAuthServer, browser: Client) -> None:
    query = parse_qs(urlsplit(address_to_agree(browser)).query)

    assert query["redirect_uri"][0].endswith(CALLBACK)
    assert query["scope"] == ["read"]
    assert len(query["state"][0]) >= 32
    assert not any("secret" in name or "verifier" in name for name in query)


def test_a_state_works_once(service: OAuthServer, browser: Client) -> None:
    query = service.agree(address_to_agree(browser))
    message_after(browser, query)
    LinkedAccount.objects.all().delete()

    assert "was not started in this browser" in message_after(browser, query)
    assert not LinkedAccount.objects.exists()


@pytest.mark.parametrize("state", ["", "made-up", "\x00"])
def test_a_made_up_state_connects_nothing(service: OAuthServer, browser: Client, state: str) -> None:
    address_to_agree(browser)
    browser.get(CALLBACK, {"code": "code-0", "state": state})

    assert not LinkedAccount.objects.exists()
    assert not service.server.requests


def test_what_one_person_began_another_cannot_finish(service: OAuthServer, ada: User, browser: Client) -> None:
    query = service.agree(address_to_agree(browser))
    other = make_builder_person("Olga Other")

    assert "was not started in this browser" in message_after(browser_of(other), query)
    browser.force_login(other)  # the same browser, another account
    assert "was not started in this browser" in message_after(browser, query)
    assert not LinkedAccount.objects.exists()


def test_what_was_begun_long_ago_cannot_be_finished(service: OAuthServer, browser: Client) -> None:
    query = service.agree(address_to_agree(browser))
    session = browser.session
    for entry in session["accounts being connected"].values():
        entry["at"] -= 16 * 60
    session.save()

    assert "took too long" in message_after(browser, query)


def test_two_tabs_can_connect_at_once(service: OAuthServer, browser: Client) -> None:
    first, second = address_to_agree(browser), address_to_agree(browser)

    assert "is connected" in message_after(browser, service.agree(first))
    assert "is connected" in message_after(browser, service.agree(second))
    assert LinkedAccount.objects.count() == 1


def test_who_does_not_agree_is_told_that_nothing_is_connected(service: OAuthServer, browser: Client) -> None:
    query = service.agree(address_to_agree(browser))

    page = message_after(browser, {"error": "access_denied", "state": query["state"]})

    assert "because you did not allow it there" in page


def test_a_code_that_the_service_does_not_accept(service: OAuthServer, browser: Client) -> None:
    query = service.agree(address_to_agree(browser))

    page = message_after(browser, query | {"code": "another"})

    assert "did not accept this" in page
    assert not LinkedAccount.objects.exists()


@pytest.mark.parametrize(
    ("status", "body"), [(500, b"fault"), (200, b"<html>"), (200, b'{"access_token": 1}'), (200, b"[" * 50_000)]
)
def test_a_service_with_a_fault_connects_nothing(
    service: OAuthServer, browser: Client, status: int, body: bytes
) -> None:
    query = service.agree(address_to_agree(browser))
    service.server.answer("/token", body, status=status)

    page = browser.get(CALLBACK, query, follow=True)

    assert page.status_code == 200
    assert "Testing" in page.content.decode()
    assert not LinkedAccount.objects.exists()


def test_a_service_that_is_switched_off_is_not_offered_but_goes_on(
    service: OAuthServer, settings: Any, ada: User, browser: Client
) -> None:
    query = service.agree(address_to_agree(browser))
    account = account_of(ada, service)
    settings.USE_TESTS = False

    assert browser.post(START).status_code == 404
    assert browser.get(CALLBACK, query).status_code == 404
    assert b"Disconnect" in browser.get(PAGE).content
    assert call(account, service) == 200


def test_a_token_is_renewed_before_it_expires(service: OAuthServer, ada: User) -> None:
    account = account_of(ada, service, expires_at=clock.now() + timedelta(seconds=30))

    assert call(account, service) == 200
    stored = LinkedAccount.objects.get()
    assert (stored.access_token, stored.refresh_token) == ("access-1", "refresh-1")
    assert call(account, service) == 200
    assert service.count == 1


def test_a_refused_token_is_renewed_once(service: OAuthServer, ada: User) -> None:
    account = account_of(ada, service)
    service.access_tokens.clear()

    assert call(account, service) == 200
    assert service.count == 1


def test_a_token_that_another_process_renewed_is_used(service: OAuthServer, ada: User) -> None:
    account = account_of(ada, service)
    here = LinkedAccount.objects.get()
    service.access_tokens.clear()
    call(account, service)

    assert call(here, service) == 200
    assert service.count == 1


def test_two_renewals_at_once_keep_the_account(committed: None, settings: Any) -> None:
    with oauth_server(settings) as service:
        ada = make_builder_person("Ada Moreno")
        account_of(ada, service, expires_at=clock.now())
        copies = [LinkedAccount.objects.get() for _ in range(3)]

        outcomes = at_once(*[lambda account=account: call(account, service) for account in copies])

        assert outcomes == [DONE] * 3
        assert service.count == 1
        assert LinkedAccount.objects.get().refresh_token == "refresh-1"


def test_access_that_is_withdrawn_breaks_the_account_and_its_owner_is_told_once(
    service: OAuthServer, ada: User, browser: Client
) -> None:
    account = account_of(ada, service, expires_at=clock.now())
    service.is_revoked = True

    for _ in range(3):
        with pytest.raises(services.AccountBroken):
            call(LinkedAccount.objects.get(), service)

    account.refresh_from_db()
    page = browser.get(PAGE).content.decode()
    assert (account.state, account.secret, account.refresh_secret) == ("broken", "", "")
    assert Notification.objects.filter(person=ada, title="Connect Testing again").count() == 1
    assert "no longer lets Waymark use this account" in page
    assert "Connect Testing again" in re.sub(r"\s+", " ", page)


def test_a_broken_account_is_connected_again(service: OAuthServer, ada: User, browser: Client) -> None:
    account = account_of(ada, service, external_id="account-1")
    services.mark_broken(account=account)

    message_after(browser, service.agree(address_to_agree(browser)))

    account.refresh_from_db()
    assert (account.state, account.error, account.access_token) == ("good", "", "access-1")


def test_a_service_with_a_fault_does_not_break_the_account(service: OAuthServer, ada: User) -> None:
    account = account_of(ada, service, expires_at=clock.now())
    service.server.answer("/token", status=500)

    with pytest.raises(ServiceDown):
        call(account, service)

    account.refresh_from_db()
    assert (account.state, account.refresh_token) == ("good", "refresh-0")
    assert account.error == "Testing has a problem at the moment (status 500)."


def test_wrong_credentials_of_the_operator_do_not_break_the_account(service: OAuthServer, ada: User) -> None:
    account = account_of(ada, service, expires_at=clock.now())
    service.server.answers["/token"] = lambda request: send(request, 401, {"error": "invalid_client"})

    with pytest.raises(ServiceDown, match="own credentials"):
        call(account, service)

    account.refresh_from_db()
    assert account.state == "good"


def test_a_token_that_its_owner_made_is_never_renewed(service: OAuthServer, ada: User) -> None:
    account = account_of(ada, service, kind=LinkedAccount.Kind.TOKEN)
    service.access_tokens.clear()

    with pytest.raises(services.AccountBroken):
        call(account, service)

    assert service.count == 0


def test_disconnecting_asks_first_and_forgets_the_tokens(service: OAuthServer, ada: User, browser: Client) -> None:
    account = account_of(ada, service)
    address = f"/dashboard/connections/accounts/{account.pk}/remove/"

    assert b"Disconnect Testing?" in browser.get(address).content
    assert LinkedAccount.objects.exists()
    browser.post(address)

    assert not LinkedAccount.objects.exists()
    assert AuditEntry.objects.filter(action="account disconnected", actor=ada).exists()


def test_accounts_of_others_do_not_exist(service: OAuthServer, cleo: User, browser: Client) -> None:
    account = account_of(cleo, service)

    assert browser.post(f"/dashboard/connections/accounts/{account.pk}/remove/").status_code == 404
    assert LinkedAccount.objects.exists()


def test_erasing_a_person_deletes_their_accounts(service: OAuthServer, ada: User) -> None:
    account_of(ada, service)
    personal.erase_everything(ada)

    assert service_named(NAME) is not None
    assert not LinkedAccount.objects.exists()
