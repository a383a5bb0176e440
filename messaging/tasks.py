"""Periodic jobs about messages."""

from __future__ import annotations

import imaplib
import logging
from datetime import datetime, timedelta

from django.conf import settings

from core.jobs import periodic
from messaging import retention
from messaging.mail_answers import mailbox

logger = logging.getLogger(__name__)


@periodic(every=timedelta(minutes=1))
def read_answers_by_mail(now: datetime) -> None:
    """Takes in answers by mail from the mailbox, where there is one."""
    if not settings.MAIL_ANSWERS_MAILBOX:
        return
    try:
        mailbox.read_new()
    except (imaplib.IMAP4.error, OSError) as error:
        logger.warning("the mailbox for answers cannot be read: %s", error)


@periodic(every=timedelta(days=1), offset=timedelta(hours=5))
def delete_old_messages(now: datetime) -> None:
    retention.delete_old(now)
