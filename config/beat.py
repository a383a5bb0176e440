"""Celery's beat, which starts the periodic jobs: `python -m config.beat`.

It only queues one task, so it loads none of Django's apps, which take twice the memory of the rest, and does not go through
the `celery` command, which loads a prompt with editing and colours.
"""

from __future__ import annotations

import logging.config
import os
import warnings
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings

from config.broker import OPTIONS

# Its heartbeat is one statement of SQL, which needs no apps.
warnings.filterwarnings("ignore", message="Accessing the database during app initialization")
app = Celery("waymark-beat", fixups=[])  # the one for Django would load its apps
app.conf.update(**OPTIONS)


@setup_logging.connect
def _set_up_logging(**_: Any) -> None:
    """Logs as the other programs do, whose logging Django sets up."""
    logging.config.dictConfig(settings.LOGGING)


if __name__ == "__main__":
    app.Beat(quiet=True).run()
