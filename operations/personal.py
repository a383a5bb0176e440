"""Registers what this app keeps about a person, for the data export and for erasure."""

from __future__ import annotations

from django.db.models import Q

from core.personal import register_personal
from operations.models import StaffNote


def register() -> None:
    """Registers the models. Called once, from `AppConfig.ready()`."""
    register_personal(
        StaffNote,
        rows=lambda person: StaffNote.objects.filter(
            Q(person=person) | Q(booking__client=person) | Q(booking__builder=person, booking__client__isnull=True)
        ),
        fields=("created_at", "text"),
        erase=lambda person: StaffNote.objects.filter(Q(person=person) | Q(booking__client=person)).delete(),
    )
