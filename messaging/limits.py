"""Limits on sending messages, and on what else can be done in a conversation."""

from __future__ import annotations

from datetime import timedelta

from accounts.sign_in.limits import MAILS_NOBODY
from core.limits import Limit
from core.post_limits import PostLimit

MINUTE = timedelta(minutes=1)
SENDS = Limit("messages sent", "LIMIT_MESSAGES_PER_PERSON", MINUTE)
SENDS_OF_NETWORK = Limit("messages of a network", "LIMIT_MESSAGES_PER_ADDRESS", MINUTE)
SENDING = PostLimit(person=SENDS, network=SENDS_OF_NETWORK)
# Marking as read and typing come by themselves, so there are many.
ACTS = PostLimit(
    person=Limit("acts in conversations", "LIMIT_MESSAGE_ACTS_PER_PERSON", MINUTE),
    network=Limit("acts in conversations of a network", "LIMIT_MESSAGE_ACTS_PER_ADDRESS", MINUTE),
)

POSTS = {
    "messaging:conversation": SENDING,
    "messaging:act": ACTS,
    "messaging:ask": SENDING,  # and opening.QUESTIONS
    "messaging:preferences": MAILS_NOBODY,
    "messaging:saved_replies": MAILS_NOBODY,
    "messaging:saved_reply": MAILS_NOBODY,
}
