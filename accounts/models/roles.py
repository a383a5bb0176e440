"""Roles granted to people, and applications to become a builder."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.roles import Role
from core.fields import LineField
from core.models import BaseModel


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def live(self) -> RoleGrantQuerySet:
        return self.filter(revoked_at__isnull=True)


class RoleGrant(BaseModel):
    """A role that a person has or had: from when to when, by whom and why. Rows are never deleted."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    revoke_reason = models.CharField(max_length=500, blank=True)

    objects = RoleGrantQuerySet.as_manager()
    never_from_replica = True  # it decides who may do what (`core.replicas`)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(revoked_at__isnull=True), name="one_live_grant_per_role"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=False) | Q(revoked_by__isnull=True, revoke_reason=""),
                name="revoked_by_only_when_revoked",
            ),
        ]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class BuilderApplication(BaseModel):
    """A person's application to become a builder, and the decision of an admin."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        GRANTED = "granted", "Granted"
        DECLINED = "declined", "Declined"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="applications")
    headline = LineField(max_length=120)
    message = models.TextField(max_length=2000)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(state="open"), name="one_open_application"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="decided_at_when_decided",
            ),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_state_display()}"
