"""Periodic jobs of operations."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.jobs import periodic
from core.registry import integrity_findings
from operations.alarms import services as alarm_services
from operations.errors import services as errors
from operations.health import thorough


@periodic(every=timedelta(minutes=1))
def evaluate_alarms(now: datetime) -> None:
    alarm_services.evaluate(now)


@periodic(every=timedelta(days=1), offset=timedelta(hours=4, minutes=40))
def forget_errors(now: datetime) -> None:
    errors.forget_old(now)


@periodic(every=timedelta(days=1), offset=timedelta(hours=5, minutes=10))
def check_thoroughly(now: datetime) -> None:
    thorough.check_thoroughly(now, integrity_findings(now))
