"""Reads what mail servers report by mail: that an email came back (RFC 3464) or was reported as spam (RFC 5965).

Anybody can write such a report. It only counts with the Message-ID of an email in the log, which has 74 random bits and which
nobody but its reader and the mail servers on the way has seen; and it only marks the address that the email was sent to.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from uuid import UUID

from core.mail_log import services
from core.mail_log.models import MailEvent, MailLogEntry

MOST_BYTES = 1_000_000  # of a report, which may contain the email that it is about
MOST_PARTS = 30
OUR_ID = re.compile(rb"^(?:message-id|original-message-id):\s*<([0-9a-f-]{36})@", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class MailReport:
    """What a mail server reports of one email."""

    message: UUID
    kind: MailEvent.Kind
    text: str


def take_in(raw: bytes) -> bool:
    """Notes the report in a mail, if it is one about an email in the log; returns whether it is. A report that comes twice
    is noted once."""
    report = read(raw)
    entry = MailLogEntry.objects.filter(message=report.message).first() if report is not None else None
    if report is None or entry is None:
        return False
    key = f"report:{hashlib.sha256(raw).hexdigest()}"
    services.report(entry=entry, kind=report.kind, text=report.text, key=key)
    return True


def read(raw: bytes) -> MailReport | None:
    """Returns the report in a mail, None if it is none or names no email of ours."""
    if len(raw) > MOST_BYTES or b"multipart/report" not in raw[:20_000].lower():
        return None
    try:
        parsed = BytesParser(policy=compat32).parsebytes(raw)
        parts = list(_parts(parsed))
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return None  # what Python's parser raises at mails that break the rules
    message = _message_id(raw)
    if message is None or parsed.get_content_type() != "multipart/report":
        return None
    kinds = {part.get_content_type() for part in parts}
    if "message/feedback-report" in kinds:
        return MailReport(message, MailEvent.Kind.COMPLAINED, "Reported as spam at the reader's mail provider")
    if "message/delivery-status" in kinds:
        return _delivery_report(message, parts)
    return None


def _parts(parsed: Message) -> list[Message]:
    parts = parsed.get_payload()
    return [part for part in parts if isinstance(part, Message)][:MOST_PARTS] if isinstance(parts, list) else []


def _message_id(raw: bytes) -> UUID | None:
    """Returns the id of our email that the report quotes, in whole or by its headers. The report's own Message-ID is the
    first one, and not ours."""
    for match in OUR_ID.finditer(raw):
        try:
            return UUID(match[1].decode())
        except ValueError:
            continue
    return None


def _delivery_report(message: UUID, parts: list[Message]) -> MailReport | None:
    """Returns the report about the first recipient whose mail failed or is delayed; our emails have one recipient."""
    for part in parts:
        if part.get_content_type() != "message/delivery-status":
            continue
        for fields in _parts(part):
            action = str(fields.get("Action", "")).strip().lower()
            status = str(fields.get("Status", "")).strip()
            diagnostic = str(fields.get("Diagnostic-Code", "")).partition(";")[2].strip()
            text = diagnostic if status and status in diagnostic else f"{status} {diagnostic}".strip()
            if action == "failed":
                return MailReport(message, MailEvent.Kind.BOUNCED, text)
            if action == "delayed":
                return MailReport(message, MailEvent.Kind.DELAYED, text)
            if action == "delivered":
                return MailReport(message, MailEvent.Kind.DELIVERED, text)
    return None
