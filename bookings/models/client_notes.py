"""Notes of a builder about a client."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from core.models import BaseModel


class ClientNote(BaseModel):
    """A note that only the builder reads, unless it is shared with the client it is about."""

    builder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notes_written")
    client = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notes_about")
    text = models.TextField(max_length=4000)
    is_shared = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["builder", "client", "-created_at"], name="notes_on_a_client")]
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.text[:60]
