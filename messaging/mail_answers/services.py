"""Takes in the mails that people answer with. Each becomes one message, or is refused by a mail with the reason."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse

from core import mail
from core.errors import Refusal, Refused
from core.limits import Limit
from core.mail import Email
from core.mail_log import reports
from messaging import services
from messaging.files import accepted_files
from messaging.limits import SENDS
from messaging.mail_answers import addresses, parsing
from messaging.mail_answers.addresses import AnswerAddress
from messaging.mail_answers.parsing import MOST_BYTES, IncomingMail, UnreadableMail
from messaging.mail_answers.senders import is_genuine, is_sent_by
from messaging.subjects import contact_of

REFUSALS = Limit("mails about refused answers", 10, timedelta(days=1))
REVOKED = "It was sent to an address that is no longer valid. Open the conversation, or reply to the latest mail."
TOO_LARGE = f"A mail can have at most {MOST_BYTES // 1_000_000} MB. Open the conversation and add the files there."

TOO_COMPLEX = "Your mail has too many parts: open the conversation, and write your answer there."


class Outcome(Enum):
    SENT = "sent"  # it is a message now, or was one before
    REFUSED = "refused"  # its sender got a mail with the reason
    REPORT = "report"  # a mail server says what became of one of our emails
    AUTOMATIC = "automatic"  # an absence note, a bounce or the like
    UNKNOWN = "unknown"  # it was sent to no address that Waymark has given out


class Reader(NamedTuple):
    """Where a participant is written to, and the path of their conversation."""

    email: str
    path: str


def take_in(raw: bytes, *, is_cut: bool = False) -> Outcome:
    """Saves the answer in a mail as a message of whoever was written to; the same mail again changes nothing.

    `is_cut` says that the mail was too large to be read as a whole. Raises Refused where it can be tried again later,
    such as while files cannot be checked for viruses.
    """
    if not is_cut and reports.take_in(raw):
        return Outcome.REPORT
    try:
        letter = parsing.read(raw)
    except UnreadableMail:
        return Outcome.UNKNOWN
    if letter.is_automatic:
        return Outcome.AUTOMATIC
    address = next(filter(None, map(addresses.opened, letter.recipients)), None)
    reader = _reader_of(address, letter) if address is not None else None
    if address is None or reader is None:
        return Outcome.UNKNOWN
    try:
        if is_cut or len(raw) > MOST_BYTES:
            raise Refused(Refusal.TOO_LARGE, TOO_LARGE)
        if letter.is_too_complex:
            raise Refused(Refusal.INVALID, TOO_COMPLEX)
        _send(letter, address, reader)
    except Refused as refused:
        if refused.refusal == Refusal.UNAVAILABLE:
            raise
        _refuse(letter, refused.text, reader)
        return Outcome.REFUSED
    return Outcome.SENT


def _reader_of(address: AnswerAddress, letter: IncomingMail) -> Reader | None:
    """Returns where the participant is written to; None for a closed account, and for a guest whose link has ended.

    Where the conversation has become one with another, it is the sender, who had a mail of ours.
    """
    participant = address.participant
    if participant is None:
        return Reader(letter.sender, reverse("messaging:inbox")) if letter.sender and is_genuine(letter) else None
    if participant.user is not None:
        path = reverse("messaging:conversation", args=[participant.conversation_id])
        return Reader(participant.user.email, path) if participant.user.is_active else None
    contact = contact_of(participant.guest_key)
    return Reader(contact.email, contact.path) if contact is not None and contact.is_open else None


def _send(letter: IncomingMail, address: AnswerAddress, reader: Reader) -> None:
    if not is_sent_by(letter, reader.email):
        sender = letter.sender or "more than one sender"
        raise Refused(
            Refusal.FORBIDDEN, f"It came from {sender}. Reply from {reader.email}, the address that we write to."
        )
    participant = address.participant
    if participant is None or address.is_revoked:
        raise Refused(Refusal.STALE, REVOKED)
    SENDS.hit(str(participant.user_id or participant.pk))
    services.send(
        sender=participant,
        text=letter.text,
        client_key=f"mail:{letter.key}",
        files=accepted_files(letter.files),
        has_read=participant.mailed_number,
    )


def _refuse(letter: IncomingMail, reason: str, reader: Reader) -> None:
    """Queues a mail with the reason to the participant, never to another address that the mail came from."""
    usage = REFUSALS.count(reader.email)
    if usage is not None and usage.is_exceeded:
        return
    email = Email(
        subject="Your reply was not sent",
        greeting="Hello,",
        paragraphs=[f"We could not send your reply. {reason}"],
        button=("Open the conversation", f"{settings.SITE_URL}{reader.path}"),
    )
    mail.queue_email(email, to=reader.email, event=f"mail answer refused:{letter.key}")
