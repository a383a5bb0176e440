"""How the two sides of a booking prepare its session."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bookings.models.agreement import Booking
from bookings.states import Side
from core.models import BaseModel


class Preparation(BaseModel):
    """The agenda of a session, which both sides edit, and what the builder has ticked on their checklist."""

    class Check(models.TextChoices):
        ANSWERS = "answers", "Answers read"
        NOTES = "notes", "Notes read"
        FILES = "files", "Files looked at"
        SKILLS = "skills", "Skills chosen"

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="preparation")
    agenda = models.TextField(max_length=4000, blank=True)
    agenda_version = models.PositiveIntegerField(default=0)
    agenda_changed_at = models.DateTimeField(null=True)
    agenda_changed_by = models.CharField(max_length=8, choices=Side.choices, blank=True)
    checked = ArrayField(models.CharField(max_length=7, choices=Check.choices), default=list, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(agenda_version=0, agenda="", agenda_changed_at=None, agenda_changed_by="")
                | Q(agenda_version__gt=0, agenda_changed_at__isnull=False) & ~Q(agenda_changed_by=""),
                name="a_changed_agenda_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return "preparation of a session"
