"""Rows of operations: errors by minute, the states of alarms, backups, and notes of staff. Only notes name people."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from bookings.models import Booking
from core.models import BaseModel


class ErrorCount(models.Model):
    """How many requests or tasks ended with an error that the code does not expect, in one minute and one area."""

    class Area(models.TextChoices):
        BOOKING = "booking", "Booking"
        PAGES = "pages", "Other pages"
        API = "api", "API"
        TASKS = "tasks", "Tasks"

    minute = models.DateTimeField()
    area = models.CharField(max_length=10, choices=Area.choices)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["minute", "area"], name="one_count_of_errors_a_minute")]
        ordering = ["-minute", "area"]

    def __str__(self) -> str:
        return f"{self.minute:%Y-%m-%d %H:%M} {self.area}: {self.count}"


class AlarmState(models.Model):
    """Whether an alarm is on, since when, and the value that was last measured. `pending_since`: from when on its limit has
    been passed without a break; it goes on once that has lasted as long as `config/alarms.toml` says."""

    name = models.CharField(max_length=30, primary_key=True)
    is_on = models.BooleanField(default=False)
    changed_at = models.DateTimeField(null=True)  # when it went on or off for the last time
    pending_since = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    value = models.FloatField(null=True)  # None if it could not be measured
    sentence = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_on=False) | Q(changed_at__isnull=False), name="an_alarm_that_is_on_has_its_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}: {'on' if self.is_on else 'off'}"


class BackupRecord(models.Model):
    """A backup that was made, or a rehearsal of restoring one, and how it ended."""

    class Kind(models.TextChoices):
        BACKUP = "backup", "Backup"
        REHEARSAL = "rehearsal", "Rehearsal of a restore"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    finished_at = models.DateTimeField()
    is_good = models.BooleanField()
    size = models.PositiveBigIntegerField(null=True)  # in bytes
    note = models.CharField(max_length=300, blank=True)  # where it is, or why it failed

    class Meta:
        ordering = ["-finished_at", "-id"]
        indexes = [models.Index(fields=["kind", "-finished_at"], name="backups_by_time")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.finished_at:%Y-%m-%d %H:%M}"


class StaffNote(BaseModel):
    """A note about a person or a booking, which only staff read. It is never changed."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="staff_notes"
    )
    booking = models.ForeignKey(Booking, null=True, on_delete=models.CASCADE, related_name="staff_notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=2000)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, booking__isnull=True) | Q(person__isnull=True, booking__isnull=False),
                name="note_about_a_person_or_a_booking",
            )
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"note of {self.created_at:%Y-%m-%d %H:%M}"
