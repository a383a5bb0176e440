"""Conversations of two participants, their messages with files, reports, saved replies and preferences."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models import User
from core.fields import LineField, NameField
from core.models import BaseModel
from core.storage import private_files
from core.uploads import stored_name
from messaging.texts import LONGEST

EDITABLE_FOR = timedelta(minutes=10)


class Conversation(BaseModel):
    """All that two people have written to each other. `pair` contains both keys, so that two people have one."""

    pair = models.CharField(max_length=100, unique=True)
    booked_at = models.DateTimeField(null=True)  # since when both may write freely; null while it is only a question
    last_number = models.PositiveIntegerField(default=0)  # of the newest message
    last_message_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-last_message_at", "-id"]

    def __str__(self) -> str:
        return f"conversation of {self.last_number} message{'' if self.last_number == 1 else 's'}"


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def of(self, person: User) -> ParticipantQuerySet:
        return self.filter(user=person)

    def unread(self) -> ParticipantQuerySet:
        """Those who have not read the newest message."""
        return self.filter(conversation__last_number__gt=F("read_number"))

    def audible(self) -> ParticipantQuerySet:
        """Those who have not muted the conversation."""
        return self.filter(Q(muted_until__isnull=True) | Q(muted_until__lte=Now()))


class Participant(BaseModel):
    """A person or a guest in a conversation, and how far they have read. `read_number` only rises."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    guest_key = models.CharField(max_length=40, blank=True)
    name = NameField(max_length=80, blank=True)  # of a guest
    read_number = models.PositiveIntegerField(default=0)  # of the newest message that was read
    read_at = models.DateTimeField(null=True)  # when `read_number` last rose
    sent_count = models.PositiveIntegerField(default=0)  # messages
    archived_number = models.PositiveIntegerField(null=True)  # the newest message when it was archived
    muted_until = models.DateTimeField(null=True)
    blocked_at = models.DateTimeField(null=True)  # when this participant blocked the other
    mailed_number = models.PositiveIntegerField(default=0)  # the newest message that a mail about unread ones showed
    address_generation = models.PositiveSmallIntegerField(default=0)  # rises when addresses for answers are revoked

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, guest_key="") | Q(user__isnull=True) & ~Q(guest_key=""),
                name="a_person_or_a_guest",
            ),
            models.UniqueConstraint(
                fields=["conversation", "user"], condition=Q(user__isnull=False), name="one_participant_per_person"
            ),
            models.UniqueConstraint(
                fields=["conversation", "guest_key"], condition=~Q(guest_key=""), name="one_participant_per_guest"
            ),
        ]
        indexes = [models.Index(fields=["guest_key"], condition=~Q(guest_key=""), name="participants_of_guest")]
        ordering = ["id"]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.user.display_name if self.user else self.name

    @property
    def avatar(self) -> str:
        return str(self.user.avatar) if self.user else ""

    @property
    def key(self) -> str:
        return key_of(self.user) if self.user else f"guest:{self.guest_key}"

    def is_muted(self, now: datetime) -> bool:
        return self.muted_until is not None and self.muted_until > now


def key_of(person: User) -> str:
    """Returns the key of a person in `Conversation.pair`."""
    return f"user:{person.pk.hex}"


class Message(BaseModel):
    """A message, or a mark of something that happened to a subject, such as a booking. `number` counts from 1 within
    the conversation, in the order in which the messages were saved."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    number = models.PositiveIntegerField()
    sender = models.ForeignKey(Participant, null=True, on_delete=models.CASCADE, related_name="messages")
    text = models.TextField(max_length=LONGEST, blank=True)
    client_key = models.CharField(max_length=64)  # chosen by the sender, so that a message sent twice is saved once
    reply_to = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    subject_kind = models.CharField(max_length=20, blank=True)  # such as `booking`; empty for what people write
    subject_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            # Deferrable, because two conversations that become one are numbered anew.
            models.UniqueConstraint(
                fields=["conversation", "number"], name="one_message_per_number", deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(
                fields=["conversation", "sender", "client_key"], nulls_distinct=False, name="one_message_per_client_key"
            ),
            models.CheckConstraint(
                condition=Q(subject_kind="", subject_id__isnull=True)
                | ~Q(subject_kind="") & Q(subject_id__isnull=False),
                name="a_mark_has_its_subject",
            ),
        ]
        indexes = [models.Index(fields=["subject_id"], condition=~Q(subject_kind=""), name="messages_of_subject")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"message {self.number}"

    @property
    def is_mark(self) -> bool:
        return bool(self.subject_kind)

    def is_editable(self, now: datetime) -> bool:
        return not self.is_mark and self.deleted_at is None and now < self.created_at + EDITABLE_FOR


def attachment_name(attachment: Attachment, name: str) -> str:
    return stored_name("messages", name)


class Attachment(BaseModel):
    """A file sent with a message."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    file = models.FileField(upload_to=attachment_name, storage=private_files)
    name = LineField(max_length=120)  # as the sender named it
    size = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class MessageReport(BaseModel):
    """A message that a participant has reported, with the lines around it as they were then."""

    class Outcome(models.TextChoices):
        NOTHING = "nothing", "Nothing wrong"
        WARNED = "warned", "The sender was warned"
        BLOCKED = "blocked", "The conversation was blocked"

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="reports")
    reason = models.CharField(max_length=500)
    lines = models.JSONField(default=list)  # [[name, time, text], …]
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "reporter"], name="one_report_per_reader")]
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"report of {self.message}"


class SavedReply(BaseModel):
    """A text that a builder sends often. `{name}` and `{time}` are replaced when it is used."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_replies")
    title = LineField(max_length=60)
    text = models.TextField(max_length=2000)

    class Meta:
        ordering = ["title", "id"]
        verbose_name_plural = "saved replies"

    def __str__(self) -> str:
        return self.title


class MessagePreferences(models.Model):
    """A person's choices about messages. Without a row, the defaults count."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="message_preferences"
    )
    shows_seen = models.BooleanField("show others when I have read a message, and show me when they have", default=True)
    wants_mail = models.BooleanField("mail me messages that I have not read for five minutes", default=True)
    quiet_from = models.TimeField("no mail about messages from", null=True, blank=True)
    quiet_until = models.TimeField("until", null=True, blank=True)
    sends_on_enter = models.BooleanField("send with Enter, and begin a new line with Shift and Enter", default=False)
    takes_questions = models.BooleanField("let people ask me one question before they book", default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_hours_have_both_ends",
            )
        ]
        verbose_name_plural = "message preferences"

    def __str__(self) -> str:
        return "message preferences"
