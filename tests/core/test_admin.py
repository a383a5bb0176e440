"""Forms of the admin: an id that is none is refused, and ends in no 500."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User

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
