"""Deletes what people wrote long ago, where the operator has set for how long it is kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts import notifications
from messaging.models import Message, MessageReport
from messaging.notifications import KIND
from messaging.services import erase

AT_ONCE = 500


def delete_old(now: datetime) -> int:
    """Deletes the words and files of messages older than `MESSAGES_KEPT_DAYS`; the marks stay, so that no number is
    missing. Messages with an open report stay until it is settled. Notifications in Waymark, which show a line, are
    deleted too; reports keep their lines. Returns how many messages it has deleted."""
    if not settings.MESSAGES_KEPT_DAYS:
        return 0
    before = now - timedelta(days=settings.MESSAGES_KEPT_DAYS)
    notifications.delete_old(kind=KIND, before=before)
    open_reports = MessageReport.objects.filter(message=OuterRef("pk"), settled_at__isnull=True)
    old = Message.objects.filter(
        ~Exists(open_reports), created_at__lt=before, subject_kind="", deleted_at__isnull=True
    ).order_by("created_at")
    count = 0
    while messages := list(old[:AT_ONCE]):
        with transaction.atomic():
            erase(messages, now)
        count += len(messages)
    return count
