"""Reads the mailbox that answers by mail arrive in, by IMAP.

What was taken in, refused or sent by a program is deleted there. Mail to no address of ours is marked as read and stays, for
the operator. A mail that cannot be taken in yet, such as while files cannot be checked for viruses, goes to the inbox of
webhooks: there it is tried again at growing intervals for four days, and then waits for the operator.
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
from django.db import DatabaseError, OperationalError

from core import webhooks
from core.errors import Refused
from messaging.mail_answers import webhook
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
            _take_in(mailbox, uid)
            count += 1
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
        if parts.scheme == "imap" and not _is_this_machine(host):
            mailbox.starttls(ssl_context=ssl.create_default_context())  # raises where the server does not offer it
        mailbox.login(unquote(parts.username or ""), unquote(parts.password or ""))
        status, answer = mailbox.select(unquote(parts.path.strip("/")) or "INBOX")
        if status != "OK":
            raise imaplib.IMAP4.error(f"the folder cannot be opened: {answer!r}")
        yield mailbox
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            mailbox.logout()


def _is_this_machine(host: str) -> bool:
    """Whether the connection does not leave this machine, so that the password can be sent without encryption."""
    return host in ("localhost", "127.0.0.1", "::1")


def _unread(mailbox: imaplib.IMAP4) -> list[str]:
    _, answer = mailbox.uid("SEARCH", "UNSEEN")
    return answer[0].decode().split() if answer and answer[0] else []


def _take_in(mailbox: imaplib.IMAP4, uid: str) -> None:
    """Takes in one mail, and marks it by its outcome."""
    raw, is_cut = _fetched(mailbox, uid)
    try:
        flags = _flags_after(raw, is_cut=is_cut)
    except OperationalError:  # the database is away, so that nothing can be stored either
        raise
    except Exception:
        logger.exception("a mail could not be taken in; it is marked in the mailbox")
        flags = r"(\Seen \Flagged)"
    mailbox.uid("STORE", uid, "+FLAGS", flags)


def _flags_after(raw: bytes, *, is_cut: bool) -> str:
    """Takes in the mail, or stores it to be tried again; returns the flags that it gets in the mailbox."""
    try:
        outcome = take_in(raw, is_cut=is_cut)
    except (DatabaseError, Refused) as error:
        if is_cut:
            raise
        logger.warning("a mail is taken in later: %s", error)
        webhooks.store_for_later(webhook.SOURCE, webhooks.Incoming(raw, {"Content-Type": "message/rfc822"}))
        return r"(\Seen \Deleted)"
    return r"(\Seen)" if outcome == Outcome.UNKNOWN else r"(\Seen \Deleted)"


def _fetched(mailbox: imaplib.IMAP4, uid: str) -> tuple[bytes, bool]:
    """Returns the mail, or its headers only if it is too large, and whether that is so."""
    _, answer = mailbox.uid("FETCH", uid, "(RFC822.SIZE)")
    size = SIZE.search(b" ".join(part if isinstance(part, bytes) else part[0] for part in answer if part))
    is_large = size is not None and int(size[1]) > MOST_BYTES
    _, parts = mailbox.uid("FETCH", uid, "(BODY.PEEK[HEADER])" if is_large else "(BODY.PEEK[])")
    return next(part[1] for part in parts if isinstance(part, tuple)), is_large
