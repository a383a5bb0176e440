"""What all of Celery's programs have in common: how they reach Redis, and what beat starts."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings


def _broker_url(url: str) -> str:
    """Returns the URL as Celery writes it: `redis+socket://PATH?virtual_host=1` where redis-py has `unix://PATH?db=1`."""
    if not url.startswith("unix:"):
        return url
    return url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")


# How long to wait for Redis. Worker and beat cannot work without it. Other processes queue tasks while a person waits
# for a page: they try once more at once and give up after two half seconds, since the periodic sweeps do the work once
# Redis is back. Without `max_retries` kombu would try for six seconds.
IS_WORKER = any(program in sys.argv[0] for program in ("celery", "config/beat.py"))
TIMEOUT_SECONDS = 30 if IS_WORKER else 0.5
RETRIES = {} if IS_WORKER else {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}

OPTIONS: dict[str, Any] = {
    "broker_url": _broker_url(settings.REDIS_URL),
    "timezone": "UTC",
    "broker_transport_options": {
        "visibility_timeout": 300,  # longer than any task may take
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_timeout": TIMEOUT_SECONDS,
        "socket_connect_timeout": TIMEOUT_SECONDS,
        "global_keyprefix": "celery:",
        **RETRIES,
    },
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    # The outbox has a queue for each of its channels besides, which the process `outbox` works on.
    "task_default_queue": "default",
    "beat_scheduler": "core.beat:Scheduler",
    # The only entry: it queues the periodic jobs that are due. Each of them claims a row for its period.
    "beat_schedule": {
        "start-due-jobs": {"task": "core.tasks.start_due_jobs", "schedule": 5.0, "options": {"expires": 15}}
    },
}
