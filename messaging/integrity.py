"""Checks that the numbers of messages have no gaps, and that nobody has read further than there are messages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, F, Max, Q

from messaging.models import Conversation, Participant


def wrong_numbers(now: datetime) -> Iterator[str]:
    """Yields a line for each conversation whose numbers are wrong."""
    counted = Conversation.objects.annotate(newest=Max("messages__number"), count=Count("messages"))
    for conversation in counted.filter(~Q(last_number=F("count")) | ~Q(newest=F("count")) & Q(newest__isnull=False)):
        yield f"{conversation}: {conversation.last_number} as its newest, {conversation.count} messages"
    for participant in Participant.objects.filter(read_number__gt=F("conversation__last_number")):
        yield f"participant {participant.pk} has read message {participant.read_number}, which is not there"
