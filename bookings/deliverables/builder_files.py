"""Files that a builder has on Waymark already and can add to a booking by their ids: deliverables of their other
bookings, and what apps above this one register, such as the portfolio."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.files.base import File

from accounts.models import User
from bookings.models import Deliverable
from core.errors import Refusal, Refused


@dataclass(frozen=True)
class BuilderFile:
    """A file or a link of a builder: `file` is None for a link, and `url` empty for a file."""

    title: str
    url: str = ""
    file: File[bytes] | None = None


FileOf = Callable[[User, UUID], BuilderFile | None]
_sources: list[FileOf] = []


def register_builder_files(file_of: FileOf) -> None:
    """Registers `file_of(builder, id)`, which returns the builder's file with this id, or None."""
    _sources.append(file_of)


def builder_file(builder: User, identity: UUID) -> BuilderFile | None:
    """Returns the builder's file with this id, or None. One query for each source until one has it."""
    deliverable = Deliverable.objects.filter(
        pk=identity, booking__builder=builder, added_by=builder, removed_at__isnull=True
    ).first()
    if deliverable is not None:
        return BuilderFile(deliverable.title, deliverable.url, copy_of(deliverable.file, deliverable.name))
    return next((file for file_of in _sources if (file := file_of(builder, identity))), None)


def copy_of(stored: Any, name: str) -> File[bytes] | None:
    """Returns the stored file under the name that its sender gave it, ready to be saved once more; None for no file.
    Refuses a file that is missing from the disk."""
    try:
        return File(stored.open("rb"), name=name) if stored else None
    except FileNotFoundError:
        raise Refused(Refusal.NOT_FOUND, f"“{name}” is no longer there. Add it again.") from None
