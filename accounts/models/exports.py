"""Data exports."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models.people import User
from core.models import BaseModel
from core.storage import private_files


class DataExport(BaseModel):
    """A download of everything that Waymark keeps about a person. A worker makes it, and it is removed after a week."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Being made"
        READY = "ready", "Ready"

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="exports")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    done = models.PositiveSmallIntegerField(default=0)
    steps = models.PositiveSmallIntegerField(default=1)
    archive = models.FileField(upload_to="exports", storage=private_files, blank=True)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=~Q(state="ready"), name="one_export_at_a_time")
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_state_display()}"

    @property
    def percent(self) -> int:
        """Returns how much of the archive is made, from 0 to 100."""
        return 100 if self.state == self.State.READY else self.done * 100 // self.steps
