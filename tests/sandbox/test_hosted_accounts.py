"""The demo's accounts at Google and Microsoft: connected on the pages, read, and given back."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from connections.models import Connection
from connections.oauth.models import LinkedAccount
from sandbox.hosted_accounts import CLIENT_ID, CLIENT_SECRET
from sandbox.server import Sandbox
from scheduling.models import Reservation
from scheduling.outside import services

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox(settings: Any) -> Iterator[Sandbox]:
    with Sandbox() as server:
        settings.OUTSIDE_TRUSTED = [server.address.removeprefix("http://")]
        for name in ("GOOGLE", "MICROSOFT"):
            address = f"{server.address}/{name.lower()}"
            setattr(settings, f"{name}_CLIENT_ID", CLIENT_ID)
            setattr(settings, f"{name}_CLIENT_SECRET", CLIENT_SECRET)
            setattr(settings, f"{name}_AUTHORIZE_URL", f"{address}/authorize")
            setattr(settings, f"{name}_TOKEN_URL", f"{address}/token")
            setattr(settings, f"{name}_API_URL", address)
        settings.GOOGLE_REVOKE_URL = f"{server.address}/google/revoke"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def link(page: str, words: str) -> str:
    match = re.search(rf'href="([^"]+)"[^>]*>\s*{words}', page)
    assert match is not None, page
    return html.unescape(match[1])


def connect(browser: Client, service: str, words: str = "Allow") -> None:
    """Does what a builder clicks: Connect, on to the service, Allow, and back."""
    agree = browser.post(reverse("connections:start", args=[service]), follow=True).content.decode()
    asked = httpx.get(link(agree, "Continue"))
    assert "(sandbox)" in asked.text
    back = urlsplit(link(asked.text, words))
    browser.get(f"{back.path}?{back.query}")


@pytest.mark.parametrize("service", ["google", "microsoft"])
def test_an_account_is_connected_on_the_pages_and_its_events_take_time(
    service: str, ada: User, browser_of: Any, sandbox: Sandbox
) -> None:
    connect(browser_of(ada), service)
    connection = Connection.objects.get(owner=ada)
    assert services.sync(connection=connection)
    assert Reservation.objects.filter(builder=ada, kind="EXTERNAL", released_at=None).count() == 4

    form = {"calendar": "work", "start": "2035-01-08T10:00", "minutes": "30"}
    assert httpx.post(f"{sandbox.address}/{service}/add", data=form, follow_redirects=True).status_code == 200
    assert "Work" in httpx.get(f"{sandbox.address}/{service}/").text
    sandbox.hosted[service].access_tokens.clear()  # they have expired, so that the refresh token is used
    assert services.sync(connection=Connection.objects.get(pk=connection.pk))


def test_who_cancels_there_is_not_connected(ada: User, browser_of: Any, sandbox: Sandbox) -> None:
    connect(browser_of(ada), "google", "Cancel")

    assert not LinkedAccount.objects.filter(owner=ada).exists()


def test_disconnecting_google_gives_the_access_back(ada: User, browser_of: Any, sandbox: Sandbox) -> None:
    connect(browser_of(ada), "google")
    services.disconnect_all(builder=ada)

    assert not LinkedAccount.objects.filter(owner=ada).exists()
    assert not Connection.objects.filter(owner=ada).exists()


def test_a_code_works_once_and_only_with_its_verifier(sandbox: Sandbox) -> None:
    account = sandbox.hosted["google"]
    account.codes["code"] = "challenge", "https://waymark.example/", True
    form = {
        "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "grant_type": "authorization_code", "code": "code",
        "code_verifier": "wrong", "redirect_uri": "https://waymark.example/",
    }  # fmt: skip

    answers = [httpx.post(f"{sandbox.address}/google/token", data=form) for _ in range(2)]

    assert [(answer.status_code, answer.json()["error"]) for answer in answers] == [(400, "invalid_grant")] * 2
