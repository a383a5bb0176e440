"""Functions that begin conversations and send messages for tests, through the services."""

from __future__ import annotations

from typing import Any

from django.db import connection

from accounts.models import User
from core import clock
from core.models import OutboxMessage
from messaging import notifications, opening, services
from messaging.models import Conversation, Message, Participant
from messaging.opening import Correspondent
from messaging.queries import Pair, pair_for

PDF = b"%PDF-1.4 plan"


def conversation_of(client: User, builder: User, *, booked: bool = True) -> tuple[Participant, Participant]:
    """Begins a conversation and returns the client's and the builder's part in it."""
    mine = opening.open_between(Correspondent(client), Correspondent(builder))
    if booked:
        opening.mark_as_booked(mine.conversation_id, clock.now())
    pair = pair_for(client, mine.conversation_id)
    return pair.me, pair.other


def say(participant: Participant, text: str, **options: Any) -> Message:
    return services.send(sender=participant, text=text, **options).message


def seen_by(participant: Participant) -> Pair:
    """Returns the conversation as the participant sees it now."""
    assert participant.user is not None
    return pair_for(participant.user, participant.conversation_id)


def texts_of(participant: Participant) -> list[str]:
    return list(Message.objects.filter(conversation=participant.conversation_id).values_list("text", flat=True))


def deliver_unread(participant: Participant) -> None:
    """Delivers the mails about unread messages that wait for a participant, as the worker does after five minutes."""
    for message in OutboxMessage.objects.filter(channel=notifications.CHANNEL, recipient=str(participant.pk)):
        notifications.deliver(message)


def long_conversation(client: User, builder: User, count: int) -> Participant:
    """Begins a conversation and writes so many messages with one statement."""
    mine, _ = conversation_of(client, builder)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO messaging_message
                (id, created_at, changed_at, conversation_id, number, sender_id, text, client_key, subject_kind)
            SELECT gen_random_uuid(), now() - make_interval(mins => %(count)s - n), now(), %(conversation)s, n,
                   %(sender)s, 'Line ' || n || ' of a long conversation.', 'bench:' || n, ''
            FROM generate_series(1, %(count)s) AS n
            """,
            {"count": count, "conversation": mine.conversation_id, "sender": mine.pk},
        )
        cursor.execute("ANALYZE messaging_message")
    Conversation.objects.filter(pk=mine.conversation_id).update(last_number=count)
    return mine
