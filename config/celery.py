"""Celery: only the alarm clock. What must be done stands in PostgreSQL, so a lost message loses nothing."""

from __future__ import annotations

import os
import sys
from typing import Any

from celery import Celery
from celery.signals import heartbeat_sent, setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings


def _broker(url: str) -> str:
    """redis-py says `unix://PATH?db=1`, Celery says `redis+socket://PATH?virtual_host=1`."""
    if not url.startswith("unix:"):
        return url
    return url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")


# Workers wait for Redis; a page that only wakes one does not keep its visitor waiting.
PATIENCE_SECONDS = 30 if "celery" in sys.argv[0] else 1

app = Celery("waymark")
app.conf.update(
    broker_url=_broker(settings.REDIS_URL),
    task_ignore_result=True,
    task_publish_retry=False,
    task_always_eager=settings.TASKS_IN_PROCESS,
    timezone="UTC",
    # A task whose worker dies comes back; every task can run twice.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_time_limit=270,
    task_soft_time_limit=240,
    broker_transport_options={
        "visibility_timeout": 300,  # longer than any task may take
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_timeout": PATIENCE_SECONDS,
        "socket_connect_timeout": PATIENCE_SECONDS,
        "global_keyprefix": "celery:",
    },
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_soft_shutdown_timeout=2.0,
    worker_enable_soft_shutdown_on_idle=True,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    # Separate queues: a slow mail server or calendar holds up nothing else.
    task_default_queue="default",
    task_create_missing_queues=True,
    task_routes={"*.mail_*": {"queue": "mail"}, "*.sync_*": {"queue": "sync"}},
    beat_scheduler="core.beat:Scheduler",
    # The one entry: it starts whatever job is due, each of which claims a row for its period.
    beat_schedule={
        "start-due-jobs": {"task": "core.tasks.start_due_jobs", "schedule": 15.0, "options": {"expires": 15}}
    },
)
app.autodiscover_tasks()
QUEUES = ("default", "mail", "sync")


@setup_logging.connect
def _use_our_logging(**_: Any) -> None:
    """Django has set logging up; Celery leaves it alone once somebody answers this signal."""


@heartbeat_sent.connect
def _worker_is_alive(**_: Any) -> None:
    from core.services import record_heartbeat

    record_heartbeat(name="worker")
