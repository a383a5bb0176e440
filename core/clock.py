"""The one clock: the database's, so that every process agrees on what has expired."""

from datetime import UTC, datetime

from django.db import connection


def now() -> datetime:
    """The present instant. Views and tasks read it once and pass it down."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        instant: datetime = cursor.fetchone()[0]
    return instant.astimezone(UTC)
