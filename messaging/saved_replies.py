"""Texts that a builder sends often, with placeholders for the reader's name and the session."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.models import User
from core.errors import Refusal, Refused
from messaging.models import SavedReply
from messaging.subjects import Card

MOST = 50
PLACEHOLDERS = ("{name}", "{time}", "{link}")


@dataclass(frozen=True)
class FilledReply:
    """A saved reply with its placeholders replaced."""

    pk: UUID
    title: str
    text: str


def filled_for(owner: User, name: str, subject: Card | None) -> list[FilledReply]:
    """Returns the saved replies of a builder as they would be sent to this person. One query."""
    return [
        FilledReply(reply.pk, reply.title, filled(reply.text, name, subject)) for reply in owner.saved_replies.all()
    ]


def filled(text: str, name: str, subject: Card | None) -> str:
    """Replaces `{name}` by the first name, and `{time}` and `{link}` by those of the newest booking, if there is one."""
    values = {
        "{name}": name.split(maxsplit=1)[0] if name.split() else "there",
        "{time}": subject.when if subject else "our session",
        "{link}": f"{settings.SITE_URL}{subject.url}" if subject else settings.SITE_URL,
    }
    for placeholder, value in values.items():
        text = text.replace(placeholder, value)
    return text


@transaction.atomic
def save(*, reply: SavedReply, title: str, text: str) -> SavedReply:
    """Saves a new reply or a change of one. A builder has a limited number of them."""
    if reply._state.adding and SavedReply.objects.filter(owner=reply.owner_id).count() >= MOST:
        raise Refused(Refusal.INVALID, fields={"title": [f"You can have at most {MOST} saved replies."]})
    reply.title, reply.text = title, text
    reply.save()
    return reply
