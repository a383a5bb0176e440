"""Metrics of backups for /metrics, each with its query."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import Metric

from core.metrics import gauge


def metrics() -> Iterator[Metric]:
    yield gauge(
        "backup_age_seconds", "Since the last good backup or rehearsal.", ["kind"],
        """SELECT kind, extract(epoch FROM now() - max(finished_at)) FROM operations_backuprecord
        WHERE is_good GROUP BY 1""",
    )  # fmt: skip
