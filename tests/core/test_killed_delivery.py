"""A worker that is killed in the middle of a delivery: another one delivers the message within a minute."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest

from config.celery import app
from config.embedded.paths import PROJECT
from core import clock, jobs, outbox
from core.models import OutboxMessage
from tests import environment


@pytest.mark.slow
def test_what_a_killed_worker_was_delivering_is_delivered_by_another_within_a_minute(committed: None) -> None:
    OutboxMessage.objects.create(event="killed", channel="test", recipient="cleo", payload={})
    variables = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": environment.database_url(f"waymark_{environment.WORKER}"),
    }
    command = [sys.executable, "-m", "tests.core.killed_deliverer"]

    worker = subprocess.run(command, cwd=PROJECT, env=os.environ | variables, timeout=120, check=False)

    message = OutboxMessage.objects.get()
    sweep = next(job for job in jobs.all_jobs() if job.name == "core.tasks.sweep_outbox")
    (entry,) = app.conf.beat_schedule.values()
    assert worker.returncode == -signal.SIGKILL
    assert (message.state, message.attempts) == ("waiting", 1)
    assert message.leased_until is not None
    longest_wait = message.leased_until - clock.now() + sweep.every + timedelta(seconds=entry["schedule"])
    assert longest_wait < timedelta(seconds=60)

    seen: list[str] = []
    outbox.register_channel("test", lambda due: seen.append(due.event))
    try:
        OutboxMessage.objects.update(leased_until=clock.now() - timedelta(seconds=1))
        outbox.deliver_due("test")
        outbox.deliver_due("test")
    finally:
        del outbox._channels["test"]
    assert seen == ["killed"], "once"
