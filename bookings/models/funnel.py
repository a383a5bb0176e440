"""How far visitors get in booking: counts by day, and the attempts of single visitors, none of whom can be told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from bookings.models.agreement import Booking
from coaching.models import SessionType
from core.models import validate_currency


class FunnelCount(models.Model):
    """How many visitors got to a step of booking a builder on a day, or were refused for a reason. Holds no visitor."""

    class Step(models.TextChoices):
        STARTED = "started", "Chose a time"
        DETAILS = "details", "Gave the details"
        COMPLETED = "completed", "Booked"
        FAILED = "failed", "Was refused"

    day = models.DateField()
    builder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=6)  # web, plain, embed or api
    step = models.CharField(max_length=9, choices=Step.choices)
    reason = models.CharField(max_length=40, blank=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "bookings_stepcount"
        constraints = [
            models.UniqueConstraint(fields=["builder", "day", "channel", "step", "reason"], name="one_count_a_step")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.step} {self.reason}: {self.count}"


class BookingAttempt(models.Model):
    """One visitor's attempts to book a session type on a day, with the steps they got to and what they last chose.

    `visitor` is a digest that is different on each day, so that the rows of two days, or of a person, cannot be joined.
    """

    day = models.DateField()
    visitor = models.CharField(max_length=40)
    builder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session_type = models.ForeignKey(SessionType, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=6)  # web, plain, embed or api
    minutes = models.PositiveIntegerField()
    value = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, blank=True, validators=[validate_currency])
    started_at = models.DateTimeField()
    details_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40, blank=True)  # the code of the last refusal
    booking = models.ForeignKey(Booking, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "visitor", "session_type", "channel"], name="one_attempt_a_day"),
            models.CheckConstraint(
                condition=Q(failed_at__isnull=True, reason="") | Q(failed_at__isnull=False) & ~Q(reason=""),
                name="failed_with_its_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["builder", "started_at"], name="attempts_of_builder"),
            models.Index(fields=["started_at"], name="attempts_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.day:%-d %B %Y} by {self.channel}"
