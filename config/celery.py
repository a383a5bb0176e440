"""Celery. It only triggers work that is recorded in PostgreSQL, so no work is lost with a lost message."""

from __future__ import annotations

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import (
    heartbeat_sent,
    setup_logging,
    worker_before_create_process,
    worker_init,
    worker_shutting_down,
)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings

from config.broker import OPTIONS

app = Celery("waymark")
app.conf.update(
    **OPTIONS,
    task_ignore_result=True,
    task_publish_retry=False,
    task_always_eager=settings.TASKS_IN_PROCESS,
    # A task whose worker is killed is run again, so every task must be safe to run twice.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_time_limit=270,
    task_soft_time_limit=240,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_soft_shutdown_timeout=2.0,
    worker_enable_soft_shutdown_on_idle=True,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    task_create_missing_queues=True,
)
app.autodiscover_tasks()

# Arguments of `celery -A config.celery` for the two kinds of workers. The name decides which one it is. The one of the
# outbox has threads: a loop for each channel, and some that read calendars. They mostly wait for other servers.
WORKER = ("worker", "--without-gossip", "--without-mingle")
OUTBOX_WORKER = (*WORKER, "--hostname", "outbox@%h", "--pool", "threads")


@setup_logging.connect
def _keep_logging(**_: Any) -> None:
    """Keeps the logging that Django has set up: Celery sets up its own only if this signal has no receiver."""


def _is_outbox_worker(hostname: str) -> bool:
    return hostname.startswith("outbox@")


@worker_init.connect
def _outlast_redis(**_: Any) -> None:
    from config.acknowledgements import outlast_redis  # with kombu's transport, which only workers need

    outlast_redis()


@worker_init.connect
def _work_on_the_outbox(sender: Any, **_: Any) -> None:
    """Gives the outbox's worker the queues of all channels, and a thread for each channel and one to spare.

    A channel keeps one thread busy at most (`core.outbox_loops.run_loop`). The spare one takes wake-ups off their queues.
    Calendars are read there too, in at most `READERS` more threads.
    """
    from core import outbox
    from scheduling.tasks import CALENDARS, READERS

    if _is_outbox_worker(sender.hostname):
        channels = outbox.channels()
        sender.app.amqp.queues.select([CALENDARS, *(outbox.queue_of(channel) for channel in channels)])
        sender.concurrency = len(channels) + 1 + READERS


@worker_before_create_process.connect
def _share_memory(**_: Any) -> None:
    """Keeps what is loaded out of the collection of garbage, whose marks would make a copy of it for each child."""
    gc.collect()
    gc.freeze()


@worker_shutting_down.connect
def _end_loops(**_: Any) -> None:
    from core import outbox

    outbox.is_stopping.set()


@heartbeat_sent.connect
def _record_worker_heartbeat(sender: Any, **_: Any) -> None:
    from core.services import record_heartbeat

    record_heartbeat(name="outbox" if _is_outbox_worker(sender.eventer.hostname) else "worker")
