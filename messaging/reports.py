"""Reports of messages: kept with the lines around them, and settled by staff."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from accounts.notifications import NewNotification, notify_in_app
from accounts.queries import staff
from core import audit, clock
from core.errors import Refusal, Refused
from messaging import services
from messaging.live import announce
from messaging.models import Attachment, Message, MessageReport, Participant
from messaging.services import locked_pair

LINES_AROUND = 5


@transaction.atomic
def report(*, message: Message, by: Participant, reason: str) -> MessageReport:
    """Saves a report with the lines around the message, and notifies staff. Reported twice, it is the same report."""
    locked_pair(by)  # so that its sender does not delete it meanwhile
    message = Message.objects.get(pk=message.pk)
    if message.conversation_id != by.conversation_id or message.sender_id == by.pk or message.is_mark:
        raise Refused(Refusal.FORBIDDEN)
    saved, is_new = MessageReport.objects.get_or_create(
        message=message, reporter=by, defaults={"reason": reason.strip()[:500], "lines": _lines_around(message)}
    )
    if is_new:
        for person in staff():
            notify_in_app(person, _for_staff(saved, by))
    return saved


def _lines_around(message: Message) -> list[list[str]]:
    """Returns name, time and text of the messages around this one, as they are now: they can be deleted later. The text
    names the files."""
    rows = (
        Message.objects.filter(conversation=message.conversation_id)
        .filter(number__gte=message.number - LINES_AROUND, number__lte=message.number + LINES_AROUND)
        .select_related("sender__user")
        .prefetch_related("attachments")
    )
    return [
        [str(row.sender or "Waymark"), row.created_at.isoformat(timespec="seconds"), _with_files(row)] for row in rows
    ]


def _with_files(message: Message) -> str:
    files = [] if message.deleted_at else message.attachments.all()
    return " ".join([message.text, *(f"[{file.name}]" for file in files)]).strip()


def _for_staff(saved: MessageReport, by: Participant) -> NewNotification:
    return NewNotification(
        kind="message",
        event=f"message report:{saved.pk}",
        title=f"{by.display_name} has reported a message",
        text=saved.reason,
        path=f"/admin/messaging/messagereport/{saved.pk}/change/",
        call="Look at it",
    )


@transaction.atomic
def settle(*, saved: MessageReport, by: User, outcome: MessageReport.Outcome) -> bool:
    """Settles a report and writes an audit row; returns False if it was settled before.

    Blocking ends the conversation for both: the reporter's side blocks the other. Files that were kept only for the report
    are deleted.
    """
    locked_pair(Participant.objects.get(pk=saved.reporter_id))  # so that the message is not deleted meanwhile
    now = clock.now()
    claimed = MessageReport.objects.filter(pk=saved.pk, settled_at__isnull=True)
    if not claimed.update(settled_at=now, settled_by=by, outcome=outcome):
        return False
    audit.record(actor=by, action="message report settled", subject=saved, before=None, after={"outcome": outcome})
    message = Message.objects.get(pk=saved.message_id)
    if message.deleted_at and not message.reports.filter(settled_at__isnull=True).exists():
        services.delete_files(message.attachments.all())
    if outcome == MessageReport.Outcome.BLOCKED:
        Participant.objects.filter(pk=saved.reporter_id, blocked_at__isnull=True).update(blocked_at=now)
        announce(list(Participant.objects.filter(conversation=saved.message.conversation_id)))
    return True


@transaction.atomic
def open_file_as_staff(*, attachment: Attachment, by: User, reason: str) -> None:
    """Records that staff opened a file of a conversation, and why. Without a reason nobody does."""
    audit.record(
        actor=by,
        action="conversation file opened",
        subject=attachment.message.conversation,
        before=None,
        after={"reason": _checked_reason(reason), "file": attachment.name},
    )


@transaction.atomic
def read_as_staff(*, conversation: object, by: User, reason: str) -> None:
    """Records that staff read a conversation, and why. Without a reason nobody does."""
    after = {"reason": _checked_reason(reason)}
    audit.record(actor=by, action="conversation read", subject=conversation, before=None, after=after)


def _checked_reason(reason: str) -> str:
    if not reason.strip():
        raise Refused(Refusal.INVALID, fields={"reason": ["Say why you need to read this conversation."]})
    return reason.strip()[:500]
