"""Bookings of a guest that staff moved into the account of a member."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import BaseModel


class GuestMerge(BaseModel):
    """Which bookings of a guest were moved into an account, and whose each was before, so that it can be undone."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="guest_merges")
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    # The id of each booking, with the id of its former client; null where nobody had confirmed the guest's address.
    bookings = models.JSONField()
    # The ids of the guest's messages that moved along, by the key of the guest and the id of the other person.
    messages = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="merge_undone_by_somebody",
            )
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{len(self.bookings)} bookings to {self.person}"
