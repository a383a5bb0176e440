"""Reads of conversations for pages and the API, each with its number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, Value, When
from django.db.models.functions import Now
from django.http import Http404

from accounts.models import User
from core.cursors import Slice, page_of
from core.ids import parse_uuid
from messaging.models import Message, MessagePreferences, Participant, ParticipantQuerySet
from messaging.notifications import line_of, preferences_of
from messaging.subjects import Card, cards_of

WINDOW = 50  # messages that a page shows at first
LARGEST_WINDOW = 400
ORDER = ("-has_unread", "-last_at", "-id")


@dataclass(frozen=True)
class Pair:
    """A conversation as one of its two participants sees it."""

    me: Participant
    other: Participant

    @property
    def conversation_id(self) -> UUID:
        return self.me.conversation_id

    @property
    def newest(self) -> int:
        return self.me.conversation.last_number

    def preferences(self, participant: Participant) -> MessagePreferences | None:
        return preferences_of(participant.user) if participant.user else None

    @property
    def shows_seen(self) -> bool:
        """Whether I see how far the other has read: both have to share it."""
        both = [self.preferences(self.me), self.preferences(self.other)]
        return all(preferences is None or preferences.shows_seen for preferences in both)


def pair_for(person: User, conversation: str | UUID) -> Pair:
    """Returns the conversation for one of its people; raises Http404 for everybody else. One query."""
    rows = _participants(conversation)
    me = next((row for row in rows if row.user_id == person.pk), None)
    return _pair(rows, me)


def pair_of_participant(participant: Participant) -> Pair:
    rows = _participants(participant.conversation_id)
    return _pair(rows, next((row for row in rows if row.pk == participant.pk), None))


def _pair(rows: Sequence[Participant], me: Participant | None) -> Pair:
    if me is None or len(rows) != 2:
        raise Http404
    return Pair(me, next(row for row in rows if row.pk != me.pk))


def _participants(conversation: str | UUID) -> list[Participant]:
    key = parse_uuid(conversation)
    rows = Participant.objects.select_related("conversation", "user__message_preferences")
    return list(rows.filter(conversation=key)) if key else []


def messages_of(pair: Pair, *, first: int, last: int) -> list[Message]:
    """Returns the messages with these numbers, oldest first, with their files and what they answer. Two queries."""
    rows = Message.objects.filter(conversation=pair.conversation_id, number__gte=first, number__lte=last)
    return with_senders(pair, rows.select_related("reply_to").prefetch_related("attachments").order_by("number"))


def latest_texts(pair: Pair, count: int) -> list[Message]:
    """Returns the newest messages that people wrote, oldest first. One query."""
    messages = Message.objects.filter(conversation=pair.conversation_id, subject_kind="").order_by("-number")[:count]
    return list(reversed(messages))


def with_senders(pair: Pair, rows: Iterable[Message]) -> list[Message]:
    """Gives the messages their senders without a query: they are the two of the conversation."""
    people = {pair.me.pk: pair.me, pair.other.pk: pair.other}
    messages = list(rows)
    for message in messages:
        for row in (message, message.reply_to):
            if row is not None and row.sender_id:
                row.sender = people[row.sender_id]
    return messages


def cards_for(messages: Iterable[Message], *, reader: User | None, path: str, now: datetime) -> dict[UUID, Card]:
    """Returns the cards of the subjects that the messages are marks of. One call for each kind."""
    by_kind: dict[str, set[UUID]] = {}
    for message in messages:
        if message.subject_id:
            by_kind.setdefault(message.subject_kind, set()).add(message.subject_id)
    cards: dict[UUID, Card] = {}
    for kind, ids in by_kind.items():
        cards |= cards_of(kind, ids, reader=reader, path=path, now=now)
    return cards


@dataclass(frozen=True)
class Listed:
    """A conversation in the inbox."""

    me: Participant
    other: Participant
    last: Message | None
    subjects: list[UUID]

    @property
    def unread(self) -> int:
        return self.me.conversation.last_number - self.me.read_number

    @property
    def line(self) -> str:
        """The newest message on one line, with “You:” before one's own."""
        if self.last is None:
            return ""
        line = line_of(self.last)
        return f"You: {line}" if self.last.sender_id == self.me.pk else line


def inbox(
    person: User, *, q: str = "", unread: bool = False, archived: bool = False, limit: int, cursor: str | None
) -> Slice[Participant]:
    """Returns the person's part in their conversations: unread ones first, then by the newest message. One query."""
    rows = Participant.objects.of(person).select_related("conversation", "user").filter(conversation__last_number__gt=0)
    is_archived = Q(archived_number__gte=F("conversation__last_number"))
    if archived:
        rows = rows.filter(is_archived)
    elif not q:
        rows = rows.exclude(is_archived)
    if unread:
        rows = rows.unread()
    if q:
        rows = _matching(rows, q)
    is_unread = Q(conversation__last_number__gt=F("read_number")) & (
        Q(muted_until__isnull=True) | Q(muted_until__lte=Now())
    )
    rows = rows.annotate(
        has_unread=Case(When(is_unread, then=Value(1)), default=Value(0), output_field=IntegerField()),
        last_at=F("conversation__last_message_at"),
    )
    return page_of(rows, order=ORDER, limit=limit, cursor=cursor, filters=[q, unread, archived])


def _matching(rows: ParticipantQuerySet, q: str) -> ParticipantQuerySet:
    """Keeps the conversations with the words in a message, or in the name of the other."""
    messages = Message.objects.filter(conversation=OuterRef("conversation"), text__icontains=q)
    others = Participant.objects.filter(conversation=OuterRef("conversation")).exclude(pk=OuterRef("pk"))
    by_name = others.filter(Q(user__display_name__icontains=q) | Q(name__icontains=q))
    return rows.filter(Exists(messages) | Exists(by_name))


def listed(participants: Sequence[Participant]) -> list[Listed]:
    """Returns the conversations with the other side, the newest message and their subjects. Four queries."""
    keys = [row.conversation_id for row in participants]
    mine = {row.pk for row in participants}
    others = Participant.objects.select_related("user").filter(conversation__in=keys).exclude(pk__in=mine)
    other_of = {row.conversation_id: row for row in others}
    newest = Message.objects.filter(conversation__in=keys, number=F("conversation__last_number"))
    last_of = {message.conversation_id: message for message in newest.prefetch_related("attachments")}
    marks = Message.objects.filter(conversation__in=keys).exclude(subject_kind="").order_by("number")
    subjects_of: dict[UUID, list[UUID]] = {}
    for conversation, subject in marks.values_list("conversation", "subject_id"):
        if subject and subject not in subjects_of.setdefault(conversation, []):
            subjects_of[conversation].append(subject)
    return [
        Listed(row, other_of[row.conversation_id], last_of.get(row.conversation_id), subjects_of.get(row.conversation_id, []))
        for row in participants
    ]  # fmt: skip


def unread_total(person: User) -> int:
    """Returns how many conversations have something new, as the frame of every page shows it. One query."""
    return Participant.objects.of(person).unread().audible().count()
