"""Tests that headers about a request's origin count only if a trusted proxy sent them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import yaml
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from accounts.models import User
from accounts.tokens import services as tokens
from config.embedded.paths import PROJECT
from core import outbox
from core.demo_mail import stored_emails
from core.middleware import trusted_proxies
from tests.cast import make_person
from tests.environment import WORKER
from tests.servers import serving
from waymark.command import PROCESSES


@pytest.fixture(scope="module")
def site(committed_module: None) -> Iterator[str]:
    with serving(f"waymark_{WORKER}", LIMIT_SIGN_IN_PER_ADDRESS="1", TRUSTED_PROXIES="") as address:
        yield address


@pytest.mark.slow
@pytest.mark.xdist_group("proxies")
def test_a_running_server_does_not_count_by_a_forwarded_address(site: str) -> None:
    """The demo allows ten times as many attempts as the setting."""
    statuses = [sign_in(site, {"X-Forwarded-For": f"203.0.113.{number}"}) for number in range(11)]

    assert statuses[-1] == 429
    assert 429 not in statuses[:-1]


@pytest.mark.django_db
def test_attempts_are_counted_by_the_address_that_a_trusted_proxy_forwards(client: Client, settings: Any) -> None:
    settings.TRUSTED_PROXIES, settings.LIMIT_SIGN_IN_PER_ADDRESS = ["127.0.0.1"], 1
    form = {"login": "nobody@people.test", "password": "wrong"}

    def sign_in_from(number: int) -> int:
        return client.post("/account/login/", form, headers={"X-Forwarded-For": f"203.0.113.{number}"}).status_code

    statuses = [sign_in_from(number) for number in range(11)]

    assert 429 not in statuses
    assert [sign_in_from(1) for _ in range(11)][-1] == 429, "the limit counts"


@pytest.mark.slow
@pytest.mark.xdist_group("proxies")
def test_two_authorization_headers_are_refused(site: str) -> None:
    """The server joins them into one value, which is not a token, even if one of the two is good."""
    good = tokens.issue(user=make_person("Cleo Park"), name="t")

    assert me_with(site, good) == 200
    assert me_with(site, good, "wm_wrong") == me_with(site, "wm_wrong", good) == me_with(site, good, good) == 401


def me_with(site: str, *secrets: str) -> int:
    headers = [("Authorization", f"Bearer {secret}") for secret in secrets]
    return httpx.get(f"{site}/api/me", headers=headers, timeout=30).status_code


def sign_in(site: str, headers: dict[str, str]) -> int:
    with httpx.Client(base_url=site, headers=headers, timeout=30) as browser:
        browser.get("/account/login/")
        form = {"login": "nobody@people.test", "password": "wrong", "csrfmiddlewaretoken": browser.cookies["csrf"]}
        return browser.post("/account/login/", data=form).status_code


@pytest.mark.parametrize(
    ("peer", "trusted", "is_secure"),
    [
        ("203.0.113.9", [], False),
        ("127.0.0.1", [], False),
        ("203.0.113.9", ["10.0.0.0/8"], False),
        ("10.0.0.2", ["10.0.0.0/8"], True),
    ],
)
def test_x_forwarded_proto_counts_from_trusted_proxies_only(
    settings: Any, peer: str, trusted: list[str], is_secure: bool
) -> None:
    settings.TRUSTED_PROXIES = trusted
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_PROTO="https")
    seen: list[bool] = []

    def view(received: HttpRequest) -> HttpResponse:
        seen.append(received.is_secure())
        return HttpResponse()

    trusted_proxies(view)(request)

    assert seen == [is_secure]


def test_a_forwarded_host_is_ignored(settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    headers = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Port": "444",
        "X-Forwarded-Server": "evil.example",
        "Forwarded": "for=203.0.113.9;host=evil.example;proto=https",
        "X-Original-URL": "/admin/",
    }
    request = RequestFactory().get("/", headers=headers)

    assert request.get_host() == "testserver"
    assert request.build_absolute_uri() == "http://testserver/"


@pytest.mark.django_db
def test_links_in_emails_ignore_a_forwarded_host(cleo: User, client: Client, settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    client.post("/account/password/reset/", {"email": cleo.email}, headers={"X-Forwarded-Host": "evil.example"})
    outbox.deliver_due()

    mails = str(stored_emails())
    assert "account/password/reset/key" in mails
    assert "evil.example" not in mails


def test_uvicorn_is_started_without_proxy_headers() -> None:
    compose = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())

    assert compose["services"]["live"]["command"] == ["waymark", "run", "live"]
    assert [name for name, command in PROCESSES.items() if "uvicorn" in command] == ["live"]
    assert "--no-proxy-headers" in PROCESSES["live"]
