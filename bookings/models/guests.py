"""People who book without an account."""

from __future__ import annotations

from django.db import models

from core.fields import NameField
from core.hour_format import HourFormat
from core.models import BaseModel


class Guest(BaseModel):
    """Somebody who booked without an account. Their email address may be anybody's until they confirm it."""

    name = NameField(max_length=80)
    email = models.EmailField(db_index=True)
    proven_at = models.DateTimeField(null=True)
    wants_reminders = models.BooleanField(default=True)
    hour_format = models.CharField(max_length=2, choices=HourFormat.choices, default=HourFormat.TWENTY_FOUR)

    def __str__(self) -> str:
        return self.name
