"""What client and builder say of skills after a session."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from bookings.models.agreement import Booking
from bookings.states import Side
from core.models import BaseModel
from pathways.models import Skill


class SkillReport(BaseModel):
    """What one side says of a skill after a session. It is kept beside the other side's, which may differ."""

    class Status(models.TextChoices):
        NOT_YET = "NOT_YET", "Not yet"
        IN_PROGRESS = "IN_PROGRESS", "In progress"
        COMPLETED = "COMPLETED", "Completed"

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="skill_reports")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="+")
    side = models.CharField(max_length=8, choices=[(Side.CLIENT, "Client"), (Side.BUILDER, "Builder")])
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    status = models.CharField(max_length=12, choices=Status.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["booking", "skill", "side"], name="one_report_per_side")]
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.side}: {self.skill} {self.status}"

    @property
    def rank(self) -> int:
        """How far the skill is by this report: 0 for not yet, 2 for completed."""
        return list(self.Status).index(self.Status(self.status))
