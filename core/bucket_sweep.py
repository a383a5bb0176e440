"""Deletes from the bucket what nobody refers to: files whose deletion failed or waited for a backup, files of transactions that
were rolled back, and what was sent straight to the bucket and never with a form."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.apps import apps
from django.db import models

from core import bucket, outbox_pause
from core.bucket import StoredObject
from core.early_uploads import FOLDER
from core.storage import AREAS, PRIVATE, PUBLIC, SITEMAPS, PrivateFiles

logger = logging.getLogger(__name__)

KEPT = timedelta(days=1)  # longer than any transaction, form or backup
# More than these at once is no forgotten file: the database is an older one, or that of another site.
LEAST_SUSPICIOUS, SUSPICIOUS_SHARE = 100, 0.1


@dataclass(frozen=True)
class Sweep:
    """What a sweep has found, and how much of it was deleted."""

    objects: int
    unreferenced: list[StoredObject]
    is_suspicious: bool
    deleted: int = 0


def sweep(now: datetime, *, deletes: bool = True, is_forced: bool = False) -> Sweep:
    """Deletes what nobody refers to and what is older than a day. If that is a large part of the bucket, deletes nothing
    unless it is forced to."""
    names, count, unreferenced = referenced_names(), 0, []
    for entry in bucket.stored_objects():
        count += 1
        if entry.changed_at < now - KEPT and _is_ours(entry.name) and entry.name not in names:
            unreferenced.append(entry)
    files = [entry for entry in unreferenced if not entry.name.startswith(f"{FOLDER}/")]
    is_suspicious = len(files) > max(LEAST_SUSPICIOUS, count * SUSPICIOUS_SHARE)
    if is_suspicious and not is_forced:
        logger.error("%s of %s files in the bucket belong to nothing; none is deleted: sweep_media", len(files), count)
        return Sweep(count, unreferenced, is_suspicious)
    if deletes:
        for entry in unreferenced:
            bucket.delete_object(entry.name)
    return Sweep(count, unreferenced, is_suspicious, len(unreferenced) if deletes else 0)


def sweep_nightly(now: datetime) -> None:
    """Sweeps the bucket, but not during a backup, nor while a site that was restored is looked at."""
    if not outbox_pause.is_paused() and not bucket.backup_is_running():
        result = sweep(now)
        logger.info("%s of %s objects were swept from the bucket", result.deleted, result.objects)


def referenced_names() -> set[str]:
    """Returns the names of all files that a row refers to: about 150 MB of memory for a million."""
    return {f"{area}/{name}" for area, field in file_fields() for name in _names(field)}


def file_fields() -> Iterator[tuple[str, models.FileField]]:
    """Yields all fields with files, each with the area of its files."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, models.FileField):
                yield PRIVATE if isinstance(field.storage, PrivateFiles) else PUBLIC, field


def _names(field: models.FileField) -> Iterator[str]:
    rows: models.QuerySet[models.Model] = models.QuerySet(field.model)
    return rows.exclude(**{field.name: ""}).values_list(field.name, flat=True).iterator(chunk_size=10_000)


def _is_ours(name: str) -> bool:
    """Whether an object is a file of a row or one that has arrived; sitemaps belong to no row."""
    area, _, rest = name.partition("/")
    return area == FOLDER or (area in AREAS and not rest.startswith(f"{SITEMAPS}/"))
