"""Tasks know the broker in every process, and not only in the worker."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.apps import apps

from config.apps import ConfigConfig
from config.celery import app
from config.embedded.paths import PROJECT
from core import outbox
from core.tasks import deliver_channel
from scheduling.tasks import CALENDARS, READERS


def test_a_page_wakes_the_worker_that_runs() -> None:
    """Without it every mail waits for the sweep."""
    assert isinstance(apps.get_app_config("config"), ConfigConfig)
    assert deliver_channel.app is app


@pytest.mark.slow
def test_each_worker_has_its_own_queues_and_that_of_the_outbox_a_thread_to_spare() -> None:
    """Both are asked in one process, because loading the project takes longer than anything else here."""
    script = """
from config.celery import app
app.Worker(hostname="celery@here", concurrency=1)
print(*app.amqp.queues.consume_from)
worker = app.Worker(hostname="outbox@here", pool="threads")
print(worker.concurrency, *sorted(app.amqp.queues.consume_from))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True)

    usual, of_outbox = done.stdout.splitlines()
    assert usual.split() == ["default"]
    threads, *queues = of_outbox.split()
    assert queues == [CALENDARS, *(outbox.queue_of(channel) for channel in outbox.channels())]
    assert "outbox.mail" in queues
    assert int(threads) == len(outbox.channels()) + 1 + READERS
