"""Emails: written once, rendered as HTML and text, and delivered through the outbox."""

from __future__ import annotations

import smtplib
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string

from core import outbox
from core.errors import Refusal, Refused
from core.ids import uuid7
from core.mail_log import services as mail_log
from core.mail_log.content import MailContent
from core.mail_log.kinds import kind_of
from core.mail_log.queries import dead_address
from core.models import MailLogEntry, OutboxMessage
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
    stop: tuple[str, str] | None = None  # (label, address): what the mail programs' own button to unsubscribe posts to
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
    """Returns subject, text and HTML of the email, and where it is stopped, if it can be. The subject is one line, because
    mail headers may hold no other."""
    texts = {
        "subject": tidy(email.subject),
        "text": render_to_string("core/mail/email.txt", asdict(email)),
        "html": render_to_string("core/mail/email.html", asdict(email)),
    }
    return texts | ({"unsubscribe": email.stop[1]} if email.stop else {})


def deliver(message: OutboxMessage) -> None:
    """Sends the email of an outbox message, as it was rendered when it was queued, or sent before."""
    payload = message.payload
    invitation = Invitation(payload["method"], payload["invitation"]) if payload.get("invitation") else None
    send_to(message, payload, message.recipient, invitation, reply_to=payload.get("reply_to", ""))


def send(message: OutboxMessage, texts: dict[str, Any], invitation: Invitation | None = None) -> None:
    """Sends an email to the recipient of an outbox message; see `send_to`."""
    send_to(message, texts, message.recipient, invitation)


def send_to(
    message: OutboxMessage,
    texts: dict[str, Any],
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
    content = _content(texts, invitation, reply_to)
    kind = str(message.payload.get("kind", "")) if message.channel == CHANNEL else ""
    entry = mail_log.begin_try(
        message, kind=kind or kind_of(message.event), to=address, subject=texts["subject"], content=content
    )
    if mail_log.hold_if_dead(entry):
        return
    mail = _message(message, texts["subject"], address, content)
    try:
        mail.send()
    except Exception as error:
        is_refused = _is_refused_for_good(error)
        mail_log.was_refused(entry, error, is_final=is_refused or message.attempts >= outbox.MOST_ATTEMPTS)
        if is_refused:
            raise outbox.Undeliverable(str(error)) from error
        raise
    mail_log.was_accepted(entry, _provider_id(mail))


def _content(texts: dict[str, Any], invitation: Invitation | None, reply_to: str) -> MailContent:
    return MailContent(
        text=texts["text"],
        html=texts["html"],
        method=invitation.method if invitation is not None else "",
        invitation=invitation.text if invitation is not None else "",
        reply_to=reply_to,
        unsubscribe=texts.get("unsubscribe", ""),
    )


def _message(message: OutboxMessage, subject: str, address: str, content: MailContent) -> EmailMultiAlternatives:
    host = urlsplit(settings.SITE_URL).hostname or "waymark"
    headers = {"Message-ID": f"<{message.pk}@{host}>", "Auto-Submitted": "auto-generated"}
    if content.unsubscribe:  # RFC 8058: mail programs stop it with one click, by a POST without cookies
        headers["List-Unsubscribe"] = f"<{content.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail = EmailMultiAlternatives(
        subject, content.text, to=[address], reply_to=[content.reply_to] if content.reply_to else None, headers=headers
    )
    if settings.MAIL_BOUNCES_ADDRESS:
        # Django takes the envelope from `from_email`, and what people read from the header.
        mail.from_email = settings.MAIL_BOUNCES_ADDRESS
        mail.extra_headers["From"] = settings.DEFAULT_FROM_EMAIL
    mail.attach_alternative(content.html, "text/html")
    if content.invitation:
        # Mail programs show a calendar entry only as the last alternative and with the method in its type as well.
        mail.attach_alternative(content.invitation, f"text/calendar; method={content.method}")
        mail.attach("invite.ics", content.invitation, "application/ics")
    return mail


def _is_refused_for_good(error: Exception) -> bool:
    """Whether the mail server, or the provider's API, refuses all recipients and another try cannot change that."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return type(error).__name__ == "AnymailRecipientsRefused"  # of a package that need not be installed


def _provider_id(mail: EmailMultiAlternatives) -> str:
    """Returns the id that a mail provider has given the email, by which it reports what becomes of it."""
    number = getattr(getattr(mail, "anymail_status", None), "message_id", None)
    return "" if number is None else str(number)


@transaction.atomic
def send_again(*, entry: MailLogEntry, by: Any) -> None:
    """Sends an email of the log once more, for staff: one that was given up as it waits in the outbox, and any other as it
    was written then. Raises Refused where its text is no longer kept, its address is not mailed, or somebody has just sent
    it again, so that two clicks send it once."""
    mail_log.claim_another_try(entry)
    if dead_address(entry.recipient) is not None:
        raise Refused(Refusal.INVALID, f"{entry.recipient} takes no mail. Allow mail to it first.")
    message = OutboxMessage.objects.filter(pk=entry.message).first()
    is_kept = message is not None and message.state != OutboxMessage.State.DELIVERED
    if message is None or not is_kept:
        _queue_copy(entry)
    elif message.state == OutboxMessage.State.DEAD:
        outbox.retry(message)
    else:
        outbox.hasten(channel=message.channel, events=[message.event])
    mail_log.was_sent_again(entry, by, in_another=not is_kept)


def _queue_copy(entry: MailLogEntry) -> None:
    content = entry.opened
    if content is None:
        raise Refused(Refusal.INVALID, "The text of this email is no longer kept, so it cannot be sent again.")
    outbox.put(
        event=f"again:{uuid7()}",
        channel=CHANNEL,
        recipient=entry.recipient,
        payload={"subject": entry.subject, "kind": entry.kind, **asdict(content)},
    )
