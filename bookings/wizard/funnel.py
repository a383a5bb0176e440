"""Counts how far visitors get in booking, and logs each step."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from django.db import connection

from bookings.models import FunnelCount
from core.errors import Refused

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
Step = FunnelCount.Step
WEB, PLAIN, API = "web", "plain", "api"


def count(builder: UUID, channel: str, step: FunnelCount.Step, reason: str = "") -> None:
    """Counts one more visitor who got to this step."""
    logger.info("booking %s", step, extra={"builder": str(builder), "way": channel, "reason": reason})
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO bookings_stepcount (day, builder_id, way, step, reason, count)
            VALUES ((now() AT TIME ZONE 'UTC')::date, %s, %s, %s, %s, 1)
            ON CONFLICT ON CONSTRAINT one_count_a_step DO UPDATE SET count = bookings_stepcount.count + 1
            """,
            [builder, channel, step.value, reason],
        )


@contextmanager
def counting_refusals(builder: UUID, channel: str) -> Iterator[None]:
    """Counts a refusal raised inside, and raises it again."""
    try:
        yield
    except Refused as error:
        count(builder, channel, Step.FAILED, error.refusal.code)
        raise


def counted(builder: UUID, channel: str, book: Callable[[], Result]) -> Result:
    """Returns the result of `book()`, and counts whether it succeeded or was refused."""
    with counting_refusals(builder, channel):
        result = book()
    count(builder, channel, Step.COMPLETED)
    return result
