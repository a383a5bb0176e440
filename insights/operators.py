"""What only operators see: roles over time, supply and demand by town and by service, searches without results."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from accounts.queries import roles_over_time
from core.charts import Table
from insights.periods import Period
from insights.sections import InsightSection, plural

MOST_ROWS = 20
SUPPLY = """
WITH supply AS ({supply}), sessions AS ({sessions}), demand AS ({demand})
SELECT name, coalesce(supply.count, 0), coalesce(sessions.count, 0), coalesce(demand.count, 0)
FROM supply FULL JOIN sessions USING (name) FULL JOIN demand USING (name)
WHERE name <> '' ORDER BY coalesce(demand.count, 0) DESC, coalesce(sessions.count, 0) DESC, name LIMIT %(most)s
"""
PUBLIC = "p.is_published AND p.hidden_at IS NULL"
SESSIONS = """b.starts_at >= %(start)s AND b.starts_at < %(end)s
    AND b.state IN ('CONFIRMED', 'IN_PROGRESS', 'COMPLETED', 'DISPUTED')"""
DEMAND = "d.day >= %(first)s AND d.day < %(last)s"
BY_TOWN = {
    "supply": f"""SELECT place.name, count(*) FROM accounts_builderprofile p JOIN accounts_user u ON u.id = p.user_id
        JOIN accounts_place place ON place.id = u.place_id WHERE {PUBLIC} AND u.is_active GROUP BY 1""",
    "sessions": f"""SELECT place.name, sum(counted.count)::int AS count FROM (
            SELECT b.builder_id, count(*) FROM bookings_booking b WHERE {SESSIONS} GROUP BY 1) AS counted
        JOIN accounts_user u ON u.id = counted.builder_id JOIN accounts_place place ON place.id = u.place_id GROUP BY 1""",
    "demand": f"SELECT d.town AS name, sum(d.count)::int AS count FROM core_demandevent d WHERE {DEMAND} GROUP BY 1",
}
BY_SERVICE = {
    "supply": f"""SELECT service.name, count(*) FROM coaching_offer_services link
        JOIN coaching_service service ON service.slug = link.service_id
        JOIN accounts_builderprofile p ON p.user_id = link.offer_id WHERE {PUBLIC} GROUP BY 1""",
    "sessions": f"""SELECT service.name, sum(counted.count)::int AS count FROM (
            SELECT b.session_type_id, count(*) FROM bookings_booking b WHERE {SESSIONS} GROUP BY 1) AS counted
        JOIN coaching_sessiontype kind ON kind.id = counted.session_type_id
        JOIN coaching_service service ON service.slug = kind.service_id GROUP BY 1""",
    "demand": f"""SELECT coalesce(service.name, d.service) AS name, sum(d.count)::int AS count FROM core_demandevent d
        LEFT JOIN coaching_service service ON service.slug = d.service WHERE {DEMAND} GROUP BY 1""",
}
WORDS = f"""SELECT d.words, sum(d.count)::int FROM core_demandevent d WHERE {DEMAND} AND d.kind = 'search' AND d.words <> ''
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %(most)s"""
TOWN_DEFINITION = (
    "Builders whose page is public by the town they gave, sessions of the period with builders there, and people who searched "
    "near that town and found nobody. Towns with most unmet demand come first."
)
SERVICE_DEFINITION = (
    "Builders whose page is public and who offer the service, sessions of the period of that service, and people who searched "
    "for it and found nobody, or waited for such a session and were never offered a time."
)
WORDS_DEFINITION = (
    "The words of searches that found nobody, with how many people searched for them on a day. Words are deleted after 90 days, "
    "since they can name a person."
)


def operator_sections(period: Period, now: datetime) -> list[InsightSection]:
    """Returns the sections that only operators have. Four queries."""
    return [_roles(now), _by("towns", "Town", BY_TOWN, TOWN_DEFINITION, period),
            _by("services", "Service", BY_SERVICE, SERVICE_DEFINITION, period), _words(period)]  # fmt: skip


def _roles(now: datetime) -> InsightSection:
    report = roles_over_time(now)
    chart = report.chart
    definition = "How many people had each role at the end of each month, and now. Everybody is a client."
    return InsightSection("roles", "Roles over time", f"{chart.finding}.", [definition], [chart])


def _by(name: str, label: str, parts: dict[str, str], definition: str, period: Period) -> InsightSection:
    statement = SUPPLY
    for part, query in parts.items():
        statement = statement.replace(f"{{{part}}}", query)
    rows = _rows(statement, period)
    without = [row[0] for row in rows if row[3] and not row[1]]
    finding = f"Nobody looked in vain in any {label.lower()}."
    if any(row[3] for row in rows):
        finding = f"Most people who found nobody searched for {rows[0][0]}: {rows[0][3]}, with {plural(rows[0][1], 'builder')}."
    if without:
        finding += f" There is no builder for {', '.join(without[:3])}."
    table = Table((label, "Builders", "Sessions", "Found nobody"), [(row[0], *map(str, row[1:])) for row in rows])
    heading = f"Supply and demand by {label.lower()}"
    return InsightSection(name, heading, finding, [definition], (), table, [(heading, table)] if rows else [])


def _words(period: Period) -> InsightSection:
    rows = _rows(WORDS, period)
    finding = "No search in words was without results."
    if rows:
        finding = f"“{rows[0][0]}” was searched for most without results: {plural(rows[0][1], 'time')}."
    table = Table(("Words", "People"), [(words, str(count)) for words, count in rows])
    heading = "Searches without results"
    return InsightSection(
        "searches", heading, finding, [WORDS_DEFINITION], (), table, [(heading, table)] if rows else []
    )


def _rows(statement: str, period: Period) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "start": period.start_at, "end": period.end_at, "first": period.first, "last": period.end,
                "most": MOST_ROWS,
            },
        )  # fmt: skip
        return list(cursor.fetchall())
