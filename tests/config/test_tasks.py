"""Tasks know the broker in every process, and not only in the worker."""

from __future__ import annotations

from django.apps import apps

from config.apps import ConfigConfig
from config.celery import app
from core.tasks import mail_outbox


def test_a_page_wakes_the_worker_that_runs() -> None:
    """Without it every mail waits for the sweep."""
    assert isinstance(apps.get_app_config("config"), ConfigConfig)
    assert mail_outbox.app is app
