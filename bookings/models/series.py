"""Series of bookings, made together, at the same time of day every so many weeks."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from coaching.models import SessionType
from core.models import BaseModel


class Series(BaseModel):
    """The same session every week or every few weeks, booked at once."""

    client = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="series")
    session_type = models.ForeignKey(SessionType, on_delete=models.PROTECT, related_name="series")
    every_weeks = models.PositiveSmallIntegerField(default=1)
    count = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(every_weeks__gte=1, count__gte=1), name="series_is_possible")]
        ordering = ["-created_at"]
        verbose_name_plural = "series"

    def __str__(self) -> str:
        return f"{self.count} times, every {self.every_weeks} weeks"

    def get_absolute_url(self) -> str:
        return reverse("bookings:series", args=[self.pk])
