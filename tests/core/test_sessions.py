"""Tests that sessions are read as Django reads them, only sooner."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from core.sessions import SessionStore

pytestmark = pytest.mark.django_db


def stored_session() -> SessionStore:
    store = SessionStore()
    store["colour"] = "blue"
    store.save()
    return store


def test_a_session_is_read_in_one_query(django_assert_num_queries: Any) -> None:
    key = stored_session().session_key
    SessionStore(key).load()

    with django_assert_num_queries(1):
        assert SessionStore(key)["colour"] == "blue"


def test_an_expired_session_is_empty_and_gets_a_key_of_its_own() -> None:
    key = stored_session().session_key
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    again = SessionStore(key)

    assert again.get("colour") is None
    assert again.session_key is None


@pytest.mark.parametrize("key", ["short", "a" * 32, "%s", "' OR '1'='1", "x" * 500])
def test_a_key_that_nobody_has_opens_nothing(key: str) -> None:
    stored_session()
    again = SessionStore(key)

    assert again.get("colour") is None
    assert again.session_key is None
