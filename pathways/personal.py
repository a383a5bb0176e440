"""What this floor knows of a person: the pathways they walk."""

from __future__ import annotations

from core.personal import delete_rows, register_personal
from pathways.models import Enrolment


def register() -> None:
    enrolments = lambda person: Enrolment.objects.filter(client=person)  # noqa: E731  (named once, used twice)
    register_personal(
        Enrolment,
        rows=enrolments,
        fields=("pathway", "builder", "status", "created_at", "ended_at"),
        erase=delete_rows(enrolments),
    )
