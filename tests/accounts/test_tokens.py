"""API tokens: making them, what staff may do with them, and reminders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import ApiToken, User
from accounts.tokens import services as tokens
from core import clock, jobs
from core.errors import Refused
from core.models import AuditEntry
from core.scopes import Scope
from tests.accounts.token_pages import mails_to, secret_on, status_of

pytestmark = pytest.mark.django_db
Confirmed = Callable[[User], Client]


# Making -----------------------------------------------------------------------------------------


def test_a_token_is_made_with_a_name_a_scope_and_an_end(confirmed: Confirmed, cleo: User) -> None:
    page = confirmed(cleo).post(reverse("accounts:tokens"), {"name": "laptop", "scopes": "book", "days": "90"})

    token = cleo.api_tokens.get()
    assert token.scopes == ["read", "book"]
    assert (token.expires_at - token.created_at).days in (89, 90)
    assert status_of(secret_on(page)) == 200
    listed = page.content.decode()
    assert "Read and book" in listed
    assert f"{token.expires_at:%-d %b %Y}" in listed


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"scopes": ""},
        {"scopes": "admin"},
        {"scopes": "read,manage"},
        {"scopes": "READ"},
        {"scopes": "manage", "days": "0"},
        {"scopes": "manage", "days": "36500"},
        {"scopes": "manage", "days": "-1"},
        {"scopes": "manage", "days": "a year"},
    ],
)
def test_invalid_choices_make_no_token(confirmed: Confirmed, cleo: User, wrong: dict[str, str]) -> None:
    answer = confirmed(cleo).post(reverse("accounts:tokens"), {"name": "laptop", "days": "365"} | wrong)

    assert answer.status_code == 422
    assert not cleo.api_tokens.exists()


def test_unknown_fields_of_the_form_are_ignored(confirmed: Confirmed, cleo: User, ada: User) -> None:
    extra = {"user": str(ada.pk), "user_id": str(ada.pk), "expires_at": "2099-01-01", "digest": "0" * 64}

    confirmed(cleo).post(reverse("accounts:tokens"), {"name": "x", "scopes": "read", "days": "30"} | extra)

    token = ApiToken.objects.get()
    assert token.user == cleo
    assert token.scopes == ["read"]
    assert token.expires_at < clock.now() + timedelta(days=31)


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_takes_the_same_queries_for_many(
    cleos: Client, cleo: User, count: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for number in range(count):
        tokens.issue(user=cleo, name=f"number {number}")
    cleos.get(reverse("accounts:tokens"))

    with django_assert_num_queries(4):
        cleos.get(reverse("accounts:tokens"))


@pytest.mark.parametrize("scopes", [[], [""], ["admin"], ["read", "admin"]])
def test_the_service_refuses_unknown_scopes(cleo: User, scopes: list[str]) -> None:
    with pytest.raises(Refused):
        tokens.issue(user=cleo, name="x", scopes=scopes)


@pytest.mark.parametrize("scopes", [[], ["admin"]])
def test_the_database_refuses_unknown_scopes(cleo: User, scopes: list[str]) -> None:
    tokens.issue(user=cleo, name="x")

    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.update(scopes=scopes)


def test_the_command_makes_a_token_with_the_widest_scope_by_default(cleo: User) -> None:
    call_command("api_token", cleo.email, stdout=StringIO())
    call_command("api_token", cleo.email, "--scope", "read", "--days", "30", stdout=StringIO())

    narrow, wide = ApiToken.objects.all()
    assert wide.scope == Scope.MANAGE
    assert (wide.expires_at - wide.created_at).days in (364, 365)
    assert narrow.scopes == ["read"]
    assert (narrow.expires_at - narrow.created_at).days in (29, 30)
    with pytest.raises(CommandError, match="730 days"):
        call_command("api_token", cleo.email, "--days", "731")


# Staff ------------------------------------------------------------------------------------------


def test_admins_see_tokens_without_their_hash_and_may_revoke(browser_of: Any, alex: User, cleo: User) -> None:
    secret = tokens.issue(user=cleo, name="laptop", scopes=["book"])
    token = cleo.api_tokens.get()
    browser = browser_of(alex)
    listed = browser.get(reverse("admin:accounts_apitoken_changelist")).content.decode()
    assert "Read and book" in listed
    detail = browser.get(reverse("admin:accounts_apitoken_change", args=[token.pk])).content.decode()
    assert token.digest not in detail

    browser.post(
        reverse("admin:accounts_apitoken_changelist"), {"action": "revoke", "_selected_action": [str(token.pk)]}
    )

    assert status_of(secret) == 401
    assert any("was revoked by our staff" in mail for mail in mails_to(cleo.email))
    assert AuditEntry.objects.get(action="token revoked").actor == alex


def test_support_may_view_and_not_revoke(browser_of: Any, suri: User, cleo: User) -> None:
    secret = tokens.issue(user=cleo, name="laptop")
    selected = {"action": "revoke", "_selected_action": [str(cleo.api_tokens.get().pk)]}
    browser = browser_of(suri)
    assert "laptop" in browser.get(reverse("admin:accounts_apitoken_changelist")).content.decode()

    browser.post(reverse("admin:accounts_apitoken_changelist"), selected)

    assert status_of(secret) == 200


# Reminders --------------------------------------------------------------------------------------


def make_token_ending_in(user: User, name: str, **left: int) -> None:
    tokens.issue(user=user, name=name)
    ApiToken.objects.filter(name=name).update(
        created_at=clock.now() - timedelta(days=300), expires_at=clock.now() + timedelta(**left)
    )


def test_the_owner_is_mailed_once_two_weeks_before_the_end(cleo: User) -> None:
    make_token_ending_in(cleo, "soon", days=13)
    make_token_ending_in(cleo, "later", days=15)
    make_token_ending_in(cleo, "over", days=-1)

    assert tokens.remind_of_ending(clock.now()) == 1
    assert tokens.remind_of_ending(clock.now()) == 0

    (mail,) = mails_to(cleo.email)
    assert "Your API token “soon” ends on" in mail
    assert "/account/tokens/" in mail
    assert cleo.notifications.get().url == reverse("accounts:tokens")


def test_ended_and_short_lived_tokens_get_no_reminder(cleo: User, ada: User) -> None:
    make_token_ending_in(cleo, "revoked", days=13)
    tokens.revoke_all(user=cleo)
    tokens.issue(user=cleo, name="for a week", days=7)
    make_token_ending_in(ada, "of somebody gone", days=13)
    User.objects.filter(pk=ada.pk).update(is_active=False)

    assert tokens.remind_of_ending(clock.now()) == 0


def test_the_reminder_is_a_periodic_job(cleo: User) -> None:
    make_token_ending_in(cleo, "soon", days=13)

    assert jobs.run("accounts.tasks.remind_of_ending_tokens")

    assert ApiToken.objects.get().reminded_at is not None


def test_a_token_is_checked_in_one_query_and_its_use_written_once_a_minute(
    cleo: User, django_assert_num_queries: Callable[[int], Any]
) -> None:
    secret = tokens.issue(user=cleo, name="reader")

    with django_assert_num_queries(2):  # the token with its person and their roles; when it was used
        tokens.bearer_of(secret)
    with django_assert_num_queries(1):
        bearer = tokens.bearer_of(secret)
        assert bearer is not None
        assert (bearer.person, bearer.person.roles, bearer.person.has_second_factor) == (cleo, frozenset(), False)
    token = ApiToken.objects.get()
    assert token.used_at is not None
    ApiToken.objects.update(used_at=token.used_at - timedelta(minutes=2))
    with django_assert_num_queries(2):
        tokens.bearer_of(secret)
