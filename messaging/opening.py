"""Begins conversations: by a client's question to a builder, or for a subject such as a booking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.models import BuilderProfile, User
from core.errors import Refused
from core.limits import Limit
from messaging import live
from messaging.models import Conversation, Message, MessagePreferences, Participant, key_of
from messaging.refusals import MessageRefusal
from messaging.services import Sent, append, locked_pair, send

QUESTIONS = Limit("questions before a booking", "LIMIT_QUESTIONS_PER_PERSON", timedelta(days=1))


@dataclass(frozen=True)
class Correspondent:
    """One of the two people of a conversation: an account, or a guest with a name."""

    user: User | None = None
    guest_key: str = ""
    name: str = ""

    @property
    def key(self) -> str:
        return key_of(self.user) if self.user else f"guest:{self.guest_key}"


def ask(*, client: User, builder: User, text: str, client_key: str = "") -> Sent:
    """Sends a message to a builder, and begins the conversation if there is none.

    Before the first booking this is one question, if the builder takes questions.
    """
    mine = participant_with(client, builder)
    if mine is not None:
        return send(sender=mine, text=text, client_key=client_key)
    if not takes_questions(client, builder):
        raise Refused(MessageRefusal.NO_QUESTIONS)
    QUESTIONS.hit(str(client.pk), "You have written to many builders today. Try again tomorrow.")
    with transaction.atomic():
        mine = open_between(Correspondent(client), Correspondent(builder))
        return send(sender=mine, text=text, client_key=client_key)


def takes_questions(client: User, builder: User) -> bool:
    """Whether this client may ask the builder something before they book. Two queries."""
    if client.pk == builder.pk:
        return False
    profile = BuilderProfile.objects.public().filter(user=builder).exists()
    preferences = MessagePreferences.objects.filter(person=builder).first()
    return profile and (preferences is None or preferences.takes_questions)


def participant_with(person: User, other: User) -> Participant | None:
    """Returns the person's part in the conversation with the other; None if there is none. One query."""
    pair = pair_of(Correspondent(person), Correspondent(other))
    return (
        Participant.objects.select_related("conversation", "user").filter(conversation__pair=pair, user=person).first()
    )


def pair_of(first: Correspondent, second: Correspondent) -> str:
    return " ".join(sorted((first.key, second.key)))


@transaction.atomic
def open_between(mine: Correspondent, theirs: Correspondent) -> Participant:
    """Returns my part in our conversation, which is created if there is none."""
    pair = pair_of(mine, theirs)
    conversation, is_new = Conversation.objects.get_or_create(pair=pair)
    if is_new:
        Participant.objects.bulk_create(
            [
                Participant(conversation=conversation, user=side.user, guest_key=side.guest_key, name=side.name)
                for side in (mine, theirs)
            ]
        )
    rows = Participant.objects.select_related("conversation", "user").filter(conversation=conversation)
    return rows.get(user=mine.user) if mine.user else rows.get(guest_key=mine.guest_key)


def mark_as_booked(conversation: UUID, at: datetime) -> None:
    """Lets both write freely from now on, because they have a booking."""
    Conversation.objects.filter(pk=conversation, booked_at__isnull=True).update(booked_at=at)


@transaction.atomic
def add_mark(*, mine: Participant, kind: str, subject: UUID, key: str, text: str, at: datetime) -> None:
    """Adds a mark that something happened to the subject, once for each key. It does not count as unread."""
    me, other = locked_pair(mine)
    if Message.objects.filter(conversation=me.conversation_id, sender=None, client_key=key).exists():
        return
    message = Message(
        conversation=me.conversation, number=me.conversation.last_number + 1, client_key=key, text=text,
        subject_kind=kind, subject_id=subject, created_at=at,
    )  # fmt: skip
    message.save(force_insert=True)
    append(message, me, at)
    Participant.objects.filter(conversation=me.conversation_id, read_number=message.number - 1).update(
        read_number=message.number
    )
    mark_as_booked(me.conversation_id, at)
    live.announce([me, other])
