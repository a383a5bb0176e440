"""Metrics of alarms, errors and backups for /metrics, each with its query."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import Metric

from core.metrics import gauge


def metrics() -> Iterator[Metric]:
    yield gauge(
        "alarm_on", "Whether an alarm is on.", ["alarm"],
        "SELECT name, is_on::int FROM operations_alarmstate",
    )  # fmt: skip
    yield gauge(
        "alarm_value", "What an alarm has measured last, in the unit of config/alarms.toml.", ["alarm"],
        "SELECT name, value FROM operations_alarmstate WHERE value IS NOT NULL",
    )  # fmt: skip
    yield gauge(
        "alarms_age_seconds", "Since the alarms were evaluated.", [],
        "SELECT coalesce(extract(epoch FROM now() - max(checked_at)), 'infinity'::float8) FROM operations_alarmstate",
    )  # fmt: skip
    yield gauge(
        "errors_of_15_minutes", "Errors that nobody foresaw, in the last 15 minutes.", ["area"],
        """SELECT area.name, coalesce(sum(counted.count), 0)
        FROM (VALUES ('booking'), ('pages'), ('api'), ('tasks')) AS area (name)
        LEFT JOIN operations_errorcount counted
            ON counted.area = area.name AND counted.minute >= now() - interval '15 minutes'
        GROUP BY 1""",
    )  # fmt: skip
    yield gauge(
        "backup_age_seconds", "Since the last good backup or rehearsal.", ["kind"],
        """SELECT kind, extract(epoch FROM now() - max(finished_at)) FROM operations_backuprecord
        WHERE is_good GROUP BY 1""",
    )  # fmt: skip
