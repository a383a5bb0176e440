"""Counts the errors that the code does not expect: answers with the status 500, and tasks that raised."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from typing import Any

from celery.signals import task_failure
from django.core.signals import got_request_exception
from django.db import DatabaseError, OperationalError, connection, transaction
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from operations.models import ErrorCount

KEPT = timedelta(days=30)
ADD = """
INSERT INTO operations_errorcount AS counted (minute, area, count) VALUES (date_trunc('minute', clock_timestamp()), %s, 1)
ON CONFLICT (minute, area) DO UPDATE SET count = counted.count + 1
"""


def connect() -> None:
    """Begins to count; called once when the process starts."""
    got_request_exception.connect(_on_request, dispatch_uid="operations.errors")
    task_failure.connect(_on_task, dispatch_uid="operations.errors")


def count(area: ErrorCount.Area) -> None:
    """Adds one error to this minute. Does nothing while the database is away."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(ADD, [area.value])
    except DatabaseError:
        pass  # the error itself is in the log


def area_of(path: str) -> ErrorCount.Area:
    """Returns the area of the site that an address belongs to."""
    if path.startswith("/api/"):
        return ErrorCount.Area.BOOKING if path.startswith("/api/bookings") else ErrorCount.Area.API
    try:
        is_booking = resolve(path).namespace == "bookings"
    except Resolver404:
        is_booking = False
    return ErrorCount.Area.BOOKING if is_booking else ErrorCount.Area.PAGES


def forget_old(now: datetime) -> None:
    ErrorCount.objects.filter(minute__lt=now - KEPT).delete()


def _on_request(sender: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
    if request is not None and not isinstance(sys.exc_info()[1], OperationalError):
        count(area_of(request.path))


def _on_task(sender: Any, exception: BaseException | None = None, **kwargs: Any) -> None:
    if not isinstance(exception, OperationalError):
        count(ErrorCount.Area.TASKS)
