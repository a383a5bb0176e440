"""People's files for backups and restores, from the folders or from the bucket."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from core.storage import AREAS
from operations.backups.archive import File, files_below


class FolderMedia:
    """The files of the site's folders, by links, which cost no space: a file that is deleted meanwhile stays in the backup."""

    def __init__(self, links: Path) -> None:
        self.links = links

    def keep(self) -> None:
        """Keeps what is there now."""
        source: Path = settings.MEDIA_HOME
        for path in source.rglob("*"):
            copy = self.links / path.relative_to(source)
            if path.is_file() and not copy.exists():
                copy.parent.mkdir(parents=True, exist_ok=True)
                with suppress(FileNotFoundError):  # deleted since it was listed
                    _link(path, copy)

    def files(self) -> Iterator[File]:
        return files_below(self.links)


class BucketMedia:
    """The files of the bucket, which are read while the backup is written. Nothing is deleted from the bucket until then."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def keep(self) -> None:
        from core import bucket  # boto3 takes a third of a second, and few sites need it

        self.names.update(entry.name for area in AREAS for entry in bucket.stored_objects(f"{area}/"))

    def files(self) -> Iterator[File]:
        from core import bucket  # as above

        for name in sorted(self.names):
            try:
                file: Any = bucket.object_file(name, name)
            except FileNotFoundError:
                continue  # its deletion had begun before the backup, and so had that of its row
            with file:
                yield name, file.size, file


@contextmanager
def media_of_site(links: Path) -> Iterator[FolderMedia | BucketMedia]:
    """Yields the files of the site, as they are from the first `keep` on."""
    if not settings.MEDIA_BUCKET:
        yield FolderMedia(links)
        return
    from core import bucket  # as above

    mark = secrets.token_hex(8)
    bucket.mark_backup(mark)
    try:
        yield BucketMedia()
    finally:
        bucket.unmark_backup(mark)


def has_files() -> bool:
    """Whether the site has files of people already."""
    if settings.MEDIA_BUCKET:
        from core import bucket  # as above

        return any(True for area in AREAS for _ in bucket.stored_objects(f"{area}/"))
    home: Path = settings.MEDIA_HOME
    return home.exists() and any(path.is_file() for path in home.rglob("*"))


def place_of_files() -> str:
    """Returns where the files are, for messages."""
    return f"The bucket {settings.MEDIA_BUCKET}" if settings.MEDIA_BUCKET else str(settings.MEDIA_HOME)


def size_of_files() -> int:
    """Returns the bytes that people's files take."""
    if settings.MEDIA_BUCKET:
        from core import bucket  # as above

        return sum(entry.size for area in AREAS for entry in bucket.stored_objects(f"{area}/"))
    return sum(path.stat().st_size for path in settings.MEDIA_HOME.rglob("*") if path.is_file())


def put_back(source: Path) -> None:
    """Copies the files of an unpacked backup that the site does not have to where it keeps them."""
    for name, _, file in files_below(source):
        if settings.MEDIA_BUCKET:
            _into_bucket(name, file)
        else:
            _into_folder(settings.MEDIA_HOME / name, file)


def _into_bucket(name: str, file: IO[bytes]) -> None:
    from core import bucket  # as above

    area, _, rest = name.partition("/")
    files: Any = bucket.bucket_files(area)
    if area in AREAS and not files.exists(rest):
        files.save(rest, file)


def _into_folder(copy: Path, file: IO[bytes]) -> None:
    """Copies a file that is not there yet. Half of one, after a restore that was killed, would count as there."""
    if not copy.exists():
        copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = copy.with_name(f"{copy.name}.partial")
        partial.touch(mode=0o600)
        with partial.open("wb") as target:
            shutil.copyfileobj(file, target)
        partial.replace(copy)


def _link(path: Path, copy: Path) -> None:
    try:
        copy.hardlink_to(path)
    except FileNotFoundError:
        raise
    except OSError:  # another disk, or one without links
        shutil.copyfile(path, copy)
