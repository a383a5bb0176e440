"""Base models, and the tables that all apps use: job runs, heartbeats, attempts, exchange rates, audit, outbox, flags."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.http import HttpRequest
from django.urls import reverse
from waffle.models import AbstractUserFlag

from core.contact.models import ContactMessage
from core.feedback.models import Feedback
from core.flags import default_of
from core.ids import uuid7
from core.mail_log.models import DeadAddress, MailEvent, MailLogEntry
from core.money import is_currency
from core.policies.models import Acceptance, Announcement, Maintenance, PolicyVersion, SignUpPolicy

__all__ = [
    "Acceptance",
    "Announcement",
    "Attempt",
    "AuditEntry",
    "AuditSeal",
    "BaseModel",
    "ContactMessage",
    "DeadAddress",
    "DemandEvent",
    "ExchangeRate",
    "Feedback",
    "Flag",
    "Heartbeat",
    "IdempotencyKey",
    "JobRun",
    "MailEvent",
    "MailLogEntry",
    "Maintenance",
    "OutboxMessage",
    "PolicyVersion",
    "SignUpPolicy",
    "SitePage",
    "TimedModel",
    "WebhookDelivery",
    "validate_currency",
]


def validate_currency(code: str) -> None:
    if not is_currency(code):
        raise ValidationError("Enter a currency code of ISO 4217, such as EUR.")


class TimedModel(models.Model):
    """Records when a row was created and last changed."""

    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class BaseModel(TimedModel):
    """A row with a time-ordered UUID as its key."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True


class JobRun(models.Model):
    """One run of a periodic job in one period. The unique row is the claim, so that two beats run it only once."""

    job = models.CharField(max_length=100)
    period_at = models.DateTimeField()
    claimed_until = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "period_at"], name="one_run_per_period")]
        ordering = ["-period_at"]

    def __str__(self) -> str:
        return f"{self.job} {self.period_at:%Y-%m-%d %H:%M}"


class Heartbeat(models.Model):
    """When a kind of process, such as the worker, last reported that it is running."""

    name = models.CharField(max_length=20, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Attempt(models.Model):
    """Counts attempts within the window of a limit (`core.limits`)."""

    key = models.CharField(max_length=64, primary_key=True)  # a hash, so that the table holds no addresses
    count = models.PositiveIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count} until {self.expires_at:%H:%M:%S}"


class IdempotencyKey(models.Model):
    """A request with an Idempotency-Key; `answer` is null while it runs."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=64, unique=True)  # a hash of the caller and of the key they sent
    request = models.CharField(max_length=64)  # a hash of path and body
    answer = models.JSONField(null=True)
    leased_until = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"until {self.expires_at:%Y-%m-%d %H:%M}"


class ExchangeRate(models.Model):
    """What a US dollar is worth in a currency, for comparing prices; nobody is charged by it."""

    currency = models.CharField(max_length=3, primary_key=True, validators=[validate_currency])
    per_dollar = models.DecimalField(max_digits=18, decimal_places=8)
    as_of = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(per_dollar__gt=0), name="rate_is_positive")]
        ordering = ["currency"]

    def __str__(self) -> str:
        return f"1 USD = {self.per_dollar.normalize():f} {self.currency}"


class DemandEvent(models.Model):
    """How many people looked for something on a day and found nothing. Holds no person who looked: `builder` is whom they
    waited for."""

    class Kind(models.TextChoices):
        SEARCH = "search", "A search without results"
        WAITING = "waiting", "A place on a waiting list that was never offered a time"

    day = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    words = models.CharField(max_length=80, blank=True)  # of the search, in lower case
    service = models.CharField(max_length=50, blank=True)
    pathway = models.CharField(max_length=50, blank=True)
    town = models.CharField(max_length=120, blank=True)
    builder = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    session_type = models.UUIDField(null=True)
    count = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "kind", "words", "service", "pathway", "town", "builder", "session_type"],
                name="one_count_of_a_demand", nulls_distinct=False,
            )
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["builder", "day"], condition=Q(builder__isnull=False), name="demand_of_builder")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} {self.words or self.service}: {self.count}"


class AuditEntry(models.Model):
    """Records who changed what, before and after. A database trigger refuses to change or delete rows."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(db_default=Now(), db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, related_name="+")
    acting_as = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, related_name="+")
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    request_id = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "audit entries"
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject", "-id"], name="audit_by_subject")]

    def __str__(self) -> str:
        return self.action


class AuditSeal(models.Model):
    """The link of one row of the audit in the chain (`core.audit_chain`). It stays when the row is removed after years."""

    number = models.PositiveBigIntegerField(primary_key=True)
    entry = models.UUIDField(unique=True)
    at = models.DateTimeField(db_index=True)  # the row's time
    salt = models.CharField(max_length=32, blank=True)  # empty once what the row said was forgotten
    facts = models.CharField(max_length=64)
    content = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, db_index=True)
    removed_at = models.DateTimeField(
        null=True
    )  # of the row, after AUDIT_KEPT_YEARS; a row gone without it was deleted

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"seal {self.number}"


class OutboxMessage(models.Model):
    """A message that must not get lost: saved in the transaction that causes it, and retried until it is delivered."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DELIVERED = "delivered", "Delivered"
        DEAD = "dead", "Given up"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.CharField(max_length=150)
    channel = models.CharField(max_length=20)
    recipient = models.CharField(max_length=254)
    payload = models.JSONField(encoder=DjangoJSONEncoder)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(db_default=Now())
    leased_until = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "channel", "recipient"], name="one_message_per_event"),
            models.CheckConstraint(
                condition=models.Q(state="delivered", delivered_at__isnull=False)
                | (~models.Q(state="delivered") & models.Q(delivered_at__isnull=True)),
                name="delivered_at_when_delivered",
            ),
        ]
        indexes = [
            models.Index(fields=["channel", "due_at"], condition=models.Q(state="waiting"), name="outbox_by_channel"),
            models.Index(fields=["channel", "created_at"], condition=models.Q(state="dead"), name="outbox_given_up"),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.event} to {self.recipient}"


class OutboxPause(models.Model):
    """While its one row exists, nothing in the outbox is delivered: the site was restored from a backup."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    since = models.DateTimeField(db_default=Now(), editable=False)
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_pause_of_the_outbox")]
        verbose_name = "pause of the outbox"
        verbose_name_plural = "pauses of the outbox"

    def __str__(self) -> str:
        return self.reason


class WebhookDelivery(models.Model):
    """A webhook that an outside service sent, stored once however often it was sent (`core.webhooks`)."""

    class Verdict(models.TextChoices):
        VALID = "valid", "Accepted"
        UNSIGNED = "unsigned", "No signature that can be read"
        BAD_SIGNATURE = "bad", "The signature does not match: compare the secret here and at the service"
        TOO_OLD = "old", "Signed too long ago, or the clock of this server is wrong"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Done"
        FAILED = "failed", "Given up"
        REJECTED = "rejected", "Rejected"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.CharField(max_length=20)
    key = models.CharField(max_length=150)
    reference = models.CharField(max_length=100, blank=True)
    headers = models.JSONField()
    body = models.BinaryField(null=True)  # as it was sent; None once it is no longer kept, or was rejected
    size = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    error = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField(db_index=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "webhook deliveries"
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="one_row_per_webhook")]
        indexes = [
            models.Index(fields=["received_at"], condition=models.Q(state="failed"), name="webhooks_given_up"),
        ]
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return f"{self.source} {self.received_at:%Y-%m-%d %H:%M:%S}"


class Flag(AbstractUserFlag):
    """A feature flag. Without a row, or with a row that names nobody, the flag's setting counts (`core.flags`)."""

    class Meta(AbstractUserFlag.Meta):
        abstract = False

    def __str__(self) -> str:
        return str(self.name)

    def is_active(self, request: HttpRequest, read_only: bool = False) -> bool | None:  # noqa: FBT001, FBT002  (waffle's signature)
        default: bool | None = default_of(self.name)
        if self.pk is None:
            return default
        if super().is_active(request, read_only):
            return True
        return False if self.everyone is False or self._names_anybody() else default

    def is_active_for(self, user: Any) -> bool:
        """Whether the flag is on for this person, where there is no request. Percentages need one, and count as off."""
        default: bool = default_of(self.name)
        if self.pk is None:
            return default
        if self.everyone is not None:
            return bool(self.everyone)
        if self.is_active_for_user(user):
            return True
        return False if self._names_anybody() else default

    def _names_anybody(self) -> bool:
        """Whether the row turns the flag on for some people: then it is off for all others."""
        has_condition = self.staff or self.authenticated or self.languages or self.percent is not None
        return bool(has_condition or self._get_user_ids() or self._get_group_ids())


class SitePage(models.Model):
    """A page of text that admins edit, such as the terms; the footer links to it."""

    slug = models.SlugField(max_length=20, primary_key=True, editable=False)
    title = models.CharField(max_length=80)
    text = models.TextField(
        max_length=50_000, help_text="Markdown: # for headings, - for lists, [text](address) for links."
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse(f"core:{self.slug}")
