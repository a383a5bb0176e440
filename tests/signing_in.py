"""Signs people in for tests, with two queries where Django takes fifteen. More than half of the tests begin with it."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, user_logged_in
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

sign_in_as_django: Any = Client._login  # type: ignore[attr-defined]  # private: `login` and `force_login` call it


def sign_in(client: Client, user: Any, backend: str | None = None) -> None:
    """Leaves the session that Django's `login` leaves, and sends its signal.

    Django saves a session for the visitor first, gives it another key and saves it again, and each time asks whether the
    key is taken. A browser that has a session already is signed in by Django.
    """
    if settings.SESSION_COOKIE_NAME in client.cookies:
        sign_in_as_django(client, user, backend)
        return
    content = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: backend or user.backend,
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    session = Session.objects.create(
        session_key=secrets.token_hex(16),
        session_data=Session.objects.encode(content),
        expire_date=timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE),
    )
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    user_logged_in.send(sender=type(user), request=HttpRequest(), user=user)


def use_quick_sign_in() -> None:
    """Lets all test clients sign people in like this."""
    Client._login = sign_in  # type: ignore[attr-defined]  # private, as above
