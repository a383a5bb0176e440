"""The hours of the week that a builder keeps open, without those in which there were sessions."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from core.replicas import read_connection
from insights.definitions import CONFIRMED, IN_PERIOD
from insights.periods import Period
from insights.scopes import InsightScope

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
Hour = tuple[int, int]  # the weekday, Monday is 0, and the hour
# A session takes every hour that it reaches into, not only the one in which it begins. Hours are those of the schedule's
# time zone, which need not be the builder's; they are counted from 1 January 1970, a Thursday.
EMPTY_HOURS = f"""
WITH usual AS (SELECT id, timezone FROM scheduling_schedule WHERE builder_id = %(builder)s AND is_default)
SELECT rule.weekday::int, hour FROM usual JOIN scheduling_rule rule ON rule.schedule_id = usual.id
CROSS JOIN LATERAL generate_series((rule.start + 59) / 60, rule."end" / 60 - 1) AS hour
EXCEPT
SELECT (hour / 24 + 3)::int %% 7, (hour %% 24)::int FROM (
    SELECT DISTINCT (date_part('epoch', b.starts_at AT TIME ZONE usual.timezone) / 60)::bigint %% 10080 AS minute,
        (date_part('epoch', (b.ends_at AT TIME ZONE usual.timezone) - (b.starts_at AT TIME ZONE usual.timezone)) / 60)::bigint
            AS minutes
    FROM usual CROSS JOIN bookings_booking b WHERE {{booking}} AND {IN_PERIOD} AND {CONFIRMED}) AS sessions
CROSS JOIN LATERAL generate_series(minute / 60, (minute + minutes - 1) / 60) AS hour
"""  # noqa: S608  (built from constants only)


@dataclass(frozen=True)
class OpenStretch:
    """Consecutive open hours of a weekday without a session."""

    weekday: int
    first: int
    end: int

    @property
    def hours(self) -> int:
        return self.end - self.first

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.weekday]} from {self.first:02}:00 to {self.end:02}:00"


def empty_hours(scope: InsightScope, period: Period) -> set[Hour]:
    """Returns the whole hours of the builder's usual week in which no session was under way, by the schedule's clock. One
    query."""
    with read_connection().cursor() as cursor:
        cursor.execute(scope.narrowed(EMPTY_HOURS), scope.parameters(period.start_at, period.end_at))
        return set(cursor.fetchall())


def stretches_of(hours: set[Hour]) -> list[OpenStretch]:
    """Returns the stretches of consecutive hours, the longest first."""
    stretches = []
    for (weekday, _), group in groupby(enumerate(sorted(hours)), key=lambda item: (item[1][0], item[1][1] - item[0])):
        run = [hour for _, (_, hour) in group]
        stretches.append(OpenStretch(weekday, run[0], run[-1] + 1))
    return sorted(stretches, key=lambda stretch: (-stretch.hours, stretch.weekday, stretch.first))
