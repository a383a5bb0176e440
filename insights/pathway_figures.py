"""Enrolments by pathway: how many began, move, are stuck or have completed, how long that took, and cohorts by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bookings.clients.queries import STUCK_AFTER
from core.replicas import read_connection
from insights.periods import Period
from insights.scopes import InsightScope

LEFT_AFTER = timedelta(days=90)  # without a step, after which an enrolment counts as left unfinished
COHORTS = 12  # months
FEWEST = 5  # people in a cohort, below which its figures are hidden

DEFINITIONS = {
    "enrolled": "Clients who began the pathway in the period.",
    "active": "Enrolments that are active today, and whose client has begun them or taken a step within 14 days.",
    "stuck": "Enrolments that are active today, and have been without a step for 14 days or more.",
    "completed": "Enrolments that were completed in the period.",
    "days": "The median of whole days from the beginning to the completion, of those completed in the period.",
    "success": "Of all enrolments that are completed, or were left without a step for 90 days, the share that is completed.",
    "cohorts": "Clients by the month in which they began, and how many of them have completed by today. Months that ended less "
    "than 90 days ago are marked, since most of their clients are still on their way; those of fewer than five people are "
    "hidden.",
}  # fmt: skip

ENROLMENTS = """
WITH enrolments AS (SELECT e.* FROM pathways_enrolment e WHERE {enrolment}),
moved AS (
    SELECT p.client_id, link.pathway_id, max(p.changed_at) AS at FROM pathways_progress p
    JOIN pathways_skill_pathways link ON link.skill_id = p.skill_id
    WHERE p.client_id IN (SELECT client_id FROM enrolments) GROUP BY 1, 2),
standing AS (
    SELECT e.*, coalesce(moved.at, e.created_at) AS moved_at, greatest(e.changed_at, moved.at) AS touched_at
    FROM enrolments e LEFT JOIN moved ON moved.client_id = e.client_id AND moved.pathway_id = e.pathway_id)
"""
BY_PATHWAY = (
    ENROLMENTS
    + """
SELECT pathway.id, pathway.slug, pathway.name,
    count(*) FILTER (WHERE s.created_at >= %(start)s AND s.created_at < %(end)s),
    count(*) FILTER (WHERE s.status = 'ACTIVE' AND s.moved_at >= %(now)s - %(stuck)s),
    count(*) FILTER (WHERE s.status = 'ACTIVE' AND s.moved_at < %(now)s - %(stuck)s),
    count(*) FILTER (WHERE s.ended_at >= %(start)s AND s.ended_at < %(end)s),
    percentile_disc(0.5) WITHIN GROUP (ORDER BY floor(extract(epoch FROM s.ended_at - s.created_at) / 86400)::int)
        FILTER (WHERE s.ended_at >= %(start)s AND s.ended_at < %(end)s),
    count(*) FILTER (WHERE s.status = 'COMPLETED'),
    count(*) FILTER (WHERE s.status <> 'COMPLETED' AND s.touched_at < %(now)s - %(left)s)
FROM standing s JOIN pathways_pathway pathway ON pathway.id = s.pathway_id
GROUP BY pathway.id ORDER BY pathway."order", pathway.slug
"""
)
BY_MONTH = """
SELECT date_trunc('month', e.created_at AT TIME ZONE %(zone)s)::date, count(*), count(*) FILTER (WHERE e.status = 'COMPLETED')
FROM pathways_enrolment e WHERE {enrolment} AND e.created_at >= %(start)s GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True)
class PathwayTotals:
    """The figures of one pathway. None where nobody has completed it, or it is too early to tell."""

    slug: str
    name: str
    enrolled: int
    active: int
    stuck: int
    completed: int
    median_days: int | None
    success_rate: float | None


@dataclass(frozen=True)
class Cohort:
    """The clients who began in a month. `is_young` if most of them cannot have completed yet."""

    month: date
    size: int
    completed: int
    is_young: bool

    @property
    def is_hidden(self) -> bool:
        return self.size < FEWEST


def pathway_totals(scope: InsightScope, period: Period, now: datetime) -> list[PathwayTotals]:
    """Returns the figures of each pathway that somebody is or was on, in the pathways' order. One query."""
    rows = _rows(BY_PATHWAY, scope, {"start": period.start_at, "end": period.end_at, "now": now})
    return [
        PathwayTotals(slug, name, enrolled, active, stuck, completed, days, _share(ever, ever + left))
        for _, slug, name, enrolled, active, stuck, completed, days, ever, left in rows
    ]


def cohorts(scope: InsightScope, today: date, now: datetime) -> list[Cohort]:
    """Returns the cohorts of the last twelve months in which anybody began. One query."""
    year, month = divmod(today.year * 12 + today.month - COHORTS, 12)
    first = Period(date(year, month + 1, 1), today, scope.zone)
    youngest = (now - LEFT_AFTER).date()
    return [
        Cohort(month, size, completed, (month.replace(day=28) + timedelta(days=4)).replace(day=1) > youngest)
        for month, size, completed in _rows(BY_MONTH, scope, {"start": first.start_at, "zone": scope.zone})
    ]


def _rows(statement: str, scope: InsightScope, parameters: dict[str, Any]) -> list[Any]:
    conditions = ["true"]
    if scope.builder is not None:
        conditions.append("e.builder_id = %(builder)s")
    if scope.pathway is not None:
        conditions.append("e.pathway_id = %(pathway)s")
    values = {"stuck": STUCK_AFTER, "left": LEFT_AFTER, "builder": scope.builder, "pathway": scope.pathway}
    with read_connection().cursor() as cursor:
        cursor.execute(statement.replace("{enrolment}", " AND ".join(conditions)), values | parameters)
        return list(cursor.fetchall())


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
