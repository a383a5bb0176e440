"""Who may book a session type."""

from __future__ import annotations

from coaching.models import SessionType
from core.errors import Refusal, Refused


def needs_sign_in(session_type: SessionType, person: object) -> bool:
    """Whether the person has to sign in to book the session type, or to read its free times over the API."""
    return session_type.requires_account and not getattr(person, "is_authenticated", False)


def check_sign_in(session_type: SessionType, person: object) -> None:
    if needs_sign_in(session_type, person):
        raise Refused(Refusal.SIGN_IN_REQUIRED)
