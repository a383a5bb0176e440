"""Advisory locks by name, for transactions that must not run at the same time but share no row."""

from __future__ import annotations

import hashlib

from django.db import connection


def lock_until_commit(name: str) -> None:
    """Takes the lock of this name until the transaction ends, after waiting for any other that has it.

    It reads no rows, so the caller's next statement sees what the transaction before it has committed.
    """
    key = int.from_bytes(hashlib.sha256(f"lock:{name}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
