"""Counts how far visitors get in booking, and logs each step with its session type, length, value and booking."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db import connection

from bookings.models import Booking, BookingAttempt, FunnelCount
from core.errors import Refused
from core.money import Money

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
Step = FunnelCount.Step
WEB, PLAIN, EMBED, API = "web", "plain", "embed", "api"
LONGEST = 10_000  # minutes; a length that is refused can be any number
KEPT_DAYS = 760  # two years and a month, so that a year can be compared with the year before

# One statement, so that a step costs one query. The rows of the counts are written in the order of their steps: two
# transactions that write the same rows in different orders would wait for each other for ever.
RECORD = """
WITH counted AS (
    INSERT INTO bookings_stepcount (day, builder_id, channel, step, reason, count)
    SELECT %(day)s, %(builder)s, %(channel)s, step, CASE step WHEN 'failed' THEN %(reason)s ELSE '' END, 1
    FROM unnest(%(steps)s::text[]) AS step
    ON CONFLICT ON CONSTRAINT one_count_a_step DO UPDATE SET count = bookings_stepcount.count + 1
)
INSERT INTO bookings_bookingattempt (day, visitor, builder_id, session_type_id, channel, minutes, value, currency, started_at,
    details_at, completed_at, failed_at, reason, booking_id)
VALUES (%(day)s, %(visitor)s, %(builder)s, %(session_type)s, %(channel)s, %(minutes)s, %(value)s, %(currency)s, now(),
    CASE WHEN 'details' = ANY(%(steps)s) THEN now() END, CASE WHEN 'completed' = ANY(%(steps)s) THEN now() END,
    CASE WHEN 'failed' = ANY(%(steps)s) THEN now() END, %(reason)s, %(booking)s)
ON CONFLICT ON CONSTRAINT one_attempt_a_day DO UPDATE SET minutes = excluded.minutes, value = excluded.value,
    currency = excluded.currency,
    details_at = coalesce(bookings_bookingattempt.details_at, excluded.details_at),
    completed_at = coalesce(bookings_bookingattempt.completed_at, excluded.completed_at),
    failed_at = coalesce(excluded.failed_at, bookings_bookingattempt.failed_at),
    reason = coalesce(nullif(excluded.reason, ''), bookings_bookingattempt.reason),
    booking_id = coalesce(bookings_bookingattempt.booking_id, excluded.booking_id)
"""


@dataclass(frozen=True)
class VisitorAttempt:
    """What a visitor tries to book: where they do it, and the length and the price that they have chosen."""

    channel: str
    builder: UUID
    session_type: UUID
    visitor: str
    minutes: int
    price: Money | None = None


def count(attempt: VisitorAttempt, *steps: FunnelCount.Step, reason: str = "", booking: Booking | None = None) -> None:
    """Counts that a visitor got to these steps. One query."""
    day = datetime.now(UTC).date()
    price = attempt.price
    details = {
        "builder": str(attempt.builder),
        "session_type": str(attempt.session_type),
        "channel": attempt.channel,
        "minutes": attempt.minutes,
        "value": price.on_the_wire() if price else None,
        "currency": price.currency if price else None,
        "booking": str(booking.pk) if booking else None,
        "reason": reason,
    }
    for step in steps:
        logger.info("booking %s", step, extra=details)
    with connection.cursor() as cursor:
        cursor.execute(
            RECORD,
            {
                "day": day, "builder": attempt.builder, "channel": attempt.channel, "steps": [step.value for step in steps],
                "reason": reason[:40], "visitor": _visitor_of_day(attempt.visitor, str(day)),
                "session_type": attempt.session_type, "minutes": min(max(attempt.minutes, 0), LONGEST),
                "value": price.amount if price else None, "currency": price.currency if price else "",
                "booking": booking.pk if booking else None,
            },
        )  # fmt: skip


@contextmanager
def counting_refusals(attempt: VisitorAttempt, *, is_first_step: bool = False) -> Iterator[None]:
    """Counts a refusal raised inside, and raises it again. Where choosing a time and booking are one step, that step
    counts as well."""
    try:
        yield
    except Refused as error:
        steps = (Step.STARTED, Step.FAILED) if is_first_step else (Step.FAILED,)
        count(attempt, *steps, reason=error.refusal.code)
        raise


def counted(attempt: VisitorAttempt, book: Callable[[], Result], *, is_first_step: bool = False) -> Result:
    """Returns the result of `book()`, and counts whether it succeeded or was refused."""
    with counting_refusals(attempt, is_first_step=is_first_step):
        result = book()
    steps = (Step.STARTED, Step.COMPLETED) if is_first_step else (Step.COMPLETED,)
    count(attempt, *steps, booking=result if isinstance(result, Booking) else None)
    return result


def forget_old(now: datetime) -> None:
    """Deletes attempts that no comparison needs any more."""
    BookingAttempt.objects.filter(started_at__lt=now - timedelta(days=KEPT_DAYS)).delete()


def _visitor_of_day(visitor: str, day: str) -> str:
    return hashlib.sha256(f"{settings.SECRET_KEY}:{day}:{visitor}".encode()).hexdigest()[:40]
