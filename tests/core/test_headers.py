"""The headers that protect answers in browsers, on pages, the API, errors and files."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests.conventions.addresses import ADDRESSES

pytestmark = pytest.mark.django_db
ANSWERS = ["/", "/account/login/", "/api/pathways", "/api/me", "/nowhere/", "/healthz", "/robots.txt", "/sitemap.xml"]


@pytest.mark.parametrize("address", ANSWERS)
def test_each_answer_says_what_it_is_and_what_a_browser_may_do_with_it(client: Client, address: str) -> None:
    answer = client.get(address)

    policy = answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer["Content-Type"].partition(";")[0] in (
        "text/html",
        "application/json",
        "text/plain",
        "application/xml",
    )
    assert "charset=utf-8" in answer["Content-Type"] or answer["Content-Type"] in (
        "application/json",
        "application/xml",
    )


@pytest.mark.parametrize("address", ANSWERS)
def test_no_answer_may_be_read_by_pages_of_other_sites(client: Client, address: str) -> None:
    answer = client.get(address, headers={"Origin": "https://elsewhere.example"})

    assert [name for name in answer.headers if name.lower().startswith("access-control-")] == []


def test_pages_of_a_person_are_kept_out_of_all_caches(client: Client, cleo: User) -> None:
    client.force_login(cleo)

    for address in ("/account/", "/bookings/", "/notifications/", "/"):
        assert "no-store" in client.get(address)["Cache-Control"], address


def test_actions_refuse_requests_that_only_read(client: Client, cleo: User) -> None:
    """Each address that changes something at once, without a page of its own, takes no GET."""
    client.force_login(cleo)
    named = [
        name
        for name in ADDRESSES
        if name.partition(":")[2] in ("act", "hold", "extend", "release", "read_all", "revoke_all_tokens")
    ]
    assert len(named) > 4

    for name in named:
        view: Any = ADDRESSES[name].callback
        answer = client.get(f"/{_filled(str(ADDRESSES[name].pattern))}")
        assert answer.status_code in (404, 405), (name, view)


def _filled(route: str) -> str:
    identity = "00000000-0000-0000-0000-000000000000"
    for part, value in (("<uuid:pk>", identity), ("<slug:slug>", "ada-moreno"), ("<str:reference>", "WM-AAAAAA")):
        route = route.replace(part, value)
    return route


def test_forms_without_their_token_are_refused(cleo: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cleo)

    for address in ("/account/", "/account/tokens/", "/account/data/erase/", "/notifications/read/"):
        assert strict.post(address, {}).status_code == 403, address
