"""Tests that every view has a guard, and what each address answers to each role. An address without a row fails."""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.middleware import FRAMED
from tests.bookings.cast import forgotten
from tests.conventions.addresses import ADDRESSES, ADMIN, PAGES, ROLES

MAY_BE_FRAMED = {f"bookings:{name}" for name in ("embed", "embed_times", "embed_hold", "embed_details", "embed_booked")}
LEAST_PRIVILEGED = ("stranger", "cleo")  # who a forgotten guard would let in; make check asks as them, make test as all
GUARDED_ELSEWHERE = ("account_", "mfa_", "usersessions_", "api:", "admin:")


def test_the_pages_for_other_sites_are_the_only_ones_that_can_be_framed() -> None:
    assert {f"/{ADDRESSES[name].pattern}".partition("<")[0] for name in MAY_BE_FRAMED} == {FRAMED}


def test_every_address_has_a_row() -> None:
    unknown = [name for name in ADDRESSES if name not in PAGES and not name.startswith("admin:")]

    assert unknown == [], "add what each role gets to PAGES"


def test_every_view_of_ours_declares_its_guard() -> None:
    unguarded = [
        name
        for name, entry in ADDRESSES.items()
        if not name.startswith(GUARDED_ELSEWHERE) and not hasattr(entry.callback, "guard")
    ]

    assert unguarded == []


def test_the_admin_uses_the_normal_sign_in_page(cleo: User, browser_of: Callable[[User | None], Client]) -> None:
    anonymous = browser_of(None).get("/admin/", follow=True)
    client = browser_of(cleo).get("/admin/", follow=True)

    assert anonymous.redirect_chain[-1][0] == "/account/login/?next=/admin/"
    assert client.status_code == 403


def app_of(name: str) -> str:
    if name == "core:live":
        return "stream"  # in a test of its own, because it closes the connection, which ends the test's transaction
    return name.partition(":")[0] if ":" in name else "other"


@pytest.mark.parametrize(
    "role", [pytest.param(role, marks=() if role in LEAST_PRIVILEGED else pytest.mark.slow) for role in ROLES]
)
@pytest.mark.parametrize(
    "app",
    [
        pytest.param(app, marks=pytest.mark.before_browsers if app == "stream" else ())
        for app in sorted({app_of(name) for name in PAGES | ADMIN})
    ],
)
def test_each_address_of_an_app_answers_a_role_as_listed(
    app: str, role: str, ada: User, request: pytest.FixtureRequest, browser_of: Callable[[User | None], Client]
) -> None:
    """Sends the requests of an app in one test, because creating the people takes longer than a request."""
    browser = browser_of(None if role == "stranger" else request.getfixturevalue(role))
    cookies = browser.cookies.output(header="", sep=";")
    answered, expected, framed = {}, {}, set()

    for name, (arguments, *statuses) in (PAGES | ADMIN).items():
        if app_of(name) == app:
            expected[name] = statuses[ROLES.index(role)]
            with forgotten():
                answer = browser.get(reverse(name, kwargs=arguments))
                answered[name] = answer.status_code
            if not refuses_frames(answer):
                framed.add(name)
            browser.cookies = SimpleCookie(cookies)

    assert answered == expected
    assert framed <= MAY_BE_FRAMED


def refuses_frames(answer: Any) -> bool:
    return "frame-ancestors 'none'" in [part.strip() for part in answer["Content-Security-Policy"].split(";")]
