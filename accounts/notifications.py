"""Telling people: in Waymark, live in an open window, and by mail, each unless they would rather not."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.models import Notification, User
from core import clock, live
from core.mail import Email, queue_email
from core.registry import notification_kind

TOPIC = "person"


@dataclass(frozen=True)
class NewNotification:
    """What happened. `event` names it once and for all: telling it again tells nobody twice."""

    kind: str
    event: str
    title: str
    text: str
    path: str
    call: str  # what the mail's button says

    @property
    def address(self) -> str:
        return f"{settings.SITE_URL}{self.path}"


@transaction.atomic
def notify(person: User, news: NewNotification) -> None:
    """In the caller's transaction: nothing is told of what did not happen."""
    if notification_kind(news.kind).is_reminder and not person.wants_reminders:
        return
    notify_in_app(person, news)
    if person.wants_mail and person.is_active:
        letter = Email(
            subject=news.title,
            greeting=f"Hello {person.display_name},",
            paragraphs=[f"{news.title}."] + ([news.text] if news.text else []),
            button=(news.call, news.address),
            small_print="You can switch these mails off on your account page.",
        )
        queue_email(letter, to=person.email, event=news.event)


def notify_in_app(person: User, news: NewNotification) -> None:
    """In Waymark alone, for news that has a mail of its own."""
    if not person.wants_notifications:
        return
    _, is_new = Notification.objects.get_or_create(
        person=person,
        event=news.event,
        defaults={"kind": news.kind, "title": news.title[:140], "text": news.text[:500], "url": news.path},
    )
    if is_new:
        _show(person)


@transaction.atomic
def read(*, person: User, notification: UUID | None = None) -> int:
    """Marks one as read, or all; returns how many were new."""
    unread = Notification.objects.filter(person=person, read_at__isnull=True)
    if notification is not None:
        unread = unread.filter(pk=notification)
    count = unread.update(read_at=clock.now())
    if count:
        _show(person)
    return count


def may_hear(user: object, key: str) -> bool:
    """One hears one's own."""
    return bool(getattr(user, "is_authenticated", False)) and str(getattr(user, "pk", "")) == key


def _show(person: User) -> None:
    live.publish(f"{TOPIC}:{person.pk}", "change")
