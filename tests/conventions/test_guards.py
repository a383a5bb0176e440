"""Tests that every view has a guard, and what each address answers to each role. An address without a row fails."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.conventions.addresses import ADDRESSES, ADMIN, PAGES, ROLES

GUARDED_ELSEWHERE = ("account_", "mfa_", "usersessions_", "api:", "admin:")


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


@pytest.mark.parametrize("number", range(len(ROLES)), ids=ROLES)
@pytest.mark.parametrize("name", [*PAGES, *ADMIN])
def test_an_address_answers_each_role_as_listed(
    name: str,
    number: int,
    ada: User,
    request: pytest.FixtureRequest,
    browser_of: Callable[[User | None], Client],
) -> None:
    arguments, *expected = (PAGES | ADMIN)[name]
    role = ROLES[number]
    person = None if role == "stranger" else request.getfixturevalue(role)

    answer = browser_of(person).get(reverse(name, kwargs=arguments))

    assert answer.status_code == expected[number]
