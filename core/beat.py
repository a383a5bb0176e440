"""Celery's beat, without a file of its own and with a heart that /readyz can hear."""

from __future__ import annotations

from typing import Any

from celery import beat

from core.services import record_heartbeat


class Scheduler(beat.Scheduler):
    """Keeps nothing on disk: what is due is asked of the database, and no entry waits longer than seconds."""

    max_interval = 5

    def tick(self, *args: Any, **kwargs: Any) -> float:
        record_heartbeat(name="beat")
        seconds: float = super().tick(*args, **kwargs)
        return seconds
