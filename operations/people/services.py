"""Notes of staff, and reading a conversation of other people."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from core import audit
from messaging.models import Conversation, Message
from operations.models import StaffNote


@transaction.atomic
def write_note(*, person: User, by: User, text: str) -> StaffNote:
    """Saves a note about a person."""
    note = StaffNote.objects.create(person=person, author=by, text=text)
    audit.record(actor=by, action="note written", subject=person, before=None, after={"note": str(note.pk)})
    return note


@transaction.atomic
def open_conversation(*, conversation: Conversation, by: User, reason: str) -> list[Message]:
    """Returns the latest messages of a conversation, the oldest first, and records who reads them and why."""
    audit.record(actor=by, action="conversation read", subject=conversation, before=None, after={"reason": reason})
    latest = conversation.messages.select_related("sender__user").order_by("-number")[:200]
    return list(reversed(latest))
