"""The present time, from the database's clock, so that every process agrees on what has expired."""

from datetime import UTC, datetime

from django.db import connection
from django.http import HttpRequest


def now() -> datetime:
    """Returns the present instant in UTC. One query; views and tasks call it once and pass it on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        instant: datetime = cursor.fetchone()[0]
    return instant.astimezone(UTC)


def now_of(request: HttpRequest) -> datetime:
    """Returns the present instant. No query for a request to the API that was counted, which has asked the same clock."""
    usage = getattr(request, "api_usage", None)
    return now() if usage is None else usage.at
