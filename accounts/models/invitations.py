"""Invitations to join."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.fields import LineField
from core.models import BaseModel


class JoinInvitationQuerySet(models.QuerySet["JoinInvitation"]):
    def usable(self, now: datetime) -> JoinInvitationQuerySet:
        return self.filter(used_at=None, revoked_at=None, expires_at__gt=now)


class JoinInvitation(BaseModel):
    """Lets one person join while only people with an invitation can. Its link is the key."""

    email = models.EmailField("email address", blank=True, help_text="Where the link was sent, if it was mailed.")
    note = LineField(max_length=120, blank=True, help_text="Whom it is for; only staff read it.")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    objects = JoinInvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(used_by__isnull=True) | Q(used_at__isnull=False), name="used_invitation_has_its_time"
            )
        ]

    def __str__(self) -> str:
        return self.email or self.note or f"invitation of {self.created_at:%Y-%m-%d}"
