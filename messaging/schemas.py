"""Schemas of conversations in the API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, overload
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from pydantic import Field, StringConstraints
from pydantic.alias_generators import to_camel

from core.api import In, Out, SuccessBody
from core.openapi import InstantText, enum_of
from core.uploads import content_type_of
from messaging.models import Attachment, Message, Participant
from messaging.queries import Listed
from messaging.subjects import Card
from messaging.texts import LONGEST

MessageText = Annotated[str, StringConstraints(max_length=LONGEST * 2)]  # the service counts what is left of it
ClientKey = Annotated[str, StringConstraints(min_length=1, max_length=64)]


@overload
def instant(at: datetime) -> str: ...
@overload
def instant(at: datetime | None) -> str | None: ...
def instant(at: datetime | None) -> str | None:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


class MessagePersonOut(Out):
    id: UUID | None
    display_name: str

    @classmethod
    def of(cls, participant: Participant | None) -> MessagePersonOut:
        """Returns a person or a guest; Waymark itself for marks."""
        if participant is None:
            return cls(id=None, display_name="Waymark")
        return cls(id=participant.user_id, display_name=participant.display_name)


class OtherOut(MessagePersonOut):
    avatar_url: str | None


class AttachmentOut(Out):
    id: UUID
    name: str
    size: int
    content_type: str
    url: str

    @classmethod
    def of(cls, attachment: Attachment, conversation: UUID) -> AttachmentOut:
        path = reverse("messaging:file", args=[conversation, attachment.pk])
        return cls(
            id=attachment.pk,
            name=attachment.name,
            size=attachment.size,
            content_type=content_type_of(attachment.name),
            url=f"{settings.SITE_URL}{path}",
        )


class MessageOut(Out):
    id: UUID
    sender: MessagePersonOut = Field(alias="from")
    kind: Annotated[str, enum_of(("text", "booking", "deleted"))]
    text: str
    attachments: list[AttachmentOut]
    booking: dict[str, Any] | None
    reply_to: UUID | None
    created_at: InstantText
    edited_at: InstantText | None
    client_key: str

    @classmethod
    def of(cls, message: Message, cards: dict[UUID, Card] | None = None) -> MessageOut:
        """Returns a message whose sender and files are loaded. No query."""
        card = (cards or {}).get(message.subject_id) if message.subject_id else None
        shown = [] if message.deleted_at else message.attachments.all()
        return cls(
            id=message.pk,
            sender=MessagePersonOut.of(message.sender),
            kind="deleted" if message.deleted_at else message.subject_kind or "text",
            text=message.text,
            attachments=[AttachmentOut.of(row, message.conversation_id) for row in shown],
            booking={to_camel(name): value for name, value in card.facts.items()} if card else None,
            reply_to=message.reply_to_id,
            created_at=instant(message.created_at),
            edited_at=instant(message.edited_at),
            client_key=message.client_key,
        )


class ConversationOut(Out):
    id: UUID
    other: OtherOut = Field(alias="with")
    booking_ids: list[UUID]
    last_message: MessageOut | None
    unread: int
    muted_until: InstantText | None

    @classmethod
    def of(cls, listed: Listed, cards: dict[UUID, Card]) -> ConversationOut:
        """Returns a conversation as its reader sees it. No query."""
        other, last = listed.other, listed.last
        if last is not None and last.sender_id:
            last.sender = other if last.sender_id == other.pk else listed.me
        picture = f"{settings.SITE_URL}{settings.MEDIA_URL}{other.avatar}" if other.avatar else None
        return cls(
            id=listed.me.conversation_id,
            other=OtherOut(id=other.user_id, display_name=other.display_name, avatar_url=picture),
            booking_ids=listed.subjects,
            last_message=MessageOut.of(last, cards) if last else None,
            unread=listed.unread,
            muted_until=instant(listed.me.muted_until),
        )


class ReadUpToOut(Out):
    me: UUID | None
    them: UUID | None


class ConversationsAnswer(SuccessBody):
    conversations: list[ConversationOut]
    unread_total: int
    next_cursor: str | None


class ConversationAnswer(SuccessBody):
    conversation: ConversationOut
    message: MessageOut


class MessagesAnswer(SuccessBody):
    messages: list[MessageOut]
    read_up_to: ReadUpToOut
    next_cursor: str | None


class MessageAnswer(SuccessBody):
    message: MessageOut


class ReadAnswer(SuccessBody):
    read_up_to: ReadUpToOut


class BlockAnswer(SuccessBody):
    blocked: bool


class QuestionIn(In):
    builder_id: str
    text: MessageText
    client_key: ClientKey


class MessageIn(In):
    text: MessageText = ""
    client_key: ClientKey
    reply_to: UUID | None = None


class EditIn(In):
    text: MessageText


class ReadIn(In):
    up_to: UUID


class ReportIn(In):
    message_id: UUID
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
