"""Copies people's files into the bucket or out of it, one after another, and compares each with its original."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from core import bucket
from core.bucket_reading import bucket_errors
from core.storage import AREAS, FOLDERS

CHECKSUM = "sha256"  # the metadata of an object that says what was copied into it
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Moved:
    """What became of one file."""

    name: str
    size: int
    is_copied: bool = False
    problem: str = ""


def checksum_of(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while data := file.read(CHUNK):
        digest.update(data)
    return digest.hexdigest()


def files_in_folders() -> list[tuple[str, Path]]:
    """Returns the files of all areas by the names that they have in the bucket."""
    places = [(area, Path(FOLDERS[area].location)) for area in AREAS]
    return [
        (f"{area}/{path.relative_to(folder).as_posix()}", path)
        for area, folder in places
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]


def to_bucket() -> Iterator[Moved]:
    """Copies each file that the bucket does not have with the same content, and yields what became of it."""
    present = {entry.name: entry.size for area in AREAS for entry in bucket.stored_objects(f"{area}/")}
    for name, path in files_in_folders():
        try:
            with path.open("rb") as file:
                yield _into_bucket(name, file, path.stat().st_size, present.get(name))
        except FileNotFoundError:
            continue  # deleted since it was listed


def _into_bucket(name: str, file: Any, size: int, present: int | None) -> Moved:
    checksum = checksum_of(file)
    at = {"Bucket": bucket.bucket_name(), "Key": bucket.key_of(name)}
    with bucket_errors(name):
        if present == size and bucket.client().head_object(**at)["Metadata"].get(CHECKSUM) == checksum:
            return Moved(name, size)
        file.seek(0)
        extra = bucket.OBJECT | {"Metadata": {CHECKSUM: checksum}}
        bucket.client().upload_fileobj(file, **at, ExtraArgs=extra, Config=bucket.TRANSFER)
    with bucket.object_file(name, name) as copy:
        if checksum_of(copy) == checksum:
            return Moved(name, size, is_copied=True)
    bucket.delete_object(name)
    return Moved(name, size, problem="the copy differs, and was deleted")


def to_folder() -> Iterator[Moved]:
    """Copies each object that the folders do not have with the same content, and yields what became of it."""
    for area in AREAS:
        for entry in bucket.stored_objects(f"{area}/"):
            target = Path(FOLDERS[area].path(entry.name.removeprefix(f"{area}/")))
            try:
                yield _into_folder(entry.name, target)
            except FileNotFoundError:
                continue  # deleted since it was listed


def _into_folder(name: str, target: Path) -> Moved:
    """Copies an object and compares it with the checksum of its upload, or else with what a second reading returns."""
    with bucket_errors(name):
        head = bucket.client().head_object(Bucket=bucket.bucket_name(), Key=bucket.key_of(name))
    size, expected = int(head["ContentLength"]), head["Metadata"].get(CHECKSUM)
    if expected is None:
        with bucket.object_file(name, name) as file:
            expected = checksum_of(file)
    if target.exists() and target.stat().st_size == size:
        with target.open("rb") as file:
            if checksum_of(file) == expected:
                return Moved(name, size)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")
    partial.touch(mode=0o600)
    digest = hashlib.sha256()
    with bucket.object_file(name, name) as source, partial.open("wb") as copy:
        for data in source.chunks(CHUNK):
            digest.update(data)
            copy.write(data)
    if digest.hexdigest() != expected:
        partial.unlink()
        return Moved(name, size, problem="the copy differs, and was deleted")
    partial.replace(target)
    return Moved(name, size, is_copied=True)
