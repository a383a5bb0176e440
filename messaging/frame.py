"""The link to messages in the frame of every page, with the number of unread conversations."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from core import flags
from core.models import Flag
from messaging.flags import MESSAGING
from messaging.models import Participant


def frame_annotations() -> dict[str, Any]:
    """Returns what is loaded with the signed-in person: unread conversations, and whether the flag has a row."""
    unread = Participant.objects.filter(user=OuterRef("pk")).unread().audible().order_by()
    count = unread.values("user").annotate(count=Count("pk")).values("count")
    return {
        "unread_conversations": Coalesce(Subquery(count), 0),
        "has_messaging_flag": Exists(Flag.objects.filter(name=MESSAGING)),
    }


def unread_of(user: Any) -> int:
    return int(getattr(user, "unread_conversations", 0))


def is_shown(request: HttpRequest) -> bool:
    """Whether messages are switched on for this request. No query where the flag has no row, as on most sites."""
    if getattr(request.user, "has_messaging_flag", True):
        return flags.is_on(request, MESSAGING)
    return bool(settings.USE_MESSAGING)
