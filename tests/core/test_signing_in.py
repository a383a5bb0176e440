"""Tests that the tests' own way to sign in leaves what Django's leaves."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import User
from tests.signing_in import sign_in, sign_in_as_django

BACKEND = "django.contrib.auth.backends.ModelBackend"


def test_the_session_is_the_one_that_django_leaves(cleo: User) -> None:
    quick, django = Client(), Client()

    sign_in(quick, cleo, BACKEND)
    sign_in_as_django(django, cleo, BACKEND)

    assert dict(quick.session) == dict(django.session)
    assert quick.cookies.keys() == django.cookies.keys()
    assert cleo.last_login is not None


def test_signing_in_takes_two_queries(cleo: User, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        sign_in(Client(), cleo, BACKEND)


def test_a_browser_with_a_session_is_signed_in_anew(cleo: User, ada: User) -> None:
    browser = Client()
    browser.force_login(cleo)
    earlier = browser.session.session_key

    browser.force_login(ada)

    assert browser.session["_auth_user_id"] == str(ada.pk)
    assert browser.session.session_key != earlier
