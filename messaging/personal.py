"""The personal data in this app. A person's words are erased with them; those of the other side stay."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from accounts.models import User
from core import clock
from core.personal import register_personal
from core.uploads import register_stored_files
from messaging import services
from messaging.models import (
    Attachment,
    Message,
    MessagePreferences,
    MessageReport,
    Participant,
    SavedReply,
)

OTHERS = "that you took part in a conversation, since the other person keeps what they wrote"
SAFETY = "Reports are kept with the messages around them, so that people cannot remove evidence of harm."


def register() -> None:
    register_personal(
        Participant,
        rows=lambda person: Participant.objects.filter(user=person),
        fields=("created_at", "read_number", "read_at", "sent_count", "muted_until", "archived_number", "blocked_at"),
        erase=None,
        why=OTHERS,
    )
    register_personal(
        Message,
        rows=lambda person: Message.objects.filter(
            conversation__participants__user=person, subject_kind="", deleted_at__isnull=True
        ).select_related("conversation", "sender__user"),
        fields=("conversation", "created_at", "sender", "text", "edited_at"),
        erase=erase_messages,
        why=OTHERS,
    )
    register_personal(
        Attachment,
        rows=lambda person: Attachment.objects.filter(message__sender__user=person),
        fields=("name", "size", "created_at"),
        erase=erase_messages,
    )
    register_stored_files(lambda person: Attachment.objects.filter(message__sender__user=person))
    register_personal(
        MessageReport,
        rows=lambda person: MessageReport.objects.filter(Q(reporter__user=person) | Q(settled_by=person)),
        fields=("reason", "created_at", "settled_at"),
        erase=None,
        why=SAFETY,
    )
    register_personal(
        SavedReply,
        rows=lambda person: SavedReply.objects.filter(owner=person),
        fields=("title", "text", "created_at"),
        erase="delete",
    )
    register_personal(
        MessagePreferences,
        rows=lambda person: MessagePreferences.objects.filter(person=person),
        fields=("shows_seen", "wants_mail", "quiet_from", "quiet_until", "sends_on_enter", "takes_questions"),
        erase="delete",
    )


def erase_messages(person: Any) -> None:
    """Deletes the words and files of all that the person has sent; the marks of their messages stay."""
    assert isinstance(person, User)
    services.erase(list(Message.objects.filter(sender__user=person, deleted_at__isnull=True)), clock.now())
