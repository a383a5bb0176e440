"""Servers once for the run, a cloned database for each worker, and the named cast."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
import redis
from django.db import connection
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from config.embedded import Instance, lease
from config.embedded.places import PROJECT
from tests import databases, environment


def pytest_configure(config: pytest.Config) -> None:
    """The controller starts the embedded servers and makes the templates; its workers find both."""
    if hasattr(config, "workerinput"):
        return
    if environment.embedded():
        lease(Instance("test"))
    with databases.one_at_a_time() as lock:
        for template, source, command in (
            (databases.TEMPLATE, "template1", ["migrate", "--verbosity=0"]),
            (databases.DEMO_TEMPLATE, databases.TEMPLATE, ["seed_demo", "--verbosity=0"]),
        ):
            if databases.stamped(lock, template):
                continue
            databases.clone(source, template)
            target = os.environ | {
                "DATABASE_URL": environment.database_url(template),
                "DJANGO_SETTINGS_MODULE": "config.settings",
            }
            subprocess.run([sys.executable, "manage.py", *command], cwd=PROJECT, env=target, check=True)
            databases.stamp(lock, template)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """In place of pytest-django's own: this worker's database is a clone of the migrated template."""
    name = f"waymark_{environment.WORKER}"
    databases.clone(databases.TEMPLATE, name)
    with django_db_blocker.unblock():
        redis.Redis.from_url(os.environ["REDIS_URL"]).flushdb()
    yield
    with django_db_blocker.unblock():
        connection.close()
        connection.close_pool()
    databases.drop(name)


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """For tests that really commit (threads, other processes): the database is cloned anew afterwards."""
    with django_db_blocker.unblock():
        yield
        connection.close()
        connection.close_pool()
    databases.clone(databases.TEMPLATE, f"waymark_{environment.WORKER}")


@pytest.fixture
def stranger() -> Client:
    """A browser in which nobody is signed in."""
    return Client()
