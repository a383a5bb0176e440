"""Mails about messages that were not read for five minutes: one for each conversation until it is read."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from accounts.notifications import NewNotification, notify_in_app
from core import clock, mail, outbox
from core.mail import Email
from core.models import OutboxMessage
from messaging.mail_answers.addresses import address_for
from messaging.mail_answers.quotes import ANSWER_ABOVE
from messaging.models import Message, MessagePreferences, Participant
from messaging.subjects import contact_of
from messaging.texts import beginning

CHANNEL = "messages"
KIND = "message"
UNREAD_FOR = timedelta(minutes=5)
MOST_LINES = 5


def queue_unread(participant: Participant) -> None:
    """Queues the mail to a participant who has got a message, unless one waits since they last read. One query."""
    outbox.put(
        event=f"unread:{participant.pk}:{participant.read_number}",
        channel=CHANNEL,
        recipient=str(participant.pk),
        payload={"read_number": participant.read_number},
        delay=UNREAD_FOR,
    )


def forget_queued(participant: Participant) -> None:
    """Deletes the queued mail of a participant whose messages get other numbers, or who ceases to exist."""
    OutboxMessage.objects.filter(channel=CHANNEL, recipient=str(participant.pk)).delete()


def queue_again(participant: Participant) -> None:
    """Queues the mail to a participant whose messages have got other numbers, if they have not read some of them."""
    forget_queued(participant)
    if _unread_messages(participant):
        queue_unread(participant)


def deliver(message: OutboxMessage) -> None:
    """Notifies a participant in Waymark and by mail, unless they have read the messages, or muted the conversation.

    Within the person's quiet hours it is sent when these are over.
    """
    now = clock.now()
    participant, lines = _lines_to_send(message, now)
    if participant is None or not lines:
        return
    other = Participant.objects.select_related("user").filter(conversation=participant.conversation_id).exclude(
        pk=participant.pk
    )[0]  # fmt: skip
    if participant.user is None:
        _mail_guest(message, participant, other, lines)
    elif participant.user.is_active:
        _notify_person(message, participant, participant.user, other, lines, now)


@transaction.atomic
def _lines_to_send(message: OutboxMessage, now: datetime) -> tuple[Participant | None, list[str]]:
    """Returns the participant and the lines to notify them of, if any.

    Without lines the queued message is deleted, so that the next message queues one again: the messages may have been
    deleted, or the conversation muted for a while. The participant is locked, so that nothing is sent in between.
    """
    participant = (
        Participant.objects.select_for_update(of=("self",), no_key=True)
        .select_related("conversation", "user__message_preferences")
        .filter(pk=message.recipient)
        .first()
    )
    if participant is None or participant.read_number > message.payload["read_number"]:
        return None, []
    is_quiet = participant.is_muted(now) or participant.blocked_at is not None
    unread = [] if is_quiet else _unread_messages(participant)
    if not unread:
        OutboxMessage.objects.filter(pk=message.pk).delete()
    else:
        participant.mailed_number = unread[-1].number  # saved when the mail is sent
    return participant, [line_of(row) for row in unread]


def _notify_person(
    message: OutboxMessage, participant: Participant, person: User, other: Participant, lines: list[str], now: datetime
) -> None:
    preferences = preferences_of(person)
    if preferences is not None and (wait := quiet_for(preferences, person.timezone, now)):
        raise outbox.RetryLater("quiet hours", wait)
    path = reverse("messaging:conversation", args=[participant.conversation_id])
    title = f"New message{'' if len(lines) == 1 else 's'} from {other.display_name}"
    notify_in_app(person, NewNotification(KIND, message.event, title, lines[-1], path, "Read and reply"))
    if person.wants_mail and (preferences is None or preferences.wants_mail):
        _send(message, participant, _email(title, person.display_name, lines, path), person.email)


def _mail_guest(message: OutboxMessage, participant: Participant, other: Participant, lines: list[str]) -> None:
    contact = contact_of(participant.guest_key)
    if contact is None:
        return
    title = f"New message{'' if len(lines) == 1 else 's'} from {other.display_name}"
    _send(
        message,
        participant,
        _email(title, participant.name, lines, contact.path, can_answer=contact.is_open),
        contact.email,
    )


def _send(message: OutboxMessage, participant: Participant, email: Email, to: str) -> None:
    """Sends the mail. What it shows counts as read once it is answered, but not what was only notified in Waymark."""
    Participant.objects.filter(pk=participant.pk).update(mailed_number=participant.mailed_number)
    mail.send_to(message, mail.rendered(email), to, reply_to=address_for(participant) if email.answer_above else "")


def _email(title: str, name: str, lines: list[str], path: str, *, can_answer: bool = True) -> Email:
    can_answer = can_answer and bool(settings.MAIL_ANSWERS_ADDRESS)
    return Email(
        answer_above=ANSWER_ABOVE if can_answer else "",
        subject=title,
        greeting=f"Hello {name},",
        paragraphs=[f"{title}:", *(f"“{line}”" for line in lines)],
        button=("Read and reply", f"{settings.SITE_URL}{path}"),
        small_print=(
            f"{'You can also reply to this mail. ' if can_answer else ''}"
            "We mail you once about unread messages, and again only after you have read them."
        ),
    )


def _unread_messages(participant: Participant) -> list[Message]:
    """Returns the last messages of the other that the participant has not read, oldest first. Two queries."""
    unread = (
        Message.objects.filter(conversation=participant.conversation_id, number__gt=participant.read_number)
        .filter(subject_kind="", deleted_at__isnull=True)
        .exclude(sender=participant)
        .prefetch_related("attachments")
        .order_by("-number")[:MOST_LINES]
    )
    return list(reversed(unread))


def line_of(message: Message) -> str:
    """Returns a message on one line; of one without words, how many files it has."""
    if message.deleted_at is not None:
        return "This message was deleted."
    count = len(message.attachments.all()) if not message.text else 0
    return beginning(message.text) or f"{count} file{'' if count == 1 else 's'}"


def preferences_of(person: User) -> MessagePreferences | None:
    """Returns the person's preferences; None where the defaults count. No query if they were joined."""
    try:
        return person.message_preferences
    except MessagePreferences.DoesNotExist:
        return None


def quiet_for(preferences: MessagePreferences, zone: str, now: datetime) -> timedelta | None:
    """Returns how long the person's quiet hours still last; None outside of them. They may pass midnight."""
    begins, ends = preferences.quiet_from, preferences.quiet_until
    if begins is None or ends is None or begins == ends:
        return None
    local = now.astimezone(ZoneInfo(zone))
    at = local.time()
    is_quiet = begins <= at < ends if begins < ends else at >= begins or at < ends
    if not is_quiet:
        return None
    day = local.date() + timedelta(days=0 if at < ends else 1)
    return datetime.combine(day, ends, tzinfo=local.tzinfo).astimezone(now.tzinfo) - now
