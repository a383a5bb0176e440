"""Drafts of bookings."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import models

from coaching.models import SessionType
from core.models import BaseModel


class Draft(BaseModel):
    """What a visitor has typed in the wizard. It outlasts a lost hold, and is deleted a day after its last change."""

    holder = models.CharField(max_length=64)
    session_type = models.ForeignKey(SessionType, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    details = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["holder", "session_type"], name="one_draft_each")]
        indexes = [models.Index(fields=["changed_at"], name="drafts_by_age")]

    def __str__(self) -> str:
        return f"draft of {self.holder}"

    @property
    def form_key(self) -> UUID:
        return self.pk
