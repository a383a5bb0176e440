"""Making a token while another transaction revokes all of them, with real threads and connections."""

from __future__ import annotations

import threading
import time

from django.db import connection, transaction

from accounts.models import ApiToken, User
from accounts.tokens import services as tokens
from core.errors import Refused
from tests.cast import make_person
from tests.scheduling.waiting import is_lock_awaited


def test_making_a_token_waits_for_revoking_all(committed: None) -> None:
    """Without the lock, the token would be made while the password changes, and outlive the change."""
    user = make_person("Cleo Park")
    outcome: list[str] = []

    def make() -> None:
        try:
            outcome.append(tokens.issue(user=user, name="too late"))
        except Refused:
            outcome.append("refused")
        finally:
            connection.close()

    thread = threading.Thread(target=make)
    deadline = time.monotonic() + 20
    with transaction.atomic():
        tokens.revoke_all(user=user)
        thread.start()
        while not is_lock_awaited() and thread.is_alive():
            assert time.monotonic() < deadline
        User.objects.filter(pk=user.pk).update(password="!")
    thread.join(20)

    assert outcome == ["refused"]
    assert not ApiToken.objects.filter(user=user).exists()
