"""Forms of the admin: an id that is none is refused, and ends in no 500."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories.scheduling import SeatFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("page", "field"),
    [("admin:core_flag_add", "users"), ("admin:accounts_builderprofile_add", "user")],
)
@pytest.mark.parametrize("text", ["-inf", "no id", "9" * 100])
def test_text_that_is_no_id_is_refused(
    alex: User, browser_of: Callable[[User | None], Client], page: str, field: str, text: str
) -> None:
    answer = browser_of(alex).post(reverse(page), {field: text})

    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors


def test_a_flag_shows_whom_it_names(alex: User, cleo: User, browser_of: Callable[[User | None], Client]) -> None:
    answer = browser_of(alex).post(reverse("admin:core_flag_add"), {"users": f"{cleo.pk},no id"})

    assert f"({cleo})" in answer.content.decode()


def test_support_reads_a_reservation(suri: User, browser_of: Callable[[User | None], Client]) -> None:
    seat = SeatFactory.create()

    answer = browser_of(suri).get(reverse("admin:scheduling_reservation_change", args=[seat.reservation_id]))

    assert answer.status_code == 200


def test_models_are_named_in_plain_english() -> None:
    names = [str(model._meta.verbose_name_plural) for model in apps.get_models()]

    assert not [name for name in names if re.search(r"[^aeiou]ys$", name)], "such as “availabilitys”"
