"""Stores what a visitor has typed in the wizard until they book."""

from __future__ import annotations

import json

from django.db import connection

from bookings.agreement import limits
from bookings.models import Draft
from coaching.models import SessionType
from core.errors import Refusal, Refused

MAX_DRAFT_BYTES = 16_000


def delete_draft(holder: str, session_type: SessionType) -> None:
    """Deletes what the visitor has typed in the wizard. One statement, where the ORM takes a transaction of its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM bookings_draft WHERE holder = %s AND session_type_id = %s", [holder, session_type.pk]
        )


def save_draft(*, draft: Draft, typed: dict[str, str], network: str) -> None:
    """Stores what a visitor has typed in the wizard. Two tabs that save for the first time at once write one row.

    Refuses more than 16 kB, and a stranger's new draft once their network has begun too many within a day: anybody may
    write drafts, so that without bounds they could fill the disk.
    """
    if len(json.dumps(typed, ensure_ascii=False).encode()) > MAX_DRAFT_BYTES:
        raise Refused(
            Refusal.INVALID, "This is too long to be saved. Shorten your answers, or send a link to a longer text."
        )
    if draft._state.adding and draft.person is None:
        limits.DRAFTS_PER_NETWORK.hit(
            network, ("Too many bookings were started from your network today. Sign in to book.")
        )
    Draft.objects.update_or_create(
        holder=draft.holder,
        session_type=draft.session_type,
        defaults={"details": typed},
        create_defaults={"id": draft.pk, "person": draft.person, "details": typed},
    )
    draft.details = typed
