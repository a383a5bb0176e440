"""Messages to support."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.fields import LineField, NameField
from core.ids import uuid7


class ContactMessage(models.Model):
    """A message from the contact page. It waits on the front page of operations until staff have answered it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    name = NameField(max_length=80)
    email = models.EmailField(db_index=True)
    reference = LineField(max_length=20, blank=True)  # of the booking that it is about
    text = models.TextField(max_length=4000)
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["created_at"], condition=Q(answered_at__isnull=True), name="contact_to_answer")]

    def __str__(self) -> str:
        return f"message of {self.created_at:%Y-%m-%d %H:%M}"
