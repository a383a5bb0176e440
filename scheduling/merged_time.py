"""Busy time as it is stored merged, for reading a month of slots beside full calendars."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from scheduling.fields import DateTimeMultiRangeField

# Reservations beside sessions that `MergedBusyTime` does not hold.
NOT_MERGED = (
    Q(kind="TIME_OFF")
    | Q(session_type__isnull=False)
    | Q(capacity__gt=1)
    | Q(buffer_before__gt=0)
    | Q(buffer_after__gt=0)
)


class MergedBusyTime(models.Model):
    """A builder's time that is busy elsewhere, without the gaps that are too short for a session of so many minutes.

    Triggers on `Reservation` keep it (migration 0008), whoever writes there: a month of slots reads a few stretches in
    place of thousands of rows. Reservations with buffers, seats or a session type are not in it.
    """

    builder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    minutes = models.PositiveSmallIntegerField()
    times = DateTimeMultiRangeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["builder", "minutes"], name="one_merged_busy_time")]
        verbose_name_plural = "merged busy times"

    def __str__(self) -> str:
        return f"sessions of {self.minutes} min"
