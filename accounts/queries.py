"""Queries about people, each with the number of queries it costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import connection
from django.db.models import QuerySet

from accounts.models import BuilderProfile, ProfessionalRole, User
from accounts.models.profiles import BuilderProfileQuerySet
from accounts.roles import STAFF, Role
from core import charts
from core.charts import Chart, ChartSeries, Labels
from core.compiled import CompiledQuery
from core.ids import parse_uuid

_profiles = CompiledQuery(lambda slug: BuilderProfile.objects.public().filter(slug=slug).select_related("user__member"))
_trades = CompiledQuery(lambda profile: ProfessionalRole.objects.filter(builders=profile))


def public_profile(slug: str) -> BuilderProfile | None:
    """Returns the public builder with this slug, with person, town and member, or None. One query."""
    return _profiles.first(slug)


def trades_of(profile: BuilderProfile) -> list[ProfessionalRole]:
    """Returns the professions of a builder. One query."""
    return _trades.rows(profile.pk)


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


def admins() -> QuerySet[User]:
    """Returns the active people who are admin."""
    return staff().filter(grants__role=Role.ADMIN, grants__revoked_at__isnull=True)


@dataclass(frozen=True)
class RoleSeries:
    """How many people had one role over time, oldest first."""

    role: str
    label: str
    counts: list[int]


@dataclass(frozen=True)
class RolesOverTime:
    """The last day of each month, and the number of people with each role then."""

    months: list[date]
    lines: list[RoleSeries]

    @property
    def chart(self) -> Chart:
        """The chart, with the newest month first in its table."""
        labels = [f"{month:%b %Y}" for month in self.months[:-1]]
        names = [f"{month:%B %Y}" for month in self.months[:-1]]
        now = ", ".join(f"{line.counts[-1]} with the role {line.label}" for line in self.lines)
        return charts.lines(
            "roles",
            f"People by role over {len(self.months)} months; now {now}",
            labels=Labels("At the end of", [*labels, "now"], [*names, "now"]),
            series=[ChartSeries(line.label, line.counts) for line in self.lines],
            is_newest_first=True,
        )


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
    lines = [RoleSeries(role, Role(role).label, counts[role]) for role in Role.values]
    # Dates, since a template would show an instant in the reader's time zone, where the next month may have begun.
    last_days = [(instant - timedelta(seconds=1)).astimezone(UTC).date() for instant in instants]
    return RolesOverTime(last_days, lines)
