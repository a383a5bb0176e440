"""Reads the mailbox that answers by mail arrive in, by IMAP.

What was taken in, refused or sent by a program is deleted there. Mail to no address of ours is marked as read and stays, for
the operator. A mail that cannot be taken in yet stays unread, and is tried again a minute later.
"""

from __future__ import annotations

import imaplib
import logging
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import DatabaseError

from core.errors import Refused
from messaging.mail_answers.parsing import MOST_BYTES
from messaging.mail_answers.services import Outcome, take_in

logger = logging.getLogger(__name__)

SECONDS = 20  # for each answer of the server
LONGEST_RUN = 120.0  # seconds, after which the rest waits for the next run
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


def read_new() -> int:
    """Takes in the unread mails of the mailbox, the oldest first; returns how many it has dealt with."""
    count, started_at = 0, time.monotonic()
    with _opened() as mailbox:
        for uid in _unread(mailbox):
            if time.monotonic() - started_at > LONGEST_RUN:
                break
            count += _take_in(mailbox, uid)
        mailbox.expunge()
    return count


@contextmanager
def _opened() -> Iterator[imaplib.IMAP4]:
    """Signs in to the mailbox of `MAIL_ANSWERS_MAILBOX`, and opens the folder in its path or else the inbox."""
    parts = urlsplit(settings.MAIL_ANSWERS_MAILBOX)
    host = parts.hostname or ""
    if parts.scheme == "imaps":
        checked = ssl.create_default_context()  # by default imaplib takes any certificate
        mailbox: imaplib.IMAP4 = imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=checked, timeout=SECONDS)
    else:
        mailbox = imaplib.IMAP4(host, parts.port or 143, timeout=SECONDS)
    try:
        mailbox.login(unquote(parts.username or ""), unquote(parts.password or ""))
        status, answer = mailbox.select(unquote(parts.path.strip("/")) or "INBOX")
        if status != "OK":
            raise imaplib.IMAP4.error(f"the folder cannot be opened: {answer!r}")
        yield mailbox
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            mailbox.logout()


def _unread(mailbox: imaplib.IMAP4) -> list[str]:
    _, answer = mailbox.uid("SEARCH", "UNSEEN")
    return answer[0].decode().split() if answer and answer[0] else []


def _take_in(mailbox: imaplib.IMAP4, uid: str) -> bool:
    """Takes in one mail and marks it by its outcome; returns False if it has to be tried again."""
    try:
        raw, is_cut = _fetched(mailbox, uid)
        outcome = take_in(raw, is_cut=is_cut)
    except (DatabaseError, Refused) as error:
        logger.warning("a mail is taken in later: %s", error)
        return False
    except (imaplib.IMAP4.error, OSError):
        raise
    except Exception:
        logger.exception("a mail could not be taken in; it is marked in the mailbox")
        mailbox.uid("STORE", uid, "+FLAGS", r"(\Seen \Flagged)")
        return True
    flags = r"(\Seen)" if outcome == Outcome.UNKNOWN else r"(\Seen \Deleted)"
    mailbox.uid("STORE", uid, "+FLAGS", flags)
    return True


def _fetched(mailbox: imaplib.IMAP4, uid: str) -> tuple[bytes, bool]:
    """Returns the mail, or its headers only if it is too large, and whether that is so."""
    _, answer = mailbox.uid("FETCH", uid, "(RFC822.SIZE)")
    size = SIZE.search(b" ".join(part if isinstance(part, bytes) else part[0] for part in answer if part))
    is_large = size is not None and int(size[1]) > MOST_BYTES
    _, parts = mailbox.uid("FETCH", uid, "(BODY.PEEK[HEADER])" if is_large else "(BODY.PEEK[])")
    return next(part[1] for part in parts if isinstance(part, tuple)), is_large
