"""The migration that gives scopes and an end to existing tokens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.models import ApiToken
from accounts.tokens import services as tokens
from core import clock
from core.scopes import Scope
from tests.cast import make_person


@pytest.mark.slow
def test_old_tokens_keep_every_scope_and_end_in_a_year(committed: None) -> None:
    user = make_person("Cleo Park")
    secret = tokens.issue(user=user, name="old", scopes=["read"], days=30)

    call_command("migrate", "accounts", "0008_remove_unproven_addresses", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_apitoken")
        columns = {column.name for column in cursor.description or ()}
    call_command("migrate", verbosity=0)

    assert not {"scopes", "expires_at"} & columns
    token = ApiToken.objects.get()
    assert token.scopes == Scope.values
    assert abs(token.expires_at - clock.now() - timedelta(days=365)) < timedelta(hours=1)
    assert tokens.person_of(secret) == user
