"""What is in a backup: a tar file with the database, people's files, the secrets that the data needs, and a manifest."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from operations.backups.encryption import BackupKey, BackupUnreadable, DecryptingReader, EncryptingWriter

DATABASE, SECRETS, MANIFEST, MEDIA = "database.dump", "secrets.env", "manifest.json", "media"
BUFFER = 1024 * 1024


@dataclass
class Manifest:
    """What a backup holds: rows of each table, and the checksum of each file."""

    version: str
    made_at: str
    migrations: list[str]
    rows: dict[str, int]
    files: dict[str, str] = field(default_factory=dict)  # name in the archive: SHA-256

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()


class _Hashing:
    """Reads a file and computes its checksum on the way."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


File = tuple[str, int, IO[bytes]]  # the name of a file of people, its size, and its content


def files_below(folder: Path) -> Iterator[File]:
    """Yields the files below a folder, each open as long as it is looked at."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            yield path.relative_to(folder).as_posix(), path.stat().st_size, file


def write(
    target: IO[bytes], key: BackupKey, manifest: Manifest, dump: Path, secrets: bytes, files: Iterable[File]
) -> None:
    """Writes a backup, with the manifest at its end, since only then the checksums are known."""
    encrypted = EncryptingWriter(target, key)
    with tarfile.open(fileobj=encrypted, mode="w|", bufsize=BUFFER) as tar:  # type: ignore[call-overload]  # needs `write` alone
        manifest.files[DATABASE] = _add_file(tar, DATABASE, dump)
        manifest.files[SECRETS] = _add(tar, SECRETS, io.BytesIO(secrets), len(secrets))
        for name, size, file in files:
            manifest.files[f"{MEDIA}/{name}"] = _add(tar, f"{MEDIA}/{name}", file, size)
        content = manifest.as_json()
        _add(tar, MANIFEST, io.BytesIO(content), len(content))
    encrypted.close()


def _add_file(tar: tarfile.TarFile, name: str, path: Path) -> str:
    with path.open("rb") as file:
        return _add(tar, name, file, path.stat().st_size)


def _add(tar: tarfile.TarFile, name: str, file: IO[bytes], size: int) -> str:
    """Adds a file and returns its checksum."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    hashing = _Hashing(file)
    tar.addfile(entry, hashing)
    return hashing.digest.hexdigest()


def unpack(source: IO[bytes], key: BackupKey, folder: Path) -> Manifest:
    """Unpacks a backup into an empty folder and compares every file with its checksum. Raises BackupUnreadable."""
    checksums: dict[str, str] = {}
    try:
        with tarfile.open(fileobj=DecryptingReader(source, key), mode="r|", bufsize=BUFFER) as tar:  # type: ignore[call-overload]  # as above
            for entry, path in _entries(tar, folder):
                checksums[entry.name] = _extract(tar, entry, path)
        manifest = Manifest(**json.loads((folder / MANIFEST).read_bytes()))
    except (tarfile.TarError, OSError, ValueError, TypeError) as error:
        raise BackupUnreadable(f"The backup is damaged: {error}") from None
    del checksums[MANIFEST]
    if checksums != manifest.files:
        different = sorted(checksums.items() ^ manifest.files.items())
        raise BackupUnreadable(f"A file of the backup is not as it was written: {different[0][0]}")
    return manifest


def _entries(tar: tarfile.TarFile, folder: Path) -> Iterator[tuple[tarfile.TarInfo, Path]]:
    """Yields the files of the archive with where each belongs; refuses anything else, such as a path that leads out."""
    for entry in tar:
        parts = PurePosixPath(entry.name).parts
        is_ours = entry.name in (DATABASE, SECRETS, MANIFEST) or parts[:1] == (MEDIA,)
        if not entry.isreg() or not is_ours or ".." in parts:
            raise BackupUnreadable(f"The backup holds something that does not belong there: {entry.name[:100]}")
        yield entry, folder.joinpath(*parts)


def _extract(tar: tarfile.TarFile, entry: tarfile.TarInfo, path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    source: Any = tar.extractfile(entry)
    hashing = _Hashing(source)
    with path.open("wb") as target:
        while data := hashing.read(BUFFER):
            target.write(data)
    return hashing.digest.hexdigest()
