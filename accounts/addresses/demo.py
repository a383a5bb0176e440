"""Demo emails: one that the mail server refused, and one that came back, so that its address takes no mail."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from accounts.models import User
from core import clock
from core.mail import Email, rendered
from core.mail_log import services
from core.mail_log.content import MailContent, sealed
from core.mail_log.models import DeadAddress, MailEvent, MailLogEntry


def add_mail() -> None:
    """Adds the emails, unless they are there."""
    _add_email(
        "client@demo.test", "reminder", "Your session with Ada Moreno is tomorrow", "We look forward to seeing you.",
        MailLogEntry.State.FAILED, MailEvent.Kind.REFUSED, "554 5.7.1 Message refused: too many emails from this server today",
    )  # fmt: skip
    answer = "550 5.1.1 nora@demo.test: the mailbox does not exist"
    entry = _add_email(
        "nora@demo.test", "application", "We have received your application", "We answer within two days.",
        MailLogEntry.State.BOUNCED, MailEvent.Kind.BOUNCED, answer,
    )  # fmt: skip
    services.mark_dead(address="nora@demo.test", reason=DeadAddress.Reason.BOUNCED, text=answer, entry=entry)


def _add_email(
    to: str, kind: str, subject: str, text: str, state: MailLogEntry.State, event: MailEvent.Kind, answer: str
) -> MailLogEntry:
    person = User.objects.get(email=to)
    texts = rendered(Email(subject=subject, greeting=f"Hello {person.display_name},", paragraphs=[text]))
    entry, is_new = MailLogEntry.objects.get_or_create(
        message=uuid5(NAMESPACE_URL, f"demo:{to}:{kind}"),
        defaults={
            "person": person, "kind": kind, "recipient": to, "subject": subject, "state": state, "tries": 1,
            "content": sealed(MailContent(text=texts["text"], html=texts["html"])), "last_response": answer,
        },
    )  # fmt: skip
    if is_new:
        MailEvent.objects.create(entry=entry, kind=event, detail=answer, at=clock.now())
    return entry
