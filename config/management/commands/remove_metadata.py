"""`manage.py remove_metadata`: removes from stored pictures and videos where and with what they were taken.

Files that people send are stored without it. Run this once after an update from a release that stored them as they were.
It can be broken off and run again: what has been done is left alone.
"""

from __future__ import annotations

from pathlib import PurePath
from tempfile import TemporaryFile
from typing import Any

from django.apps import apps
from django.core.files.base import File
from django.core.management.base import BaseCommand
from django.db import models, transaction

from core.images import BadImage, has_metadata, rewritten
from core.storage import PrivateFiles
from core.uploads import PICTURES, VIDEOS
from core.videos import BadVideo, without_place


class Command(BaseCommand):
    help = "Removes from stored pictures and videos where and with what they were taken."

    def handle(self, *args: Any, **options: Any) -> None:
        count, refused = 0, 0
        for model in apps.get_models():
            for field in model._meta.local_fields:
                if isinstance(field, models.FileField) and isinstance(field.storage, PrivateFiles):
                    stored: models.QuerySet[Any] = models.QuerySet(model).exclude(**{field.name: ""}).order_by("pk")
                    for row in stored.iterator():
                        try:
                            count += _clean(row, field)
                        except (BadImage, BadVideo, FileNotFoundError) as reason:
                            refused += 1
                            self.stdout.write(f"{model._meta.label} {row.pk}: {reason}")
        self.stdout.write(f"{count} files were stored anew, {refused} could not be read.")


def _clean(row: Any, field: models.FileField) -> bool:
    """Stores the file of this row anew if it has metadata, with its size, and deletes the old one afterwards."""
    stored = getattr(row, field.name)
    kind = PurePath(stored.name).suffix.lower()
    if kind not in PICTURES | VIDEOS:
        return False
    with stored.open("rb") as original, TemporaryFile() as copy:
        content = _without_metadata(original, copy, kind)
        return content is not None and _replace(row, field, content)


def _without_metadata(original: File[bytes], copy: Any, kind: str) -> File[bytes] | None:
    """Returns the content without metadata; None if it has none."""
    if kind in PICTURES:
        return rewritten(original) if has_metadata(original) else None
    for chunk in original.chunks():
        copy.write(chunk)
    return File(copy) if without_place(copy) else None


@transaction.atomic
def _replace(row: Any, field: models.FileField, content: File[bytes]) -> bool:
    """Stores the content under another random name, unless the row has another file by now."""
    former, storage = str(getattr(row, field.name).name), field.storage
    name = storage.save(field.generate_filename(row, former), content)
    changes: dict[str, Any] = {field.attname: name}
    if any(other.name == "size" for other in row._meta.local_fields):
        changes["size"] = storage.size(name)
    rows: models.QuerySet[Any] = models.QuerySet(type(row)).filter(pk=row.pk, **{field.name: former})
    if not rows.update(**changes):
        storage.delete(name)
        return False
    transaction.on_commit(lambda: storage.delete(former))
    return True
