"""Flags: per person, group and percentage; one that decides nothing falls to its default."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.test import RequestFactory

from accounts.models import User
from core import flags
from core.models import Flag

pytestmark = pytest.mark.django_db
NAME = flags.BOOKING_WIZARD


@pytest.fixture(autouse=True)
def no_cache(settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


def request_of(person: User) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = person
    return request


@pytest.mark.parametrize("default", [True, False])
def test_without_a_row_and_with_one_that_decides_nothing_the_default_holds(
    cleo: User, settings: Any, default: bool
) -> None:
    settings.FLAG_DEFAULTS = {NAME: default}
    assert flags.is_on(request_of(cleo), NAME) is default

    Flag.objects.create(name=NAME)
    assert flags.is_on(request_of(cleo), NAME) is default


@pytest.mark.parametrize("default", [True, False])
def test_everyone_overrides_all(cleo: User, settings: Any, default: bool) -> None:
    settings.FLAG_DEFAULTS = {NAME: default}
    Flag.objects.create(name=NAME, everyone=not default)

    assert flags.is_on(request_of(cleo), NAME) is not default


def test_for_some_people_it_is_off_for_the_others(cleo: User, ada: User) -> None:
    flag: Any = Flag.objects.create(name=NAME)
    flag.users.add(cleo)

    assert flags.is_on(request_of(cleo), NAME) is True
    assert flags.is_on(request_of(ada), NAME) is False


def test_for_a_group(cleo: User, ada: User) -> None:
    early = Group.objects.create(name="early")
    cleo.groups.add(early)
    flag: Any = Flag.objects.create(name=NAME)
    flag.groups.add(early)

    assert flags.is_on(request_of(cleo), NAME) is True
    assert flags.is_on(request_of(ada), NAME) is False


def test_a_percentage_of_nobody_is_nobody(cleo: User) -> None:
    Flag.objects.create(name=NAME, percent=0)

    assert flags.is_on(request_of(cleo), NAME) is False


def test_a_name_that_is_not_declared_is_a_bug(cleo: User) -> None:
    with pytest.raises(KeyError):
        flags.is_on(request_of(cleo), "buking_wizard")
