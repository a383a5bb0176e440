"""Bookings that were made on Calendly: the events there, and the people who booked them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from bookings.models.agreement import Booking
from core.models import BaseModel


class CalendlyEvent(BaseModel):
    """A scheduled event as it was read last: an event whose mark is the same has not changed since."""

    builder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    uri = models.CharField(max_length=300)
    mark = models.CharField(max_length=120)
    starts_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["builder", "uri"], name="one_row_of_an_event")]
        verbose_name = "Calendly event"

    def __str__(self) -> str:
        return self.uri


class CalendlyInvitee(BaseModel):
    """An invitee of Calendly's, and the booking it is here. A moved booking has several, the latest of which counts."""

    builder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="calendly_invitees")
    uri = models.CharField(max_length=300)
    event_uri = models.CharField(max_length=300, db_index=True)
    is_current = models.BooleanField(default=True)
    no_show_uri = models.CharField(max_length=300, blank=True)
    answers = models.JSONField(default=list)  # [question, answer] that are no questions here
    tracking = models.JSONField(default=dict)
    payment = models.JSONField(default=dict)  # what was paid on Calendly, which Waymark neither counts nor gives back

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["builder", "uri"], name="one_row_of_an_invitee"),
            models.UniqueConstraint(
                fields=["booking"], condition=models.Q(is_current=True), name="one_current_invitee_of_a_booking"
            ),
        ]
        ordering = ["id"]
        verbose_name = "Calendly invitee"

    def __str__(self) -> str:
        return self.uri
