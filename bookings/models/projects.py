"""Projects of clients, to which several sessions can belong."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from core.fields import LineField
from core.models import BaseModel


class Project(BaseModel):
    """A client's piece of work that several bookings belong to."""

    client = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="projects")
    title = LineField(max_length=80)
    about = models.TextField(max_length=2000, blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("bookings:project", args=[self.pk])
