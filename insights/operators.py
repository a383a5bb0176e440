"""What only operators see: roles over time, supply and demand by town and by service, searches without results, goals and
badges."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.queries import roles_over_time
from core.charts import Table
from core.replicas import read_connection
from insights.figures import Totals
from insights.periods import Period
from insights.sections import InsightSection, plural

MOST_ROWS = 20
PUBLIC = "p.is_published AND p.hidden_at IS NULL AND u.is_active"
DEMAND = "d.day >= %(first)s AND d.day < %(last)s"
TOWN_SUPPLY = f"""SELECT place.name, count(*) FROM accounts_builderprofile p
    JOIN accounts_user u ON u.id = p.user_id JOIN accounts_place place ON place.id = u.place_id
    WHERE {PUBLIC} GROUP BY 1"""
TOWN_DEMAND = f"SELECT d.town, sum(d.count)::int FROM core_demandevent d WHERE {DEMAND} AND d.town <> '' GROUP BY 1"
SERVICE_SUPPLY = f"""SELECT link.service_id, count(*) FROM coaching_offer_services link
    JOIN accounts_builderprofile p ON p.user_id = link.offer_id JOIN accounts_user u ON u.id = p.user_id
    WHERE {PUBLIC} GROUP BY 1"""
SERVICE_DEMAND = (
    f"SELECT d.service, sum(d.count)::int FROM core_demandevent d WHERE {DEMAND} AND d.service <> '' GROUP BY 1"
)
WORDS = f"""SELECT d.words, sum(d.count)::int FROM core_demandevent d WHERE {DEMAND} AND d.kind = 'search' AND d.words <> ''
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %(most)s"""
GOAL_EVENTS = """SELECT e.verb, count(DISTINCT e.goal_id)::int FROM pathways_goalevent e
    WHERE (e.at AT TIME ZONE %(zone)s)::date >= %(first)s AND (e.at AT TIME ZONE %(zone)s)::date < %(last)s GROUP BY 1"""
AWARDS = """SELECT b.name, count(*)::int FROM pathways_award a JOIN pathways_badge b ON b.id = a.badge_id
    WHERE a.revoked_at IS NULL AND (a.awarded_at AT TIME ZONE %(zone)s)::date >= %(first)s
        AND (a.awarded_at AT TIME ZONE %(zone)s)::date < %(last)s GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %(most)s"""
GOAL_ROWS = (
    ("create", "Set by clients"), ("suggest", "Suggested by builders"), ("accept", "Suggestions accepted"),
    ("reach", "Reached"), ("miss", "Deadline passed"), ("move", "Deadline moved"), ("drop", "Dropped"),
)  # fmt: skip
GOALS_DEFINITION = (
    "Goals to which this happened in the period; a goal counts once in each row. Goals that were deleted do not count."
)
AWARDS_DEFINITION = "Badges, or higher levels of them, that people got in the period and still have."
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


def operator_sections(totals: Totals, services: Mapping[str, str], now: datetime) -> list[InsightSection]:
    """Returns the sections that only operators have. Eight queries."""
    return [
        _roles(now),
        _supply_and_demand("towns", "town", (TOWN_SUPPLY, TOWN_DEMAND), TOWN_DEFINITION, totals, {}),
        _supply_and_demand(
            "services", "service", (SERVICE_SUPPLY, SERVICE_DEMAND), SERVICE_DEFINITION, totals, services
        ),
        _failed_searches(totals.period),
        _goals_and_badges(totals.period),
    ]


def _roles(now: datetime) -> InsightSection:
    report = roles_over_time(now)
    chart = report.chart
    definition = "How many people had each role at the end of each month, and now. Everybody is a client."
    return InsightSection("roles", "Roles over time", f"{chart.finding}.", [definition], [chart])


def _supply_and_demand(
    name: str, what: str, queries: tuple[str, str], definition: str, totals: Totals, names: Mapping[str, str]
) -> InsightSection:
    """Returns builders, sessions and unmet demand by town or by service; those with most unmet demand come first."""
    supply, demand = (dict(_rows(query, totals.period)) for query in queries)
    sessions = {key: int(amount) for key, amount in totals.of(name).items()}
    keys = sorted(supply.keys() | demand.keys() | sessions.keys())
    keys.sort(key=lambda key: (-demand.get(key, 0), -sessions.get(key, 0), -supply.get(key, 0)))
    rows = [(names.get(key, key), supply.get(key, 0), sessions.get(key, 0), demand.get(key, 0)) for key in keys]
    without = [row[0] for row in rows if row[3] and not row[1]]
    finding = f"Nobody looked for a {what} in vain."
    if rows and rows[0][3]:
        finding = f"Most people who found nobody looked for {rows[0][0]}: {rows[0][3]}, beside {plural(rows[0][1], 'builder')}."
    if without:
        finding += f" There is no builder for {', '.join(without[:3])}."
    shown = [(row[0], *map(str, row[1:])) for row in rows[:MOST_ROWS]]
    table = Table((what.capitalize(), "Builders", "Sessions", "Found nobody"), shown)
    heading = f"Supply and demand by {what}"
    return InsightSection(name, heading, finding, [definition], (), table, [(heading, table)] if rows else [])


def _failed_searches(period: Period) -> InsightSection:
    rows = _rows(WORDS, period)
    finding = "No search in words was without results."
    if rows:
        finding = f"“{rows[0][0]}” was searched for most without results: {plural(rows[0][1], 'time')}."
    table = Table(("Words", "People"), [(text, str(count)) for text, count in rows])
    heading = "Searches without results"
    return InsightSection(
        "searches", heading, finding, [WORDS_DEFINITION], (), table, [(heading, table)] if rows else []
    )


def _goals_and_badges(period: Period) -> InsightSection:
    """Returns what became of goals in the period, and which badges people got."""
    counts, awards = dict(_rows(GOAL_EVENTS, period)), _rows(AWARDS, period)
    finding = (
        f"{plural(counts.get('reach', 0), 'goal')} reached, {plural(sum(row[1] for row in awards), 'badge')} awarded."
    )
    goals = Table(("Goals", "Number"), [(label, str(counts.get(verb, 0))) for verb, label in GOAL_ROWS])
    badges = Table(("Badge", "People"), [(name, str(people)) for name, people in awards])
    tables = [("Goals", goals), *([("Badges", badges)] if awards else [])]
    definitions = [GOALS_DEFINITION, AWARDS_DEFINITION]
    return InsightSection("goals", "Goals and badges", finding, definitions, (), goals, tables)


def _rows(statement: str, period: Period) -> list[Any]:
    with read_connection().cursor() as cursor:
        cursor.execute(
            statement,
            {"first": period.first, "last": period.end, "zone": period.zone, "most": MOST_ROWS},
        )
        return list(cursor.fetchall())
