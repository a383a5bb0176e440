"""Emails as they were sent, what became of each, and the addresses that are not mailed any more."""

from __future__ import annotations

from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now

from core.ids import uuid7
from core.mail_log.content import MailContent, opened
from core.mail_log.kinds import label_of
from core.redaction import redacted


class MailLogEntry(models.Model):
    """One email, written before its first try. `message` is the outbox message that it was sent for, whose id is in the
    Message-ID."""

    class State(models.TextChoices):
        WAITING = "waiting", "Will be tried again"
        SENT = "sent", "Taken by the mail server"
        FAILED = "failed", "Given up"
        BOUNCED = "bounced", "Came back"
        COMPLAINED = "complained", "Reported as spam"
        HELD = "held", "Not sent: the address takes no mail"
        REPEATED = "repeated", "Sent again in another email"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    message = models.UUIDField(unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=60)
    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=250)
    content = models.BinaryField(null=True)  # text, HTML and invitation, encrypted, because they contain keys
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    last_response = models.CharField("what the mail server said", max_length=500, blank=True)
    provider_id = models.CharField(max_length=200, blank=True)  # the id that a mail provider gave it
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "email"
        verbose_name_plural = "emails"
        ordering = ["-id"]
        indexes = [
            # These operators also find addresses of which only the beginning is known.
            models.Index(
                fields=["recipient", "-id"], opclasses=["varchar_pattern_ops", "uuid_ops"], name="mail_by_recipient"
            ),
            models.Index(fields=["person", "-id"], name="mail_by_person"),
            models.Index(fields=["kind", "-id"], name="mail_by_kind"),
            models.Index(fields=["state", "-id"], name="mail_by_state"),
            models.Index(fields=["provider_id"], condition=~Q(provider_id=""), name="mail_by_provider_id"),
        ]

    def __str__(self) -> str:
        return f"{self.shown_subject} to {self.recipient}"

    @property
    def kind_label(self) -> str:
        return label_of(self.kind)

    @property
    def shown_subject(self) -> str:
        """Returns the subject without keys."""
        return redacted(self.subject)

    @cached_property
    def opened(self) -> MailContent | None:
        """Returns the content with its keys, for sending it again; None once it is no longer kept."""
        return opened(bytes(self.content)) if self.content is not None else None

    @property
    def shown_text(self) -> str:
        """Returns the text without the links that act as keys; empty once it is no longer kept."""
        return redacted(self.opened.text) if self.opened is not None else ""

    @property
    def shown_html(self) -> str:
        """Returns the HTML without the links that act as keys; empty once it is no longer kept."""
        return redacted(self.opened.html) if self.opened is not None else ""


class MailEvent(models.Model):
    """What happened to an email: one try, or what a mail server or a mail provider reported later."""

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", "Taken by the mail server"
        REFUSED = "refused", "Not taken by the mail server"
        DELIVERED = "delivered", "Arrived at the mailbox"
        DELAYED = "delayed", "Delayed on the way"
        BOUNCED = "bounced", "Came back"
        COMPLAINED = "complained", "Reported as spam"
        HELD = "held", "Not sent: the address takes no mail"
        AGAIN = "again", "Sent again"

    entry = models.ForeignKey(MailLogEntry, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(db_default=Now())
    kind = models.CharField(max_length=10, choices=Kind.choices)
    detail = models.CharField(max_length=500, blank=True)
    key = models.CharField(max_length=200, null=True, unique=True)  # noqa: DJ001  (null where nobody can report it twice)

    class Meta:
        verbose_name = "event of an email"
        verbose_name_plural = "events of emails"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"


class DeadAddressQuerySet(models.QuerySet["DeadAddress"]):
    def dead(self) -> DeadAddressQuerySet:
        """Returns the addresses that are not mailed now."""
        return self.filter(released_at=None)


class DeadAddress(models.Model):
    """An address that is not mailed any more, because mail to it comes back or was reported as spam. One that was
    released is mailed again."""

    class Reason(models.TextChoices):
        BOUNCED = "bounced", "Mail comes back"
        COMPLAINED = "complained", "Mail was reported as spam"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    address = models.CharField(max_length=254, unique=True)
    reason = models.CharField(max_length=10, choices=Reason.choices)
    detail = models.CharField("what the mail server said", max_length=500, blank=True)
    entry = models.ForeignKey(MailLogEntry, null=True, on_delete=models.SET_NULL, related_name="+")
    marked_at = models.DateTimeField(db_default=Now())
    released_at = models.DateTimeField(null=True, blank=True)

    objects = DeadAddressQuerySet.as_manager()

    class Meta:
        verbose_name = "address without mail"
        verbose_name_plural = "addresses without mail"
        ordering = ["-marked_at"]
        constraints = [models.CheckConstraint(condition=Q(address=Lower("address")), name="dead_address_is_lower")]

    def __str__(self) -> str:
        return self.address
