"""Connections to PostgreSQL itself, for what PgBouncer in transaction mode cannot pass on: locks of a session, settings of a
session, other databases, and PostgreSQL's own programs."""

from __future__ import annotations

from typing import Any

import psycopg
from django.conf import settings
from django.db import connection


def connect(*, database: str | None = None, autocommit: bool = False) -> psycopg.Connection[Any]:
    """Opens a connection to the site's database, or to another one of its server. The caller closes it."""
    options = settings.DATABASE_DIRECT
    parameters = {
        "host": options["HOST"],
        "port": options["PORT"],
        "user": options["USER"],
        "password": options["PASSWORD"],
        "dbname": database or connection.settings_dict["NAME"],
        "client_encoding": "UTF8",
        **options["OPTIONS"],
    }
    return psycopg.connect(autocommit=autocommit, **{name: value for name, value in parameters.items() if value})
