"""Writes the log of emails, and marks addresses that take no mail."""

from __future__ import annotations

import smtplib
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F

from core import audit, clock
from core.characters import marked
from core.errors import Refusal, Refused
from core.mail_log.content import MailContent, sealed
from core.mail_log.models import DeadAddress, MailEvent, MailLogEntry
from core.mail_log.rules import is_address_gone
from core.mail_log.signals import address_died
from core.models import OutboxMessage
from core.redaction import redacted

State = MailLogEntry.State
Kind = MailEvent.Kind
MOST_BOUNCES = 3  # of one address within BOUNCES_COUNT_FOR, whatever the reason, before it is not mailed any more
BOUNCES_COUNT_FOR = timedelta(days=30)
ROWS_AT_ONCE = 5_000
AGAIN_AFTER = timedelta(minutes=1)


def begin_try(message: OutboxMessage, *, kind: str, to: str, subject: str, content: MailContent) -> MailLogEntry:
    """Writes the email that is about to be sent, or counts one more try of it. Three queries for a new one."""
    values = {"recipient": to.lower(), "subject": subject[:250], "content": sealed(content), "kind": kind}
    entry = MailLogEntry.objects.filter(message=message.pk).first()
    if entry is None:
        people = get_user_model().objects
        person = people.filter(email=to.lower()).values_list("pk", flat=True).first()
        return MailLogEntry.objects.create(message=message.pk, person_id=person, tries=1, **values)
    MailLogEntry.objects.filter(pk=entry.pk).update(tries=F("tries") + 1, **values)
    return entry


def was_accepted(entry: MailLogEntry, provider_id: str = "") -> None:
    """Notes that the mail server has taken the email."""
    now = clock.now()
    MailLogEntry.objects.filter(pk=entry.pk).update(
        state=State.SENT, sent_at=now, last_response="", provider_id=provider_id[:200]
    )
    _add_event(entry, Kind.ACCEPTED, "")


def was_refused(entry: MailLogEntry, error: Exception, *, is_final: bool) -> None:
    """Notes what the mail server said when it did not take the email, and marks the address if that says it is gone."""
    text = describe_error(error)
    MailLogEntry.objects.filter(pk=entry.pk).update(
        state=State.FAILED if is_final else State.WAITING, last_response=text
    )
    _add_event(entry, Kind.REFUSED, text)
    if is_final and isinstance(error, smtplib.SMTPRecipientsRefused) and is_address_gone(text):
        mark_dead(address=entry.recipient, reason=DeadAddress.Reason.BOUNCED, text=text, entry=entry)


def claim_another_try(entry: MailLogEntry) -> None:
    """Locks the email until the transaction ends; refuses if it was sent again less than a minute ago."""
    MailLogEntry.objects.select_for_update(no_key=True).only("pk").get(pk=entry.pk)
    if entry.events.filter(kind=Kind.AGAIN, at__gt=clock.now() - AGAIN_AFTER).exists():
        raise Refused(Refusal.INVALID, "This email was sent again less than a minute ago.")


def was_sent_again(entry: MailLogEntry, by: Any, *, in_another: bool) -> None:
    """Notes that staff have sent the email again, in the log and in the audit."""
    _add_event(entry, Kind.AGAIN, "")
    state = State.REPEATED if in_another else State.WAITING
    MailLogEntry.objects.filter(pk=entry.pk).exclude(state=State.SENT).update(state=state)
    audit.record(actor=by, action="email sent again", subject=entry, before=None, after=None)


def hold_if_dead(entry: MailLogEntry) -> bool:
    """Notes that the email is not sent if its address takes no mail; returns whether that is so."""
    dead = DeadAddress.objects.dead().filter(address=entry.recipient).first()
    if dead is None:
        return False
    text = dead.detail or dead.get_reason_display()
    MailLogEntry.objects.filter(pk=entry.pk).update(state=State.HELD, last_response=text)
    _add_event(entry, Kind.HELD, text)
    return True


@transaction.atomic
def report(*, entry: MailLogEntry, kind: MailEvent.Kind, text: str, key: str | None = None) -> bool:
    """Takes in what a mail server or provider reports of an email; returns False for what was reported before.

    An address whose mailbox does not exist, and one whose owner reported mail as spam, is marked at once. One that refuses
    mail for another reason, such as a full mailbox, is marked after three emails that came back within 30 days. What comes
    back late from before the address was released says nothing about it now.
    """
    text = _one_line(text)
    if not _add_event(entry, kind, text, key):
        return False
    if kind == Kind.BOUNCED:
        MailLogEntry.objects.filter(pk=entry.pk).update(state=State.BOUNCED, last_response=text)
        is_gone = is_address_gone(text) and not _was_released_after(entry)
        if is_gone or _bounces(entry.recipient) >= MOST_BOUNCES:
            mark_dead(address=entry.recipient, reason=DeadAddress.Reason.BOUNCED, text=text, entry=entry)
    elif kind == Kind.COMPLAINED:
        MailLogEntry.objects.filter(pk=entry.pk).update(state=State.COMPLAINED, last_response=text)
        mark_dead(address=entry.recipient, reason=DeadAddress.Reason.COMPLAINED, text=text, entry=entry)
    return True


@transaction.atomic
def mark_dead(*, address: str, reason: DeadAddress.Reason, text: str, entry: MailLogEntry | None = None) -> DeadAddress:
    """Marks an address as one that is not mailed any more, and tells its owner in Waymark."""
    values = {"reason": reason, "detail": text, "entry": entry, "marked_at": clock.now(), "released_at": None}
    dead, is_new = DeadAddress.objects.get_or_create(address=address.lower(), defaults=values)
    if not is_new and DeadAddress.objects.filter(pk=dead.pk).exclude(released_at=None).update(**values):
        dead.refresh_from_db()
        is_new = True
    if is_new:
        address_died.send(DeadAddress, dead=dead)
    return dead


@transaction.atomic
def release(*, address: str, by: Any) -> bool:
    """Lets an address be mailed again, because its owner or staff say that it works; returns False if it was not marked."""
    dead = DeadAddress.objects.dead().filter(address=address.lower()).first()
    if dead is None or not DeadAddress.objects.dead().filter(pk=dead.pk).update(released_at=clock.now()):
        return False
    audit.record(actor=by, action="address is mailed again", subject=dead, before={"reason": dead.reason}, after=None)
    return True


def describe_error(error: Exception) -> str:
    """Returns what the mail server said, such as `550 5.1.1 No such user`, without keys."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = list(error.recipients.values())
        code, text = answers[0] if answers else (0, b"")
        return _answer(code, text)
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error)
    return _one_line(f"{type(error).__name__}: {error}")


def delete_old(*, before: datetime) -> int:
    """Deletes the emails of the log from before this time; returns how many."""
    total = 0
    while True:
        old = MailLogEntry.objects.filter(created_at__lt=before).order_by("id").values("pk")[:ROWS_AT_ONCE]
        count, _ = MailLogEntry.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
        total += count
        if not count:
            return total


def _answer(code: int, text: bytes | str) -> str:
    answer = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return _one_line(f"{code} {answer}")


def _one_line(text: str) -> str:
    """Returns what another server said as it is stored: on one line, without keys, with a mark for each character that cannot
    be saved."""
    return marked(redacted(" ".join(text.split())))[:500]


def _was_released_after(entry: MailLogEntry) -> bool:
    """Whether somebody has said that the address works since this email was sent to it."""
    sent_at = entry.sent_at or entry.created_at
    return DeadAddress.objects.filter(address=entry.recipient, released_at__gt=sent_at).exists()


def _bounces(address: str) -> int:
    """Returns how many emails to the address came back lately, since it was last said to work."""
    since = clock.now() - BOUNCES_COUNT_FOR
    released_at = DeadAddress.objects.filter(address=address).values_list("released_at", flat=True).first()
    rows = MailLogEntry.objects.filter(recipient=address, state=State.BOUNCED)
    return rows.filter(created_at__gt=max(since, released_at or since)).count()


def _add_event(entry: MailLogEntry, kind: MailEvent.Kind, text: str, key: str | None = None) -> bool:
    """Adds an event; returns False if it was reported before."""
    values = {"entry": entry, "kind": kind, "detail": text, "at": clock.now()}
    if key is None:
        MailEvent.objects.create(**values)
        return True
    _, is_new = MailEvent.objects.get_or_create(key=key[:200], defaults=values)
    return is_new
