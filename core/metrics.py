"""Metrics for Prometheus, registered by each app.

They are read from the database for each scrape, so that every process returns the same and a restart loses none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db import connection
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

Numbers = Callable[[], Iterable[Metric]]
_numbers: list[Numbers] = []


def register_metrics(numbers: Numbers) -> None:
    """Registers a function that yields families of metrics, each from one query."""
    _numbers.append(numbers)


class _AllMetrics(Collector):
    def collect(self) -> Iterator[Metric]:
        for numbers in _numbers:
            yield from numbers()


def text() -> bytes:
    """Returns all metrics in the text format of Prometheus."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_AllMetrics())
    return generate_latest(registry)


def gauge(name: str, text: str, labels: Sequence[str], query: str) -> Metric:
    """Returns a gauge from a query whose rows are (label, …, number)."""
    return _filled(GaugeMetricFamily(f"waymark_{name}", text, labels=labels), query)


def counter(name: str, text: str, labels: Sequence[str], query: str) -> Metric:
    """Returns a counter from a query whose rows are (label, …, number). Its numbers must never fall."""
    return _filled(CounterMetricFamily(f"waymark_{name}", text, labels=labels), query)


def _filled(family: Any, query: str) -> Metric:
    with connection.cursor() as cursor:
        cursor.execute(query)
        for *labels, number in cursor.fetchall():
            family.add_metric([str(label) for label in labels], float(number))
    metric: Metric = family
    return metric


def core_metrics() -> Iterator[Metric]:
    yield gauge(
        "outbox_messages", "Messages in the outbox.", ["channel", "state"],
        "SELECT channel, state, count(*) FROM core_outboxmessage GROUP BY 1, 2",
    )  # fmt: skip
    yield gauge(
        "outbox_oldest_seconds", "For how long the oldest message that is due has waited.", [],
        """SELECT coalesce(extract(epoch FROM now() - min(due_at)), 0) FROM core_outboxmessage
        WHERE state = 'waiting' AND due_at <= now()""",
    )  # fmt: skip
    yield gauge(
        "heartbeat_age_seconds", "Since the last sign of life.", ["process"],
        "SELECT name, extract(epoch FROM now() - seen_at) FROM core_heartbeat",
    )  # fmt: skip
