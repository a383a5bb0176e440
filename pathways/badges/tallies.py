"""How much of what each badge needs people have done: one SQL statement for one person and for everybody.

A rule stands here once. A page asks for one person and all badges, the nightly job for all people and the badges that share a
rule. `best` decides about awards: the most there ever was, such as within any 30 days. `current` is what a page shows: what
counts now.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from pathways.models import Badge

Rule = Badge.Rule
QUICK = "interval '1 hour'"
WINDOW = "make_interval(days => %(window)s)"
EVERYTHING = "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"

# Each returns person, best and current. `{person}` names the column that says whose row it is; `{only}` limits it to one.
SESSIONS = """
SELECT person, max(best) / {unit} AS best,
    sum(amount) FILTER (WHERE %(window)s IS NULL OR at > %(now)s - {window}) / {unit} AS current
FROM (SELECT {person} AS person, starts_at AS at, {amount} AS amount, sum({amount}) OVER ({frame}) AS best
      FROM pathways_completedsession s WHERE {person} IS NOT NULL {only}
      AND (%(pathway)s IS NULL OR pathway_id = %(pathway)s)) AS counted
GROUP BY person
"""
SKILLS = """
SELECT person, max(best) AS best, sum(amount) FILTER (WHERE %(window)s IS NULL OR at > %(now)s - {window}) AS current
FROM (SELECT client_id AS person, completed_at AS at, 1 AS amount, count(*) OVER ({frame}) AS best
      FROM pathways_progress p WHERE completed_at IS NOT NULL {only}
      AND (%(pathway)s IS NULL OR EXISTS (
          SELECT 1 FROM pathways_skill_pathways t WHERE t.skill_id = p.skill_id AND t.pathway_id = %(pathway)s))) AS counted
GROUP BY person
"""
# Weeks begin on Monday in the person's zone. Weeks in a row have the same difference from their rank.
STREAK = """
SELECT person, max(length) AS best,
    max(length) FILTER (WHERE last >= date_trunc('week', %(now)s AT TIME ZONE zone)::date - 7) AS current
FROM (SELECT person, zone, count(*) AS length, max(week) AS last
      FROM (SELECT person, zone, week, week - 7 * row_number() OVER (PARTITION BY person ORDER BY week)::int AS island
            FROM (SELECT DISTINCT {person} AS person, u.timezone AS zone,
                      date_trunc('week', starts_at AT TIME ZONE u.timezone)::date AS week
                  FROM pathways_completedsession s JOIN accounts_user u ON u.id = {person}
                  WHERE (%(pathway)s IS NULL OR pathway_id = %(pathway)s) {only}) AS weeks) AS ranked
      GROUP BY person, zone, island) AS islands
GROUP BY person
"""
GOALS = """
SELECT client_id AS person, count(*) AS best, count(*) AS current
FROM pathways_goal WHERE status = 'reached' {only} GROUP BY client_id
"""
# A stretch begins with a quick answer, lasts the whole window, and has no slow answer in it. The next slow answer is sought from
# the last answer backwards: a minimum over a frame whose start moves is computed anew for each row.
ANSWERS = """
SELECT person, coalesce(max(quick) FILTER (WHERE is_quick AND at + {window} <= coalesce(next_slow, %(now)s)), 0) AS best,
    count(*) FILTER (WHERE is_quick AND next_slow IS NULL AND at > %(now)s - {window}) AS current
FROM (SELECT builder_id AS person, answered_at AS at, answered_at - asked_at <= {quick} AS is_quick,
          min(answered_at) FILTER (WHERE answered_at - asked_at > {quick}) OVER (
              PARTITION BY builder_id ORDER BY answered_at DESC, request DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
          ) AS next_slow,
          count(*) FILTER (WHERE answered_at - asked_at <= {quick}) OVER (
              PARTITION BY builder_id ORDER BY answered_at RANGE BETWEEN CURRENT ROW AND {window} FOLLOWING) AS quick
      FROM pathways_answeredrequest WHERE TRUE {only}) AS answers
GROUP BY person
"""
# Of the skills that there are to complete: `%(total)s` is compared by the caller.
OF_SKILLS = """
SELECT client_id AS person, count(*) AS best, count(*) AS current
FROM pathways_progress p WHERE status = 'COMPLETED' AND skill_id = ANY(%(skills)s) {only} GROUP BY client_id
"""


@dataclass(frozen=True)
class TallyRule:
    """What badges that count the same have in common; such badges share one statement."""

    rule: str
    audience: str
    pathway: UUID | None = None
    window_days: int | None = None
    skills: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Tally:
    """How much a person has done of what a rule counts."""

    best: int = 0
    current: int = 0


def rule_of(badge: Badge, skills: Iterable[UUID] = ()) -> TallyRule:
    """Returns what the badge counts; `skills` are those that it wants, of a rule about skills that have to be complete."""
    if badge.is_counted:
        return TallyRule(badge.rule, badge.audience, badge.pathway_id, badge.window_days)
    return TallyRule(badge.rule, badge.audience, skills=frozenset(skills))


def tallies_of(rules: Iterable[TallyRule], person: UUID, now: datetime) -> dict[TallyRule, Tally]:
    """Returns the tally of one person by each rule. One query for any number of rules."""
    ordered = list(dict.fromkeys(rules))
    if not ordered:
        return {}
    parts: list[str] = []
    parameters: dict[str, Any] = {"only": person}
    for number, rule in enumerate(ordered):
        statement = _statement(rule, is_for_one=True)
        for name, value in _parameters(rule, now).items():
            statement = statement.replace(f"%({name})s", f"%({name}_{number})s")
            parameters[f"{name}_{number}"] = value
        parts.append(f"SELECT {number} AS number, best, current FROM ({statement}) AS tally_{number}")
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), parameters)
        rows = cursor.fetchall()
    return {ordered[number]: Tally(int(best or 0), int(current or 0)) for number, best, current in rows}


def tallies_of_everybody(rule: TallyRule, at_least: int, now: datetime) -> dict[UUID, int]:
    """Returns by person the tally of everybody who has at least that much by the rule. One query."""
    statement = _statement(rule, is_for_one=False)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT person, best FROM ({statement}) AS tally WHERE best >= %(at_least)s",
            _parameters(rule, now) | {"at_least": at_least},
        )
        return {person: int(best) for person, best in cursor.fetchall()}


def _parameters(rule: TallyRule, now: datetime) -> dict[str, Any]:
    return {"now": now, "pathway": rule.pathway, "window": rule.window_days, "skills": list(rule.skills)}


def _statement(rule: TallyRule, *, is_for_one: bool) -> str:
    """Returns the statement that counts by the rule. All values are parameters; what is put together here is constant."""
    person = "client_id" if rule.audience == Badge.Audience.CLIENT else "builder_id"
    templates = {
        Rule.SESSIONS: SESSIONS, Rule.HOURS: SESSIONS, Rule.STREAK: STREAK, Rule.SKILLS: SKILLS, Rule.GOALS: GOALS,
        Rule.ANSWERS: ANSWERS,
    }  # fmt: skip
    template = templates.get(Rule(rule.rule), OF_SKILLS)
    at = {Rule.SKILLS: "completed_at"}.get(Rule(rule.rule), "starts_at")
    by = "client_id" if Rule(rule.rule) not in (Rule.SESSIONS, Rule.HOURS, Rule.STREAK) else person
    partition = f"PARTITION BY {by} ORDER BY {at} "
    frame = partition + (f"RANGE BETWEEN {WINDOW} PRECEDING AND CURRENT ROW" if rule.window_days else EVERYTHING)
    only = {Rule.ANSWERS: "builder_id"}.get(Rule(rule.rule), by)
    return template.format(
        person=person,
        amount="minutes" if rule.rule == Rule.HOURS else "1",
        unit="60" if rule.rule == Rule.HOURS else "1",  # whole hours, of all minutes together
        frame=frame,
        window=WINDOW,
        quick=QUICK,
        only=f"AND {only} = %(only)s" if is_for_one else "",
    )
