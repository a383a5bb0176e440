"""Joins a guest's conversations to the account that the guest turned out to have, and gives them back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Max, Q

from accounts.models import User
from core import clock
from messaging import notifications
from messaging.models import Conversation, Message, MessageReport, Participant
from messaging.opening import Correspondent, open_between, pair_of, participant_with
from messaging.services import locked_pair

Adopted = dict[str, list[str]]


@transaction.atomic
def adopt_guest(*, guest_key: str, person: User) -> Adopted:
    """Puts the account in the place of a guest in all their conversations. Where the person has one with the same
    other already, the messages of both become one conversation, in the order of their times. Returns the ids of the
    guest's messages, by that of the other person."""
    adopted: Adopted = {}
    for guest in Participant.objects.select_related("conversation").filter(guest_key=guest_key):
        _, other = locked_pair(guest)
        if other.user is not None:
            keys = guest.conversation.messages.values_list("pk", flat=True)
            adopted[str(other.user.pk)] = [str(key) for key in keys]
        theirs = Correspondent(other.user, other.guest_key, other.name)
        pair = pair_of(Correspondent(person), theirs)
        existing = Conversation.objects.filter(pair=pair).first()
        if existing is None:
            Conversation.objects.filter(pk=guest.conversation_id).update(pair=pair)
            Participant.objects.filter(pk=guest.pk).update(user=person, guest_key="", name="")
        elif existing.pk != guest.conversation_id:
            _merge(guest.conversation, existing, {guest.pk: Correspondent(person), other.pk: theirs})
    return adopted


@transaction.atomic
def give_back(
    *, guest: Correspondent, person: User, other: User, messages: Collection[str], subjects: Collection[UUID]
) -> None:
    """Gives the messages that `adopt_guest` has moved back to the guest, with the marks about these subjects. What was
    written in the same conversation besides stays with the person."""
    mine = participant_with(person, other)
    if mine is None:
        return
    me, them = locked_pair(mine)
    moving = set(
        me.conversation.messages.filter(Q(pk__in=messages) | Q(subject_id__in=subjects)).values_list("pk", flat=True)
    )
    if not moving:
        return
    pair = pair_of(guest, Correspondent(other))
    is_all = not me.conversation.messages.exclude(pk__in=moving).exists()
    if is_all and not Conversation.objects.filter(pair=pair).exists():
        notifications.forget_queued(me)
        Conversation.objects.filter(pk=me.conversation_id).update(pair=pair)
        Participant.objects.filter(pk=me.pk).update(user=None, guest_key=guest.guest_key, name=guest.name)
        return
    theirs = open_between(guest, Correspondent(other))
    _move(moving, {me: theirs, them: locked_pair(theirs)[1]})


def _move(moving: Collection[UUID], sides: Mapping[Participant, Participant]) -> None:
    """Moves these messages into the conversation of the participants that take the place of theirs."""
    (me, mine), *_ = sides.items()
    source, target = me.conversation, mine.conversation
    read_at = {old.pk: _read_at(source, old.read_number) for old in sides}
    for old, new in sides.items():
        read_at[new.pk] = max(filter(None, [read_at[old.pk], _read_at(target, new.read_number)]), default=None)
        count = Message.objects.filter(pk__in=moving, sender=old).update(sender=new)
        Participant.objects.filter(pk=old.pk).update(sent_count=F("sent_count") - count)
        Participant.objects.filter(pk=new.pk).update(sent_count=F("sent_count") + count)
        MessageReport.objects.filter(message__in=moving, reporter=old).update(reporter=new)
    Message.objects.filter(reply_to__in=moving).exclude(pk__in=moving).update(reply_to=None)
    Message.objects.filter(pk__in=moving).update(conversation=target, number=F("number") + target.last_number)
    Conversation.objects.filter(pk=target.pk, booked_at=None).update(booked_at=source.booked_at)
    for conversation in (source, target):
        _count_anew(conversation, read_at)


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
    booked = min(filter(None, [source.booked_at, target.booked_at]), default=None)
    Conversation.objects.filter(pk=target.pk).update(booked_at=booked)
    _count_anew(target, read_at)
    source.delete()


def _count_anew(conversation: Conversation, read_at: Mapping[UUID, datetime | None]) -> None:
    """Numbers the messages of a conversation by their time, and says how far each participant has read by it."""
    _number_by_time(conversation)
    newest = conversation.messages.aggregate(number=Max("number"), at=Max("created_at"))
    Conversation.objects.filter(pk=conversation.pk).update(
        last_number=newest["number"] or 0, last_message_at=newest["at"] or clock.now()
    )
    for row in conversation.participants.all():
        count = conversation.messages.filter(created_at__lte=read_at[row.pk]).count() if read_at[row.pk] else 0
        Participant.objects.filter(pk=row.pk).update(read_number=count, archived_number=None, mailed_number=0)
        row.read_number = count
        notifications.queue_again(row)


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
