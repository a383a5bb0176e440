"""What people say about using Waymark."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.ids import uuid7


class Feedback(models.Model):
    """Whether something was easy, and what a person adds in words. After a booking there is one row for each booking."""

    class Occasion(models.TextChoices):
        BOOKING = "booking", "After a booking"
        FORM = "form", "The form"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    occasion = models.CharField(max_length=7, choices=Occasion.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reference = models.CharField(max_length=20, blank=True, help_text="Of the booking, if it was after one.")
    was_easy = models.BooleanField(null=True)
    text = models.TextField(max_length=2000, blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "feedback"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["reference"], condition=Q(occasion="booking"), name="one_feedback_for_a_booking"
            ),
            models.CheckConstraint(
                condition=Q(occasion="booking", was_easy__isnull=False) & ~Q(reference="") | Q(occasion="form"),
                name="feedback_to_a_booking_says_whether_it_was_easy",
            ),
        ]

    def __str__(self) -> str:
        return f"feedback of {self.created_at:%Y-%m-%d %H:%M}"
