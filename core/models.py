"""Base models, and the rows that operations leave: jobs run, hearts that beat, attempts counted."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from core.ids import uuid7


class TimedModel(models.Model):
    """When a row was made and last changed."""

    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class BaseModel(TimedModel):
    """A row with a time-ordered UUID for a key."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True


class JobRun(models.Model):
    """One periodic job in one period: the row is the claim, so two beats do the work of one."""

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
    """The last sign of life of a kind of process."""

    name = models.CharField(max_length=20, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Attempt(models.Model):
    """How often something was tried within a window; survives the loss of any cache."""

    key = models.CharField(max_length=64, primary_key=True)  # a hash: addresses are nobody's business
    count = models.PositiveIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count} until {self.expires_at:%H:%M:%S}"
