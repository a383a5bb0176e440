"""Begins conversations: by a client's question to a builder, or for a subject such as a booking; and joins a guest's
conversation to the account that the guest turned out to have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Max

from accounts.models import BuilderProfile, User
from core import clock
from core.errors import Refused
from core.limits import Limit
from messaging import live, notifications
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


@transaction.atomic
def adopt_guest(*, guest_key: str, person: User) -> None:
    """Puts the account in the place of a guest in all their conversations. Where the person has one with the same
    other already, the messages of both become one conversation, in the order of their times."""
    for guest in Participant.objects.select_related("conversation").filter(guest_key=guest_key):
        _, other = locked_pair(guest)
        theirs = Correspondent(other.user, other.guest_key, other.name)
        pair = pair_of(Correspondent(person), theirs)
        existing = Conversation.objects.filter(pair=pair).first()
        if existing is None:
            Conversation.objects.filter(pk=guest.conversation_id).update(pair=pair)
            Participant.objects.filter(pk=guest.pk).update(user=person, guest_key="", name="")
        elif existing.pk != guest.conversation_id:
            _merge(guest.conversation, existing, {guest.pk: Correspondent(person), other.pk: theirs})


def _merge(source: Conversation, target: Conversation, sides: dict[UUID, Correspondent]) -> None:
    """Moves all messages of one conversation into another, numbers them by their time, and deletes the first."""
    rows = list(Participant.objects.select_for_update().filter(conversation=target))
    read_at = {row.pk: _read_at(target, row.read_number) for row in rows}
    for old_pk, side in sides.items():
        row = next(row for row in rows if (row.user_id, row.guest_key) == (side.user and side.user.pk, side.guest_key))
        old = Participant.objects.get(pk=old_pk)
        read_at[row.pk] = max(filter(None, [read_at[row.pk], _read_at(source, old.read_number)]), default=None)
        Message.objects.filter(sender=old).update(sender=row)
        Participant.objects.filter(pk=row.pk).update(sent_count=F("sent_count") + old.sent_count)
        old.reports.update(reporter=row)
        if old.blocked_at:
            Participant.objects.filter(pk=row.pk, blocked_at__isnull=True).update(blocked_at=old.blocked_at)
        if old.muted_until:
            Participant.objects.filter(pk=row.pk, muted_until__isnull=True).update(muted_until=old.muted_until)
        notifications.forget_queued(old)
    marks = target.messages.filter(sender=None).values("client_key")
    Message.objects.filter(conversation=source, sender=None, client_key__in=marks).delete()
    Message.objects.filter(conversation=source).update(conversation=target, number=F("number") + target.last_number)
    _number_by_time(target)
    newest = target.messages.aggregate(number=Max("number"), at=Max("created_at"))
    booked = min(filter(None, [source.booked_at, target.booked_at]), default=None)
    Conversation.objects.filter(pk=target.pk).update(
        last_number=newest["number"] or 0, last_message_at=newest["at"] or clock.now(), booked_at=booked
    )
    for row in rows:
        count = target.messages.filter(created_at__lte=read_at[row.pk]).count() if read_at[row.pk] else 0
        Participant.objects.filter(pk=row.pk).update(read_number=count, archived_number=None, mailed_number=0)
        row.read_number = count
        notifications.queue_again(row)
    source.delete()


def _read_at(conversation: Conversation, number: int) -> datetime | None:
    """Returns the time of the newest message that was read."""
    at: datetime | None = conversation.messages.filter(number__lte=number).aggregate(at=Max("created_at"))["at"]
    return at


def _number_by_time(conversation: Conversation) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE messaging_message AS message SET number = ordered.place
            FROM (
                SELECT id, row_number() OVER (ORDER BY created_at, number) AS place
                FROM messaging_message WHERE conversation_id = %s
            ) AS ordered
            WHERE message.id = ordered.id
            """,
            [conversation.pk],
        )
