"""Notes that staff write about people and bookings."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from bookings.models import Booking
from core.models import BaseModel


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
