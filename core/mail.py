"""Emails: written once, rendered as HTML and text, and delivered through the outbox."""

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
    """The content of an email, which is rendered as HTML and as text."""

    subject: str
    greeting: str
    paragraphs: list[str]
    button: tuple[str, str] | None = None  # (label, address)
    facts: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)  # (label, address), below the facts
    actions: list[tuple[str, str]] = field(default_factory=list)  # (label, address), the lesser ones below the button
    small_print: str = ""
    answer_above: str = ""  # the line at the top above which an answer is written, where the email can be answered


@dataclass(frozen=True)
class Invitation:
    """A calendar entry to attach; `method` is that of iTIP, such as REQUEST or CANCEL."""

    method: str
    text: str


def queue_email(email: Email, *, to: str, event: str) -> bool:
    """Puts the email into the outbox in the caller's transaction; returns False if the event's email is there already."""
    return outbox.put(event=event, channel=CHANNEL, recipient=to, payload=rendered(email))


def rendered(email: Email) -> dict[str, str]:
    """Returns subject, text and HTML of the email. The subject is one line, because mail headers may hold no other."""
    return {
        "subject": tidy(email.subject),
        "text": render_to_string("core/mail/email.txt", asdict(email)),
        "html": render_to_string("core/mail/email.html", asdict(email)),
    }


def deliver(message: OutboxMessage) -> None:
    """Sends the email of an outbox message, as it was rendered when it was queued."""
    send(message, message.payload)


def send(message: OutboxMessage, words: dict[str, Any], invitation: Invitation | None = None) -> None:
    """Sends an email to the recipient of an outbox message; see `send_to`."""
    send_to(message, words, message.recipient, invitation)


def send_to(
    message: OutboxMessage,
    words: dict[str, Any],
    address: str,
    invitation: Invitation | None = None,
    *,
    reply_to: str = "",
) -> None:
    """Sends an email, with the id of the outbox message as Message-ID, so that retries have the same.

    The address is given separately for messages whose recipient is not an address, such as one that is looked up when the
    email is sent. Answers go to `reply_to`, or to the sender of all emails. Raises Undeliverable if the mail server refuses
    all recipients for good.
    """
    host = urlsplit(settings.SITE_URL).hostname or "waymark"
    mail = EmailMultiAlternatives(
        words["subject"],
        words["text"],
        to=[address],
        reply_to=[reply_to] if reply_to else None,
        headers={"Message-ID": f"<{message.pk}@{host}>", "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(words["html"], "text/html")
    if invitation is not None:
        # Mail programs show a calendar entry only as the last alternative and with the method in its type as well.
        mail.attach_alternative(invitation.text, f"text/calendar; method={invitation.method}")
        mail.attach("invite.ics", invitation.text, "application/ics")
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as refused:
        if all(code >= 500 for code, _ in refused.recipients.values()):
            raise outbox.Undeliverable(str(refused)) from refused
        raise
