"""How far people come on the way to a booking: a line in the log, and a count that stays."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from django.db import connection
from prometheus_client.core import Metric

from bookings.models import StepCount
from core.errors import Refused
from core.metrics import counter, gauge

logger = logging.getLogger(__name__)
Made = TypeVar("Made")
Step = StepCount.Step
WEB, PLAIN, API = "web", "plain", "api"


def count(builder: UUID, way: str, step: StepCount.Step, reason: str = "") -> None:
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


def metrics() -> Iterator[Metric]:
    yield counter(
        "booking_steps", "How far people came on the way to a booking.", ["way", "step", "reason"],
        "SELECT way, step, reason, sum(count) FROM bookings_stepcount GROUP BY 1, 2, 3",
    )  # fmt: skip
    yield gauge("bookings", "Bookings by state.", ["state"], "SELECT state, count(*) FROM bookings_booking GROUP BY 1")
    yield counter(
        "booking_events", "What has happened to bookings.", ["verb", "side"],
        "SELECT verb, side, count(*) FROM bookings_bookingevent GROUP BY 1, 2",
    )  # fmt: skip
    yield counter(
        "booking_value", "What completed sessions were worth.", ["currency"],
        "SELECT currency, sum(total) FROM bookings_booking WHERE state = 'COMPLETED' GROUP BY 1",
    )  # fmt: skip
    yield gauge(
        "booking_lengths", "Live and completed bookings by their minutes.", ["minutes"],
        """SELECT (extract(epoch FROM ends_at - starts_at) / 60)::int, count(*) FROM bookings_booking
        WHERE state <> 'CANCELLED' GROUP BY 1""",
    )  # fmt: skip
    yield gauge(
        "minutes_of_the_last_30_days", "Offered and booked, on days that are over.", ["kind"],
        """SELECT 'offered', coalesce(sum(minutes), 0) FROM scheduling_offeredday WHERE date >= current_date - 30
        UNION ALL
        SELECT 'booked', coalesce(sum(extract(epoch FROM ends_at - starts_at) / 60), 0) FROM bookings_booking
        WHERE state IN ('IN_PROGRESS', 'COMPLETED', 'DISPUTED')
          AND starts_at >= current_date - 30 AND starts_at < current_date""",
    )  # fmt: skip
    yield gauge(
        "waiting_places", "Who waits for a time to come free.", [],
        "SELECT count(*) FROM bookings_place WHERE ended_at IS NULL",
    )  # fmt: skip
    yield counter(
        "waiting_offers", "What those who wait were offered.", ["state"],
        "SELECT state, count(*) FROM bookings_offered GROUP BY 1",
    )  # fmt: skip
    yield gauge(
        "reviews", "Published reviews.", ["side", "stars"],
        "SELECT side, rating, count(*) FROM bookings_review WHERE published_at IS NOT NULL GROUP BY 1, 2",
    )  # fmt: skip
