"""Mail: one letter, from which both HTML and text are made, delivered through the outbox."""

from __future__ import annotations

import smtplib
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from core import outbox
from core.models import OutboxMessage
from core.names import tidy

CHANNEL = "mail"


@dataclass(frozen=True)
class Email:
    """What a mail says: the same words in HTML and in text."""

    subject: str
    greeting: str
    paragraphs: list[str]
    button: tuple[str, str] | None = None  # (label, address)
    facts: list[tuple[str, str]] = field(default_factory=list)
    small_print: str = ""


@dataclass(frozen=True)
class Invitation:
    """A calendar entry that goes along: calendar programs answer to its method."""

    method: str
    text: str


def queue_email(letter: Email, *, to: str, event: str) -> bool:
    """Puts the letter into the outbox, in the caller's transaction; False if that event's was there already."""
    return outbox.put(event=event, channel=CHANNEL, recipient=to, payload=rendered(letter))


def rendered(letter: Email) -> dict[str, str]:
    """The letter as it leaves: one line of subject, whatever it was made from, text, and HTML."""
    return {
        "subject": tidy(letter.subject),
        "text": render_to_string("core/mail/email.txt", asdict(letter)),
        "html": render_to_string("core/mail/email.html", asdict(letter)),
    }


def deliver(message: OutboxMessage) -> None:
    """Hands one letter to the mail server."""
    send(message, message.payload)


def send(message: OutboxMessage, words: dict[str, Any], invitation: Invitation | None = None) -> None:
    """The same message has the same id each time it is tried."""
    host = urlsplit(settings.SITE_URL).hostname or "waymark"
    mail = EmailMultiAlternatives(
        words["subject"],
        words["text"],
        to=[message.recipient],
        headers={"Message-ID": f"<{message.pk}@{host}>", "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(words["html"], "text/html")
    if invitation is not None:
        # Last among the alternatives, with the method said twice, or mail programs show a plain file.
        mail.attach_alternative(invitation.text, f"text/calendar; method={invitation.method}")
        mail.attach("invite.ics", invitation.text, "application/ics")
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as refused:
        if all(code >= 500 for code, _ in refused.recipients.values()):
            raise outbox.Undeliverable(str(refused)) from refused
        raise
