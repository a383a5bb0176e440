"""Tests flags by person, group and percentage, and their defaults."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.test import RequestFactory

from accounts.models import User
from core import flags
from tests.factories.core import FlagFactory

pytestmark = pytest.mark.django_db
NAME = "a_test_flag"


@pytest.fixture(autouse=True)
def test_flag(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Registers a flag of these tests, which falls back on True, and switches the cache of flags off."""
    monkeypatch.setitem(flags._flags, NAME, flags.RegisteredFlag(NAME, "USE_A_TEST_FLAG", "A flag of tests."))
    settings.USE_A_TEST_FLAG = True
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


def request_of(person: User) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = person
    return request


@pytest.mark.parametrize("default", [True, False])
def test_the_default_counts_without_a_row_and_with_one_that_names_nobody(
    cleo: User, settings: Any, default: bool
) -> None:
    settings.USE_A_TEST_FLAG = default
    assert flags.is_on(request_of(cleo), NAME) is default

    FlagFactory.create(name=NAME)
    assert flags.is_on(request_of(cleo), NAME) is default


@pytest.mark.parametrize("default", [True, False])
def test_everyone_overrides_the_default(cleo: User, settings: Any, default: bool) -> None:
    settings.USE_A_TEST_FLAG = default
    FlagFactory.create(name=NAME, everyone=not default)

    assert flags.is_on(request_of(cleo), NAME) is not default


def test_a_flag_for_some_people_is_off_for_others(cleo: User, ada: User) -> None:
    flag = FlagFactory.create(name=NAME)
    flag.users.add(cleo)

    assert flags.is_on(request_of(cleo), NAME) is True
    assert flags.is_on(request_of(ada), NAME) is False
    assert flags.is_on_for(cleo, NAME) is True
    assert flags.is_on_for(ada, NAME) is False


@pytest.mark.parametrize("default", [True, False])
def test_a_task_asks_without_a_request(cleo: User, settings: Any, default: bool) -> None:
    settings.USE_A_TEST_FLAG = default
    assert flags.is_on_for(cleo, NAME) is default

    FlagFactory.create(name=NAME, everyone=not default)
    assert flags.is_on_for(cleo, NAME) is not default


def test_a_flag_for_a_group_is_off_for_others(cleo: User, ada: User) -> None:
    early = Group.objects.create(name="early")
    cleo.groups.add(early)
    flag = FlagFactory.create(name=NAME)
    flag.groups.add(early)

    assert flags.is_on(request_of(cleo), NAME) is True
    assert flags.is_on(request_of(ada), NAME) is False


def test_a_flag_at_zero_percent_is_off(cleo: User) -> None:
    FlagFactory.create(name=NAME, percent=0)

    assert flags.is_on(request_of(cleo), NAME) is False


def test_an_undeclared_flag_raises_key_error(cleo: User) -> None:
    with pytest.raises(KeyError):
        flags.is_on(request_of(cleo), "buking_wizard")
