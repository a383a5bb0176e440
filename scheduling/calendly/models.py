"""Event types of Calendly with the session types that they became, and the runs that keep both in step."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from coaching.models import SessionType
from connections.models import LinkedAccount
from core.models import BaseModel


class CalendlyEventType(BaseModel):
    """An event type of a builder. It outlives the connection, so that connecting again finds its session type."""

    builder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendly_event_types")
    uri = models.CharField(max_length=300)
    name = models.CharField(max_length=200, blank=True)
    session_type = models.OneToOneField(SessionType, on_delete=models.CASCADE, related_name="calendly_event_type")
    upstream = models.JSONField(default=dict)  # the values that Calendly has, as fields of a session type
    written = models.JSONField(default=dict)  # the values that we wrote last: others were changed by hand
    kept = ArrayField(models.CharField(max_length=20), default=list, blank=True)  # fields that stay the builder's
    upstream_changed_at = models.CharField(max_length=40, blank=True)  # as Calendly writes it, only compared
    is_active = models.BooleanField(default=True)  # at Calendly
    is_secret = models.BooleanField(default=False)
    gone_at = models.DateTimeField(null=True)  # when it was not in the list any more
    mapped_at = models.DateTimeField(null=True)  # when the builder chose its category; it is not offered before

    class Meta:
        constraints = [models.UniqueConstraint(fields=["builder", "uri"], name="one_row_of_an_event_type")]
        ordering = ["name", "id"]
        verbose_name = "Calendly event type"

    def __str__(self) -> str:
        return self.name

    @property
    def is_offered_there(self) -> bool:
        return self.is_active and self.gone_at is None


class CalendlySync(BaseModel):
    """One run that brings a builder's session types in step with their event types. There is at most one unfinished run
    of an account: asking for another returns this one."""

    class Status(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        SUCCEEDED = "succeeded", "Done"
        FAILED = "failed", "Failed"

    account = models.ForeignKey(LinkedAccount, on_delete=models.CASCADE, related_name="calendly_syncs")
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.QUEUED)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    deactivated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)  # number of event types to process, once they are read
    error = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    has_to_wait = models.BooleanField(default=False)  # until then, because Calendly said so
    leased_until = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(status__in=["queued", "running"]), name="one_unfinished_sync"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["queued", "running"], finished_at__isnull=True)
                | Q(status__in=["succeeded", "failed"], finished_at__isnull=False),
                name="finished_syncs_have_their_time",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(status__in=["queued", "running"]), name="syncs_to_do")]
        ordering = ["-id"]
        verbose_name = "Calendly sync"

    def __str__(self) -> str:
        return f"{self.get_status_display()} {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    @property
    def done(self) -> int:
        """How many event types it has looked at."""
        return self.created + self.updated + self.deactivated + self.unchanged
