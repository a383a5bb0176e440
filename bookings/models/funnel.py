"""How far people come on the way to a booking, counted by day."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class FunnelCount(models.Model):
    """So many on that day with that builder came this far, or stopped for this reason. It knows no person."""

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
