"""Metrics of errors for /metrics, each with its query."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import Metric

from core.metrics import gauge


def metrics() -> Iterator[Metric]:
    yield gauge(
        "errors_of_15_minutes", "Errors that nobody foresaw, in the last 15 minutes.", ["area"],
        """SELECT area.name, coalesce(sum(counted.count), 0)
        FROM (VALUES ('booking'), ('pages'), ('api'), ('tasks')) AS area (name)
        LEFT JOIN operations_errorcount counted
            ON counted.area = area.name AND counted.minute >= now() - interval '15 minutes'
        GROUP BY 1""",
    )  # fmt: skip
