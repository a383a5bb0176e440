"""What an upgrade has to know of the site before it begins."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from operations.backups.media import size_of_files
from operations.version import version


def upgrade_facts(now: datetime) -> dict[str, Any]:
    """Returns the version, its migrations, the size of the data, and jobs that should not be interrupted. Two queries."""
    known = MigrationLoader(
        None
    ).disk_migrations  # those of a newer version may be there, after an upgrade that was killed
    recorded = set(MigrationRecorder(connection).applied_migrations())
    applied = sorted(f"{app}.{name}" for app, name in recorded & known.keys())
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT pg_database_size(current_database()), current_setting('server_version_num')::int / 10000,
                (SELECT count(*) FROM core_outboxmessage WHERE state = 'waiting' AND leased_until > %s),
                (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
                    AND backend_type = 'client backend' AND xact_start < now() - interval '1 minute')
            """,
            [now],
        )
        size, major, deliveries, transactions = cursor.fetchone()
    running = []
    if deliveries:
        running.append(f"{deliveries} messages of the outbox are being delivered")
    if transactions:
        running.append(f"{transactions} transactions have lasted longer than a minute")
    return {
        "version": version(),
        "postgres": major,
        "database_bytes": size,
        "media_bytes": size_of_files(),
        "applied": applied,
        "running": running,
    }
