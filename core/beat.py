"""Celery's beat without a schedule file, and with a heartbeat that /readyz reads."""

from __future__ import annotations

from typing import Any

from celery import beat

from core.services import record_heartbeat


class Scheduler(beat.Scheduler):
    """Keeps the schedule in memory only: which jobs are due is in the database. Ticks at least every five seconds."""

    max_interval = 5

    def tick(self, *args: Any, **kwargs: Any) -> float:
        record_heartbeat(name="beat")
        seconds: float = super().tick(*args, **kwargs)
        return seconds
