"""The times at which staff used the account of another person."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models import BaseModel


class ActingSessionQuerySet(models.QuerySet["ActingSession"]):
    def live(self, now: datetime) -> ActingSessionQuerySet:
        return self.filter(ended_at__isnull=True, ends_at__gt=now)


class ActingSession(BaseModel):
    """A member of staff acts as a person: from when to when, and why. The person can read it. Rows are never deleted."""

    class End(models.TextChoices):
        STOPPED = "stopped", "They stopped"
        TIME = "time", "The time was over"
        ANOTHER = "another", "They began to act as somebody"
        SIGNED_OUT = "signed out", "They signed out"
        RIGHTS = "rights", "They may not act as others any more"
        PERSON = "person", "The account was switched off or became one of staff"

    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="acted_as")
    reason = models.CharField(max_length=500)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=10, choices=End.choices, blank=True)

    objects = ActingSessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff"], condition=Q(ended_at__isnull=True), name="act_as_one_person_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(staff=F("person")), name="act_as_another_person"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end="") | Q(ended_at__isnull=False) & ~Q(end=""),
                name="acting_ended_with_its_cause",
            ),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.staff} as {self.person}"

    @property
    def over_at(self) -> datetime:
        """When it ended, or will end by itself."""
        return min(self.ended_at, self.ends_at) if self.ended_at else self.ends_at
