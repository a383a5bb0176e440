"""Statements of the two sides and of support in a dispute."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from bookings.models.agreement import Booking
from bookings.states import Side
from core.fields import LineField
from core.models import BaseModel
from core.storage import private_files
from core.uploads import stored_name


def statement_name(statement: Statement, name: str) -> str:
    return stored_name("evidence", name)


class Statement(BaseModel):
    """A statement in a dispute by one side or by support, with or without a file. It is never changed."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="statements")
    side = models.CharField(max_length=8, choices=Side.choices)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=4000)
    file = models.FileField(upload_to=statement_name, storage=private_files, blank=True)
    name = LineField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"statement of the {self.side}"
