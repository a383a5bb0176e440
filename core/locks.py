"""Locks on a name, for acts that share a rule but no row."""

from __future__ import annotations

import hashlib

from django.db import connection


def lock_until_commit(name: str) -> None:
    """Waits until no other transaction holds the lock of this name, then holds it until the transaction ends."""
    key = int.from_bytes(hashlib.sha256(f"lock:{name}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
