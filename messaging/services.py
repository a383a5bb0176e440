"""Sends, edits and deletes messages, and keeps what each participant has read, muted, archived or blocked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Exists, F, OuterRef

from core import clock
from core.errors import Refusal, Refused
from core.ids import uuid7
from core.uploads import check_space, check_space_of
from messaging import live, notifications
from messaging.models import Attachment, Conversation, Message, MessageReport, Participant
from messaging.refusals import MessageRefusal
from messaging.rules import MOST_FILES, why_not_change, why_not_write
from messaging.texts import LONGEST, cleaned

FOREVER = timedelta(days=365 * 50)
GUEST_MEGABYTES = 50


@dataclass(frozen=True)
class Sent:
    """A message, and whether it is new or was saved before with the same client key."""

    message: Message
    is_new: bool


@transaction.atomic
def send(
    *,
    sender: Participant,
    text: str,
    client_key: str = "",
    reply_to: UUID | None = None,
    files: Sequence[File[bytes]] = (),
    has_read: int | None = None,
) -> Sent:
    """Saves a message and announces it. Sent again with the same client key, it is the same message.

    It marks everything before it as read, or what comes up to the number `has_read`, for somebody who has not seen more.
    The conversation is locked, so that messages get their numbers in the order in which they become visible.
    """
    me, other = locked_pair(sender)
    client_key = client_key or str(uuid7())
    former = Message.objects.filter(conversation=me.conversation_id, sender=me, client_key=client_key).first()
    if former is not None:
        return Sent(former, is_new=False)
    if refusal := why_not_write(me, other):
        raise Refused(refusal)
    now = clock.now()
    message = Message(
        conversation=me.conversation,
        number=me.conversation.last_number + 1,
        sender=me,
        text=_checked(text, files),
        client_key=client_key,
        reply_to=_replied_to(me, reply_to),
        created_at=now,
    )
    message.save(force_insert=True)
    if files:
        _attach(message, me, files)
    append(message, me, now)
    number = message.number if has_read is None else _read_up_to(me, has_read, message)
    Participant.objects.filter(pk=me.pk).update(read_number=number, read_at=now, sent_count=F("sent_count") + 1)
    notifications.queue_unread(other)
    live.announce([me, other])
    return Sent(message, is_new=True)


def _read_up_to(me: Participant, has_read: int, message: Message) -> int:
    """Returns the number up to which the sender has read, who has seen messages up to `has_read`. What the other has
    written since then stays unread, and a mail about it is queued."""
    number = max(me.read_number, has_read)
    later = Message.objects.filter(conversation=me.conversation_id, number__gt=number).exclude(sender=me)
    if not later.filter(subject_kind="", deleted_at__isnull=True).exists():
        return message.number
    me.read_number = number
    notifications.queue_unread(me)
    return number


def locked_pair(mine: Participant) -> tuple[Participant, Participant]:
    """Locks the conversation until the transaction ends; returns this participant and the other. One query.

    Refuses if the conversation is gone, because a guest's was joined to that of their account meanwhile.
    """
    rows = list(
        Participant.objects.select_for_update(no_key=True, of=("self", "conversation"))
        .select_related("conversation", "user")
        .filter(conversation=mine.conversation_id)
        .order_by("pk")
    )
    if not rows:
        raise Refused(Refusal.STALE)
    me = next(row for row in rows if row.pk == mine.pk)
    other = next(row for row in rows if row.pk != mine.pk)
    return me, other


def append(message: Message, locked: Participant, now: datetime) -> None:
    """Makes the message the newest of its locked conversation, also if it is about something that happened earlier."""
    latest = max(now, locked.conversation.last_message_at) if message.number > 1 else now
    Conversation.objects.filter(pk=locked.conversation_id).update(last_number=message.number, last_message_at=latest)


def _checked(text: str, files: Sequence[object]) -> str:
    typed = cleaned(text)
    if not typed and not files:
        raise Refused(Refusal.INVALID, fields={"text": ["Write something, or add a file."]})
    if len(typed) > LONGEST:
        raise Refused(Refusal.INVALID, fields={"text": [f"A message can have at most {LONGEST} characters."]})
    if len(files) > MOST_FILES:
        raise Refused(Refusal.INVALID, fields={"files": [f"Send at most {MOST_FILES} files at once."]})
    return typed


def _replied_to(me: Participant, message: UUID | None) -> Message | None:
    if message is None:
        return None
    original = Message.objects.filter(conversation=me.conversation_id, pk=message).first()
    if original is None:
        raise Refused(Refusal.INVALID, fields={"reply_to": ["This message is not part of the conversation."]})
    return original


def _attach(message: Message, me: Participant, files: Sequence[File[bytes]]) -> None:
    """Stores the files if the conversation and the sender have space left for all of them; a guest has little."""
    in_conversation = Attachment.objects.filter(message__conversation=me.conversation_id)
    check_space_of([in_conversation], files, settings.CONVERSATION_QUOTA_MEGABYTES, whose="The files of a conversation")
    if me.user is not None:
        check_space(me.user, *files)
    else:
        check_space_of([Attachment.objects.filter(message__sender=me)], files, GUEST_MEGABYTES)
    for file in files:
        attachment = Attachment(message=message, file=file, name=str(file.name), size=file.size)
        attachment.save(force_insert=True)


@transaction.atomic
def edit(*, message: Message, by: Participant, text: str) -> Message:
    """Replaces the text of a message that was sent in the last ten minutes."""
    me, other = locked_pair(by)
    current, now = _changeable(message, me)
    if me.blocked_at or other.blocked_at:  # else somebody who was blocked could still write, in place of what they sent
        raise Refused(MessageRefusal.BLOCKED)
    current.text, current.edited_at = _checked(text, list(current.attachments.all())), now
    current.save(update_fields=["text", "edited_at", "changed_at"])
    live.announce([me, other])
    return current


@transaction.atomic
def delete(*, message: Message, by: Participant) -> Message:
    """Deletes the words and files of a message that was sent in the last ten minutes. A mark stays in its place."""
    me, other = locked_pair(by)
    if message.sender_id == me.pk and Message.objects.filter(pk=message.pk, deleted_at__isnull=False).exists():
        message.refresh_from_db()
        return message
    current, now = _changeable(message, me)
    erase([current], now)
    live.announce([me, other])
    return current


def _changeable(message: Message, me: Participant) -> tuple[Message, datetime]:
    current, now = Message.objects.get(pk=message.pk, conversation=me.conversation_id), clock.now()
    if refusal := why_not_change(current, me, now):
        raise Refused(refusal)
    return current, now


def erase(messages: Sequence[Message], now: datetime) -> None:
    """Deletes the words and files of the messages; the rows stay as marks. The files of a message with an open report
    stay for staff until it is settled."""
    open_reports = MessageReport.objects.filter(message=OuterRef("message"), settled_at__isnull=True)
    delete_files(Attachment.objects.filter(~Exists(open_reports), message__in=messages))
    for message in messages:
        message.text, message.deleted_at = "", message.deleted_at or now
    Message.objects.filter(pk__in=[message.pk for message in messages]).update(text="", deleted_at=now)


def delete_files(attachments: Iterable[Attachment]) -> None:
    """Deletes attachments, and their files once the transaction has committed."""
    for attachment in attachments:
        name, storage = str(attachment.file.name), attachment.file.storage
        attachment.delete()
        transaction.on_commit(partial(storage.delete, name), robust=True)


@transaction.atomic
def read(*, by: Participant, up_to: int, now: datetime) -> None:
    """Marks the messages up to this number as read. An older number changes nothing."""
    newest = min(up_to, by.conversation.last_number)
    if not Participant.objects.filter(pk=by.pk, read_number__lt=newest).update(read_number=newest, read_at=now):
        return
    live.announce(list(Participant.objects.filter(conversation=by.conversation_id)))


def typing(*, by: Participant) -> None:
    """Tells the other's open page that this participant is typing, unless one of them has blocked the other."""
    others = list(Participant.objects.filter(conversation=by.conversation_id).exclude(pk=by.pk))
    if not by.blocked_at and not any(other.blocked_at for other in others):
        live.announce_typing(by, others)


def archive(*, by: Participant, is_archived: bool) -> None:
    """Moves the conversation out of the inbox until the next message, or back."""
    number = by.conversation.last_number if is_archived else None
    Participant.objects.filter(pk=by.pk).update(archived_number=number)


def mute(*, by: Participant, now: datetime, is_muted: bool) -> None:
    """Stops mails and counts about the conversation, or starts them again."""
    Participant.objects.filter(pk=by.pk).update(muted_until=now + FOREVER if is_muted else None)
    live.announce([by])


@transaction.atomic
def block(*, by: Participant, is_blocked: bool) -> None:
    """Stops both from writing, or lets them write again. Only who has blocked can undo it."""
    me, other = locked_pair(by)
    Participant.objects.filter(pk=me.pk).update(blocked_at=clock.now() if is_blocked else None)
    live.announce([me, other])
