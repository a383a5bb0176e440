"""Counts of how far visitors get in booking, by day."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class FunnelCount(models.Model):
    """How many visitors got to a step of booking a builder on a day, or were refused for a reason. Holds no visitor."""

    class Step(models.TextChoices):
        STARTED = "started", "Chose a time"
        DETAILS = "details", "Told the details"
        COMPLETED = "completed", "Booked"
        FAILED = "failed", "Was refused"

    day = models.DateField()
    builder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    way = models.CharField(max_length=6)  # web, plain or api
    step = models.CharField(max_length=9, choices=Step.choices)
    reason = models.CharField(max_length=40, blank=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "bookings_stepcount"
        constraints = [
            models.UniqueConstraint(fields=["builder", "day", "way", "step", "reason"], name="one_count_a_step")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.step} {self.reason}: {self.count}"
