"""Signing out of all other sessions also ends the person's API tokens."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.core import context
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.db import transaction

from accounts.tokens import services as tokens


class SessionsAdapter(DefaultUserSessionsAdapter):
    @transaction.atomic
    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        """Ends the sessions and every API token, and says on the next page how many tokens ended."""
        super().end_sessions(sessions)
        request = context.request
        ended = tokens.revoke_all(user=request.user, by=request.user, because="signed out everywhere else")
        if ended:
            messages.info(request, tokens.ended_text(ended))
