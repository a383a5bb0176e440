"""Queries about people, each with the number of queries it costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import connection
from django.db.models import QuerySet

from accounts.models import BuilderProfile, User
from accounts.models.profiles import BuilderProfileQuerySet
from accounts.roles import STAFF, Role
from core.ids import parse_uuid

WIDTH, HEIGHT = 640, 200


def public_builder(name: str) -> BuilderProfile | None:
    """Returns the public builder with this id or slug, or None. One query."""
    return public_builders(name).first()


def public_builders(name: str) -> BuilderProfileQuerySet:
    """Returns the public builder with this id or slug; no row if there is none."""
    profiles = BuilderProfile.objects.public()
    key = parse_uuid(name)
    return profiles.filter(slug=name) if key is None else profiles.filter(user=key)


def staff() -> QuerySet[User]:
    """Returns the active people who are support or admin."""
    return User.objects.filter(grants__role__in=STAFF, grants__revoked_at__isnull=True, is_active=True).distinct()


@dataclass(frozen=True)
class RoleSeries:
    """How many people had one role over time, oldest first, with the points of the line that the chart draws."""

    role: str
    label: str
    counts: list[int]
    points: str


@dataclass(frozen=True)
class RolesOverTime:
    """The chart and the table of roles over time."""

    months: list[date]
    lines: list[RoleSeries]
    most: int

    @property
    def rows(self) -> list[tuple[date, list[int]]]:
        """Returns the rows of the table beside the chart, newest first."""
        columns = [line.counts for line in self.lines]
        return [(month, [counts[at] for counts in columns]) for at, month in reversed(list(enumerate(self.months)))]


def roles_over_time(now: datetime, *, months: int = 12) -> RolesOverTime:
    """Counts the people who had each role at the end of each month, and now. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT least(month + interval '1 month', %(now)s) AS at, wanted.role, count(grants.id)
            FROM generate_series(
                date_trunc('month', %(now)s) - make_interval(months => %(months)s - 1),
                date_trunc('month', %(now)s), interval '1 month'
            ) AS month
            CROSS JOIN unnest(%(roles)s::text[]) AS wanted(role)
            LEFT JOIN accounts_rolegrant AS grants ON grants.role = wanted.role
                AND grants.created_at <= least(month + interval '1 month', %(now)s)
                AND (grants.revoked_at IS NULL OR grants.revoked_at > least(month + interval '1 month', %(now)s))
            GROUP BY 1, 2 ORDER BY 1
            """,
            {"now": now, "months": months, "roles": list(Role.values)},
        )
        rows = cursor.fetchall()
    instants = sorted({at for at, _, _ in rows})
    counts = {role: [count for _, name, count in rows if name == role] for role in Role.values}
    most = max(1, *(count for line in counts.values() for count in line))
    lines = [RoleSeries(role, Role(role).label, counts[role], _points(counts[role], most)) for role in Role.values]
    # Dates, since a template would show an instant in the reader's time zone, where the next month may have begun.
    last_days = [(instant - timedelta(seconds=1)).astimezone(UTC).date() for instant in instants]
    return RolesOverTime(last_days, lines, most)


def _points(counts: list[int], most: int) -> str:
    step = WIDTH / max(1, len(counts) - 1)
    return " ".join(f"{at * step:.0f},{HEIGHT - count / most * HEIGHT:.0f}" for at, count in enumerate(counts))
