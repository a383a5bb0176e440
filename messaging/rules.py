"""Who may write to whom, and what can be done with a message."""

from __future__ import annotations

from datetime import datetime

from core.errors import BaseRefusal, Refusal
from messaging.models import Message, MessagePreferences, Participant
from messaging.refusals import MessageRefusal

MOST_FILES = 10


def why_not_write(me: Participant, other: Participant) -> BaseRefusal | None:
    """Returns why `me` cannot write now; None if they can.

    Before the first booking, somebody who asked a question waits for the answer. An erased account gets no messages.
    """
    if me.blocked_at or other.blocked_at:
        return MessageRefusal.BLOCKED
    if other.user is not None and not other.user.is_active:
        return Refusal.FORBIDDEN
    is_open = me.conversation.booked_at is not None or other.sent_count > 0
    return None if is_open or me.sent_count == 0 else MessageRefusal.AWAITS_ANSWER


def why_not_change(message: Message, me: Participant, now: datetime) -> BaseRefusal | None:
    """Returns why `me` cannot edit or delete the message; None if they can."""
    if message.sender_id != me.pk or message.is_mark:
        return Refusal.FORBIDDEN
    if message.deleted_at is not None:
        return Refusal.STALE
    return None if message.is_editable(now) else MessageRefusal.TOO_LATE


def shows_seen(mine: MessagePreferences | None, theirs: MessagePreferences | None) -> bool:
    """Whether I see how far the other has read: both have to share it, and without preferences people do."""
    return all(preferences is None or preferences.shows_seen for preferences in (mine, theirs))
