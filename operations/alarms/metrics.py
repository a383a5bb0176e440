"""Metrics of alarms for /metrics, each with its query."""

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
