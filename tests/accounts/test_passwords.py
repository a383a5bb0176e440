"""Which passwords are accepted, and that they are compared as they were typed."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.pages import sign_in
from tests.cast import PASSWORD, make_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("password", ["ninechars", "password123", "qwertyuiop", "cleo.park@people"])
def test_short_common_and_personal_passwords_are_refused(cleo: User, password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, cleo)


@pytest.mark.parametrize(
    "password", ["onlysmallletters", "       spaces count       ", "ключ от дома 🔑", "x" * 30 + "y" * 98]
)
def test_any_characters_and_long_passwords_are_accepted(cleo: User, password: str) -> None:
    validate_password(password, cleo)  # raises if it is refused

    cleo.set_password(password)
    assert cleo.check_password(password)


@pytest.mark.parametrize("typed", [f"{PASSWORD} ", f" {PASSWORD}", PASSWORD.upper(), PASSWORD[:-1], f"{PASSWORD}x"])
def test_a_password_is_compared_as_it_was_typed(client: Client, typed: str) -> None:
    person = make_person("Nora New")

    assert sign_in(client, person.email, typed).status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_password_of_a_hundred_characters_is_compared_to_its_end(client: Client) -> None:
    person = make_person("Nora New", password="x" * 99 + "y")

    assert sign_in(client, person.email, "x" * 99 + "z").status_code == 200
    assert sign_in(client, person.email, "x" * 99 + "y").status_code == 302


def test_fields_of_passwords_hide_them_and_work_with_password_managers(client: Client, cleo: User) -> None:
    page = client.get(reverse("account_login")).content.decode()

    assert 'type="password"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page
    joining = client.get(reverse("account_signup")).content.decode()
    assert 'autocomplete="new-password"' in joining


def test_switching_an_account_off_ends_its_sessions(client: Client, cleo: User) -> None:
    client.force_login(cleo)
    assert client.get(reverse("accounts:settings")).status_code == 200

    User.objects.filter(pk=cleo.pk).update(is_active=False)

    assert client.get(reverse("accounts:settings")).status_code == 302


def test_a_session_that_was_signed_out_cannot_be_used_again(client: Client, cleo: User) -> None:
    client.force_login(cleo)
    key = client.session.session_key
    assert key is not None
    assert len(key) == 32
    client.post(reverse("account_logout"))
    client.cookies["session"] = key

    assert client.get(reverse("accounts:settings")).status_code == 302
