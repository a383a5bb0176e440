"""Notifications: shown in Waymark, pushed to open pages, and mailed, as each person's settings allow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from accounts.models import Notification, User
from core import clock, live
from core.ids import uuid7
from core.mail import Email, queue_email
from core.models import OutboxMessage
from core.registry import notification_kind

TOPIC = "person"
IMPORTANT = "You get this mail even if you have turned mails off, because it is important for your account."


@dataclass(frozen=True)
class NewNotification:
    """A notification to send. `event` identifies what happened: a person is notified of the same event once."""

    kind: str
    event: str
    title: str
    text: str
    path: str
    call: str  # the text of the button in the mail
    is_important: bool = False  # mailed also to people who want no mail, such as about the security of their account

    @property
    def address(self) -> str:
        return f"{settings.SITE_URL}{self.path}"


@transaction.atomic
def notify(person: User, news: NewNotification) -> None:
    """Notifies the person in Waymark and by mail, as far as their settings allow. What is important is mailed always.

    It writes rows in the caller's transaction, so that nothing is sent if that is rolled back.
    """
    if notification_kind(news.kind).is_reminder and not person.wants_reminders:
        return
    notify_in_app(person, news)
    if (person.wants_mail or news.is_important) and person.is_active:
        mail = Email(
            subject=news.title,
            greeting=f"Hello {person.display_name},",
            paragraphs=[f"{news.title}."] + ([news.text] if news.text else []),
            button=(news.call, news.address),
            small_print=IMPORTANT if news.is_important else "You can turn these mails off on your account page.",
        )
        queue_email(mail, to=person.email, event=news.event)


def notify_in_app(person: User, news: NewNotification) -> None:
    """Notifies the person in Waymark only, for events that send a mail of their own. One query."""
    if not person.wants_notifications:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO accounts_notification (id, created_at, changed_at, person_id, event, kind, title, text, url)
            VALUES (%s, now(), now(), %s, %s, %s, %s, %s, %s)
            ON CONFLICT (person_id, event) DO NOTHING RETURNING 1
            """,
            [uuid7(), person.pk, news.event, news.kind, news.title[:140], news.text[:500], news.path],
        )
        is_new = cursor.fetchone() is not None
    if is_new:
        _publish_change(person)


def was_notified(person: User, beginning: str, *, since: datetime) -> bool:
    """Whether the person was notified since then, in Waymark or by mail, of an event that begins so. Two queries."""
    in_waymark = Notification.objects.filter(person=person, event__startswith=beginning, created_at__gt=since)
    mailed = OutboxMessage.objects.filter(event__startswith=beginning, recipient=person.email, created_at__gt=since)
    return in_waymark.exists() or mailed.exists()


def withdraw_notification(person: User, event: str) -> None:
    """Deletes what the person was told in Waymark about an event that was taken back."""
    if Notification.objects.filter(person=person, event=event).delete()[0]:
        _publish_change(person)


def delete_old(*, kind: str, before: datetime) -> int:
    """Deletes the notifications of a kind from before this time, for everybody; returns how many."""
    count, _ = Notification.objects.filter(kind=kind, created_at__lt=before).delete()
    return count


@transaction.atomic
def read(*, person: User, notification: UUID | None = None) -> int:
    """Marks one notification as read, or all of them; returns how many were unread."""
    unread = Notification.objects.filter(person=person, read_at__isnull=True)
    if notification is not None:
        unread = unread.filter(pk=notification)
    count = unread.update(read_at=clock.now())
    if count:
        _publish_change(person)
    return count


def may_subscribe(user: object, key: str) -> bool:
    """Whether the user may follow the live topic of the person with this key: everybody only their own."""
    return bool(getattr(user, "is_authenticated", False)) and str(getattr(user, "pk", "")) == key


def _publish_change(person: User) -> None:
    live.publish(f"{TOPIC}:{person.pk}", "change")
