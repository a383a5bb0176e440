"""Delivers the emails of a test, and reads them."""

from __future__ import annotations

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import vobject

from core import outbox


def delivered(folder: Path) -> list[EmailMessage]:
    """Delivers everything that waits, and returns all emails delivered so far, oldest first."""
    outbox.deliver_due()
    return read(folder)


def read(folder: Path) -> list[EmailMessage]:
    parser = BytesParser(policy=policy.default)
    return [parser.parsebytes(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]


def to(mails: list[EmailMessage], address: str) -> list[EmailMessage]:
    return [mail for mail in mails if mail["To"] == address]


def text_of(mail: EmailMessage) -> str:
    return _content_of(mail, "plain")


def html_of(mail: EmailMessage) -> str:
    return _content_of(mail, "html")


def _content_of(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None, f"the email has no {kind} part"
    return str(part.get_content())


def entry_of(mail: EmailMessage) -> Any:
    """Returns the calendar entry parsed with vobject, which shares no code with the library that wrote it."""
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    return vobject.readOne(part.get_content())
