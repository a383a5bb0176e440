"""Notifications in Waymark."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.fields import LineField
from core.models import BaseModel
from core.registry import notification_kind


class Notification(BaseModel):
    """A notification about one event, which a person gets once."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    event = models.CharField(max_length=150)
    kind = models.CharField(max_length=40)
    title = LineField(max_length=140)
    text = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=300)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "event"], name="one_notification_per_event")]
        indexes = [models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="notification_unread")]
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title

    @property
    def icon(self) -> str:
        return notification_kind(self.kind).icon
