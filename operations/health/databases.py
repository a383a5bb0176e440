"""The health check, the metrics and the measurement of the replicas of the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.conf import settings
from prometheus_client.core import GaugeMetricFamily, Metric

from core.metrics import register_metrics
from core.replica_lag import ReplicaState, state_of
from operations.health.registry import HealthFinding, HealthLine, Verdict, register_health_lines


def replica_states() -> dict[str, ReplicaState]:
    """Returns the state of each replica. One query of the primary and one of the replica for each."""
    return {alias: state_of(alias) for alias in settings.DATABASE_REPLICAS}


def replicas(now: datetime) -> Sequence[HealthLine]:
    """Returns a line for each replica; none without replicas."""
    return [
        HealthLine(alias, f"Replica {alias.removeprefix('replica')}".strip(), _finding(state))
        for alias, state in replica_states().items()
    ]


def _finding(state: ReplicaState) -> HealthFinding:
    if state.lag is None:
        advice = "Searches and lists are read from the primary meanwhile. Start the replica, or make it anew from a base backup."
        return HealthFinding(Verdict.BAD, f"It cannot be read: {state.problem}", advice)
    sentence = f"It is {state.lag:.1f} s behind."
    if state.lag > settings.DATABASE_REPLICA_LAG:
        advice = "It is not read until it has caught up. See whether its disk or the network is busy, or a long query holds it up."
        return HealthFinding(Verdict.LOOK, sentence, advice)
    return HealthFinding(Verdict.GOOD, sentence)


def replica_metrics() -> Iterator[Metric]:
    states = replica_states()
    lag = GaugeMetricFamily("waymark_replica_lag_seconds", "How far a replica is behind.", labels=["replica"])
    up = GaugeMetricFamily("waymark_replica_up", "Whether a replica can be read.", labels=["replica"])
    for alias, state in states.items():
        up.add_metric([alias], float(state.lag is not None))
        if state.lag is not None:
            lag.add_metric([alias], state.lag)
    yield lag
    yield up


def register() -> None:
    register_health_lines("replicas", "Replicas", replicas)
    register_metrics(replica_metrics)
