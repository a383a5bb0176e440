"""Making an anonymised copy: the site's data in a database that is dropped afterwards, replaced there, and written as a backup."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from core import clock, direct
from core.encryption import encrypt
from operations.anonymised.statements import anonymise
from operations.backups import archive, programs, services
from operations.backups.archive import DATABASE, MEDIA
from operations.backups.encryption import BackupKey

SCRATCH_DATABASE = "anonymised"


def make_anonymised(folder: Path, key: BackupKey) -> Path:
    """Writes a copy with no real person in it into the folder, and returns its path. It has no files, and secrets of its own."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    services.delete_remains(folder)
    path = folder / f"anonymised-{clock.now():%Y-%m-%dT%H%M%SZ}.backup"
    partial = path.with_suffix(".partial")
    partial.touch(mode=0o600, exist_ok=False)
    secret = secrets.token_urlsafe(50)
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=services.SCRATCH) as name, partial.open("wb") as target:
            scratch = Path(name)
            manifest = services.dump_database(scratch / "real.dump")
            with services.scratch_database(SCRATCH_DATABASE) as database:
                services.load(scratch / "real.dump", database)
                (scratch / "real.dump").unlink()
                _anonymise(database, secret)
                programs.run("pg_dump", [*services.DUMP, "--file", str(scratch / DATABASE)], database=database)
            (scratch / MEDIA).mkdir()
            lines = f"SECRET_KEY={secret}\nSECRET_KEY_FALLBACKS=\n".encode()
            archive.write(target, key, manifest, scratch / DATABASE, lines, [])
            target.flush()
            os.fsync(target.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return path


def _anonymise(database: str, secret: str) -> None:
    """Replaces what is personal in a database."""
    sealed = encrypt("anonymised", secret=secret)
    with direct.connect(database=database, autocommit=True) as scratch:
        anonymise(scratch, sealed)
