"""How far people come on the way to a booking: a line in the log, and a count that stays."""

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
Made = TypeVar("Made")
Step = FunnelCount.Step
WEB, PLAIN, API = "web", "plain", "api"


def count(builder: UUID, way: str, step: FunnelCount.Step, reason: str = "") -> None:
    """One more who came this far."""
    logger.info("booking %s", step, extra={"builder": str(builder), "way": way, "reason": reason})
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO bookings_stepcount (day, builder_id, way, step, reason, count)
            VALUES ((now() AT TIME ZONE 'UTC')::date, %s, %s, %s, %s, 1)
            ON CONFLICT ON CONSTRAINT one_count_a_step DO UPDATE SET count = bookings_stepcount.count + 1
            """,
            [builder, way, step.value, reason],
        )


@contextmanager
def failing(builder: UUID, way: str) -> Iterator[None]:
    """Counts a refusal, and passes it on."""
    try:
        yield
    except Refused as error:
        count(builder, way, Step.FAILED, error.refusal.code)
        raise


def counted(builder: UUID, way: str, book: Callable[[], Made]) -> Made:
    """Books, and counts how it went."""
    with failing(builder, way):
        made = book()
    count(builder, way, Step.COMPLETED)
    return made
