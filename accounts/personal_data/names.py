"""Removes the name of an erased person from what other people were sent: their notifications and queued mails.

Only of people who had to do with the person, because a name can be a word: who calls themselves "Session" and leaves
must not change everybody's notifications.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.html import escape

from accounts.models import Notification, User
from accounts.queries import staff
from core.models import MailLogEntry, OutboxMessage

NAME = "Somebody who left"
Acquaintances = Callable[[User], Iterable[UUID]]
_registered: list[Acquaintances] = []


def register_acquaintances(people: Acquaintances) -> None:
    """Registers a function that returns the ids of people who may have been sent the name of a person."""
    _registered.append(people)


def acquaintances_of(user: User) -> set[UUID]:
    """Returns the ids of all who may have been sent the person's name, staff included."""
    others = {pk for people in _registered for pk in people(user)} | set(staff().values_list("pk", flat=True))
    return others - {user.pk}


def remove_name(name: str, people: Iterable[UUID]) -> None:
    """Replaces the name in the notifications of these people and in mails that are still to be sent to them. Mails that
    were sent lose their text."""
    pattern = re.compile(rf"(?<!\w)(?:{re.escape(name)}|{re.escape(escape(name))})(?!\w)")
    _rename_notifications(name, pattern, list(people))
    _rename_messages(pattern, list(people))
    _forget_texts(pattern, list(people))


def _rename_notifications(name: str, pattern: re.Pattern[str], people: list[UUID]) -> None:
    rows = Notification.objects.filter(Q(title__contains=name) | Q(text__contains=name), person__in=people)
    changed = []
    for row in rows:
        row.title, row.text = pattern.sub(NAME, row.title)[:140], pattern.sub(NAME, row.text)[:500]
        changed.append(row)
    Notification.objects.bulk_update(changed, ["title", "text"])


def _rename_messages(pattern: re.Pattern[str], people: list[UUID]) -> None:
    addresses = User.objects.filter(pk__in=people).values("email")
    messages = OutboxMessage.objects.filter(recipient__in=addresses).exclude(payload={})
    for message in messages:
        payload = _renamed(message.payload, pattern)
        if payload != message.payload:
            was_sent = message.state == OutboxMessage.State.DELIVERED
            OutboxMessage.objects.filter(pk=message.pk).update(payload={} if was_sent else payload)


def _forget_texts(pattern: re.Pattern[str], people: list[UUID]) -> None:
    """Removes the texts that name the person from the log of emails. They are encrypted, so that each has to be read."""
    addresses = User.objects.filter(pk__in=people).values("email")
    for entry in MailLogEntry.objects.filter(Q(person__in=people) | Q(recipient__in=addresses)).iterator(500):
        content = entry.opened
        if content is not None and (pattern.search(content.text) or pattern.search(content.html)):
            MailLogEntry.objects.filter(pk=entry.pk).update(content=None)
        if pattern.search(entry.subject):
            MailLogEntry.objects.filter(pk=entry.pk).update(subject=pattern.sub(NAME, entry.subject)[:250])


def _renamed(value: Any, pattern: re.Pattern[str]) -> Any:
    """Returns the value with the name replaced in all texts of its lists and objects."""
    if isinstance(value, str):
        return pattern.sub(NAME, value)
    if isinstance(value, dict):
        return {key: _renamed(member, pattern) for key, member in value.items()}
    return [_renamed(member, pattern) for member in value] if isinstance(value, list) else value
