"""The sessions of browsers, in the database as Django keeps them, read by a query whose SQL is written once: every request of
somebody who is signed in runs it."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from core.compiled import CompiledQuery

_open_sessions = CompiledQuery(lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now))


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Any:
        session = _open_sessions.first(self.session_key, timezone.now())
        if session is None:
            self._session_key = None  # as Django does, so that what is saved gets a key of its own
        return session
