"""The demo's emails, kept as `.eml` files, which /demo/mail/ shows and any mail program can open."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage as ParsedMessage
from email.message import Message
from email.parser import BytesParser
from email.utils import formatdate, make_msgid
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from core import live

TOPIC = "demo-mail"

Receiver = Callable[[bytes], object]
_receivers: list[Receiver] = []


def register_receiver(receive: Receiver) -> None:
    """Registers a function that takes in the answers to the demo's emails, as a mail server would deliver them."""
    _receivers.append(receive)


def deliver_answer(letter: StoredEmail, *, sender: str, text: str, files: Sequence[UploadedFile[bytes]]) -> None:
    """Writes the answer that a mail program would send, with the email quoted below it, and delivers it."""
    answer = ParsedMessage(policy=policy.SMTP)
    answer["From"], answer["To"], answer["Subject"] = sender, letter.reply_to, f"Re: {letter.subject}"
    answer["Date"], answer["Message-ID"] = formatdate(), make_msgid(domain="demo.test")
    quoted = "\n".join(f"> {line}" for line in letter.text.splitlines())
    answer.set_content(f"{text}\n\nOn {letter.sent_at:%a, %d %b %Y at %H:%M}, {letter.sender} wrote:\n{quoted}\n")
    for file in files:
        maintype, _, subtype = (file.content_type or "application/octet-stream").partition("/")
        answer.add_attachment(file.read(), maintype=maintype, subtype=subtype or "octet-stream", filename=file.name)
    for receive in _receivers:
        receive(answer.as_bytes())


class FolderBackend(BaseEmailBackend):
    """Writes each email to a file in the demo's mail folder."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.DEMO_MAIL_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{secrets.token_hex(4)}"
            partial = folder / f"{name}.part"
            partial.write_bytes(message.message().as_bytes())
            partial.rename(folder / f"{name}.eml")
        live.publish(TOPIC, "change")
        return len(email_messages)


@dataclass(frozen=True)
class StoredEmail:
    """One email of the demo's mail folder, parsed."""

    name: str
    sender: str
    to: str
    reply_to: str
    subject: str
    sent_at: datetime
    text: str
    html: str
    attachments: list[tuple[str, bytes, str]]


def stored_emails() -> list[StoredEmail]:
    """Returns the latest hundred emails, newest first."""
    paths = sorted(Path(settings.DEMO_MAIL_FOLDER).glob("*.eml"), reverse=True)[:100]
    return [_read(path) for path in paths]


def stored_email(name: str) -> StoredEmail | None:
    path = Path(settings.DEMO_MAIL_FOLDER) / f"{name}.eml"
    return _read(path) if path.is_file() else None


def _read(path: Path) -> StoredEmail:
    parsed = BytesParser(_class=ParsedMessage, policy=policy.default).parsebytes(path.read_bytes())
    return StoredEmail(
        name=path.stem,
        sender=str(parsed["From"] or ""),
        to=str(parsed["To"] or ""),
        reply_to=str(parsed["Reply-To"] or ""),
        subject=str(parsed["Subject"] or "(no subject)"),
        sent_at=datetime.strptime(path.stem[:22], "%Y%m%d-%H%M%S-%f").replace(tzinfo=UTC),
        text=_body(parsed, "plain"),
        html=_body(parsed, "html"),
        attachments=[_attachment(part, number) for number, part in enumerate(parsed.iter_attachments(), start=1)],
    )


def _body(parsed: ParsedMessage, kind: str) -> str:
    part = parsed.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""


def _attachment(part: Message, number: int) -> tuple[str, bytes, str]:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    return part.get_filename() or f"attachment-{number}", content, part.get_content_type()
