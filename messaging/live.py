"""Topics of live events about conversations, and who may read them.

An event only says that something has changed: pages then load what they show. Guests have no account, so their topic
contains a signature instead.
"""

from __future__ import annotations

from typing import Any

from django.utils.crypto import constant_time_compare, salted_hmac

from core import live
from core.ids import parse_uuid
from messaging.models import Participant
from messaging.subjects import contact_of

CONVERSATION = "conversation"  # its key is the conversation, for people with an account
GUEST = "guest-conversation"  # its key is the participant with a signature
INBOX = "messages"  # its key is the person


def topic_of(participant: Participant) -> str:
    """Returns the topic that the participant's page of the conversation listens to."""
    if participant.user_id:
        return f"{CONVERSATION}:{participant.conversation_id}"
    return f"{GUEST}:{participant.pk}.{_signature(str(participant.pk))}"


def announce(participants: list[Participant]) -> None:
    """Tells the open pages of all participants that the conversation has changed."""
    for participant in participants:
        live.publish(topic_of(participant), "change")
        if participant.user_id:
            live.publish(f"{INBOX}:{participant.user_id}", "change")


def announce_typing(me: Participant, others: list[Participant]) -> None:
    """Tells the other pages of the conversation that somebody is typing. It is not stored anywhere."""
    for other in others:
        live.publish(topic_of(other), "typing", by=str(me.pk), name=me.display_name)


def may_read_conversation(user: Any, key: str) -> bool:
    """Whether the user takes part in the conversation. One query."""
    conversation = parse_uuid(key)
    is_person = bool(getattr(user, "is_authenticated", False)) and conversation is not None
    return is_person and Participant.objects.filter(conversation=conversation, user=user).exists()


def may_read_as_guest(user: Any, key: str) -> bool:
    """Whether the topic is signed and its guest can still open the conversation by their link. Two queries."""
    participant, _, signature = key.partition(".")
    if not constant_time_compare(signature, _signature(participant)):
        return False
    guest = Participant.objects.filter(pk=participant).exclude(guest_key="").first()
    contact = contact_of(guest.guest_key) if guest is not None else None
    return contact is not None and contact.is_open


def may_read_inbox(user: Any, key: str) -> bool:
    return bool(getattr(user, "is_authenticated", False)) and str(user.pk) == key


def _signature(participant: str) -> str:
    return salted_hmac("messaging.live", participant, algorithm="sha256").hexdigest()[:40]
