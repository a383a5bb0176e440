"""What `bookings` reports about sessions. Goals and badges count these rows, since pathways reads no booking."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from pathways.models.catalogue import Pathway


class CompletedSession(models.Model):
    """A completed session of a client, under the id of its booking."""

    booking = models.UUIDField(primary_key=True)
    client = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="completed_sessions")
    builder = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="completed_sessions_led"
    )
    pathway = models.ForeignKey(Pathway, null=True, on_delete=models.SET_NULL, related_name="+")
    starts_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["client", "starts_at"], name="sessions_of_client"),
            models.Index(fields=["builder", "starts_at"], name="sessions_of_builder"),
        ]
        ordering = ["starts_at", "booking"]

    def __str__(self) -> str:
        return f"{self.minutes} min on {self.starts_at:%-d %B %Y, %H:%M}"
