"""Each number of pathways and cohorts equals a query in plain SQL, written apart from it, on random enrolments."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from insights.pathway_figures import FEWEST, PathwayTotals, cohorts, pathway_totals
from insights.pathway_section import pathways_section
from insights.periods import between
from insights.scopes import InsightScope
from pathways.models import Enrolment, Pathway, Progress, Skill
from tests.cast import make_builder_person, make_person
from tests.factories.pathways import EnrolmentFactory, PathwayFactory, ProgressFactory, SkillFactory
from tests.insights.cast import days

pytestmark = pytest.mark.django_db
BERLIN = "Europe/Berlin"
NOW = datetime(2026, 4, 10, 9, tzinfo=UTC)
MARCH = between(*days((3, 1), (3, 31)), BERLIN)
ON = "FROM pathways_enrolment e WHERE e.builder_id = %(builder)s AND e.pathway_id = %(pathway)s"
LAST_STEP = """(SELECT max(p.changed_at) FROM pathways_progress p WHERE p.client_id = e.client_id AND p.skill_id IN (
    SELECT skill_id FROM pathways_skill_pathways WHERE pathway_id = e.pathway_id))"""
ENDED = "e.ended_at >= %(start)s AND e.ended_at < %(end)s"
COMPLETED = "e.status = 'COMPLETED'"
LEFT = f"e.status <> 'COMPLETED' AND greatest(e.changed_at, {LAST_STEP}) < %(now)s - interval '90 days'"

# The numbers of one pathway, each as a whole query of one number.
PLAIN = {
    "enrolled": f"SELECT count(*) {ON} AND e.created_at >= %(start)s AND e.created_at < %(end)s",
    "active": f"SELECT count(*) {ON} AND e.status = 'ACTIVE' AND coalesce({LAST_STEP}, e.created_at) >= %(now)s - interval '14 days'",
    "stuck": f"SELECT count(*) {ON} AND e.status = 'ACTIVE' AND coalesce({LAST_STEP}, e.created_at) < %(now)s - interval '14 days'",
    "completed": f"SELECT count(*) {ON} AND {ENDED}",
    "median_days": f"""SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(day FROM e.ended_at - e.created_at)::int)
        {ON} AND {ENDED}""",
    "success_rate": f"""SELECT round(count(*) FILTER (WHERE {COMPLETED})::numeric / nullif(
        count(*) FILTER (WHERE {COMPLETED} OR ({LEFT})), 0), 4)::float {ON}""",
}  # fmt: skip
COHORTS = """SELECT to_char(e.created_at AT TIME ZONE 'Europe/Berlin', 'YYYY-MM'), count(*),
        count(*) FILTER (WHERE e.status = 'COMPLETED')
    FROM pathways_enrolment e WHERE e.builder_id = %(builder)s AND e.created_at AT TIME ZONE 'Europe/Berlin' >= '2025-05-01'
    GROUP BY 1 ORDER BY 1"""


def random_enrolments(builder: User, seed: int, count: int = 60) -> list[Pathway]:
    """Adds enrolments from 13 months before until now, on two pathways that share a skill, with steps of their clients."""
    chance = random.Random(seed)
    pathways = [PathwayFactory.create() for _ in range(2)]
    skills = [SkillFactory.create() for _ in range(3)]
    for pathway, own in ((pathways[0], skills[:2]), (pathways[1], skills[1:])):
        for skill in own:
            skill.pathways.add(pathway)
    clients = [make_person(f"Learner {seed} {number}") for number in range(count // 2)]
    for client in clients:
        for pathway in pathways:
            _enrol(client, pathway, builder, chance)
        _step(client, chance.choice(skills), chance)
    return pathways


def _enrol(client: User, pathway: Pathway, builder: User, chance: random.Random) -> None:
    began_at = NOW - timedelta(minutes=chance.randrange(1, 400 * 1440))
    changed_at = began_at + (NOW - began_at) * chance.random()
    status = chance.choice(list(Enrolment.Status))
    enrolment = EnrolmentFactory.create(
        client=client, pathway=pathway, builder=chance.choice([builder, builder, builder, None]), status=status,
        ended_at=changed_at if status == Enrolment.Status.COMPLETED else None,
    )  # fmt: skip
    Enrolment.objects.filter(pk=enrolment.pk).update(created_at=began_at, changed_at=changed_at)


def _step(client: User, skill: Skill, chance: random.Random) -> None:
    progress = ProgressFactory.create(client=client, skill=skill)
    changed_at = NOW - timedelta(minutes=chance.randrange(1, 200 * 1440))
    Progress.objects.filter(pk=progress.pk).update(changed_at=changed_at)


def plain(query: str, builder: User, pathway: Pathway | None = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            query,
            {
                "builder": builder.pk, "pathway": pathway.pk if pathway else None, "start": MARCH.start_at,
                "end": MARCH.end_at, "now": NOW,
            },
        )  # fmt: skip
        return list(cursor.fetchall())


def totals_of(builder: User) -> dict[str, PathwayTotals]:
    return {row.slug: row for row in pathway_totals(InsightScope(BERLIN, builder.pk), MARCH, NOW)}


@pytest.mark.parametrize("name", PLAIN)
def test_each_number_of_a_pathway_equals_plain_sql(ada: User, name: str) -> None:
    pathways = random_enrolments(ada, 1)
    random_enrolments(make_builder_person("Another Builder"), 2, count=6)

    totals = totals_of(ada)

    assert totals.keys() == {pathway.slug for pathway in pathways}
    numbers = [getattr(totals[pathway.slug], name) for pathway in pathways]
    assert numbers == [plain(PLAIN[name], ada, pathway)[0][0] for pathway in pathways]
    assert all(numbers), "the random data has some of each"


def test_every_number_of_a_pathway_has_a_query_here() -> None:
    assert PLAIN.keys() == PathwayTotals.__annotations__.keys() - {"slug", "name"}


def test_cohorts_equal_plain_sql(ada: User) -> None:
    random_enrolments(ada, 3)
    random_enrolments(make_builder_person("Another Builder"), 4, count=6)

    months = cohorts(InsightScope(BERLIN, ada.pk), NOW.date(), NOW)

    rows = [(f"{cohort.month:%Y-%m}", cohort.size, cohort.completed) for cohort in months]
    assert rows == plain(COHORTS, ada)
    assert sum(size for _, size, _ in rows) < Enrolment.objects.filter(builder=ada).count(), "some began before"
    assert sum(completed for _, _, completed in rows) > 0


def test_cohorts_are_months_of_the_builders_clock(ada: User) -> None:
    enrolment = EnrolmentFactory.create(builder=ada)
    Enrolment.objects.filter(pk=enrolment.pk).update(created_at=datetime(2026, 2, 28, 23, 30, tzinfo=UTC))

    assert [cohort.month.month for cohort in cohorts(InsightScope(BERLIN, ada.pk), NOW.date(), NOW)] == [3]
    assert [cohort.month.month for cohort in cohorts(InsightScope("UTC", ada.pk), NOW.date(), NOW)] == [2]


def test_months_that_ended_less_than_90_days_ago_are_marked(ada: User) -> None:
    for month in range(1, 4):
        enrolment = EnrolmentFactory.create(builder=ada)
        Enrolment.objects.filter(pk=enrolment.pk).update(created_at=datetime(2026, month, 15, tzinfo=UTC))
    day = datetime(2026, 5, 1, 12, tzinfo=UTC)  # 89 days after the end of January

    def young(now: datetime) -> list[bool]:
        return [cohort.is_young for cohort in cohorts(InsightScope("UTC", ada.pk), now.date(), now)]

    assert young(day) == [True, True, True]
    assert young(day + timedelta(days=1)) == [False, True, True]


def test_a_cohort_of_few_people_is_hidden(ada: User) -> None:
    for month, count in ((1, FEWEST - 1), (2, FEWEST)):
        for _ in range(count):
            enrolment = EnrolmentFactory.create(builder=ada)
            Enrolment.objects.filter(pk=enrolment.pk).update(created_at=datetime(2026, month, 15, tzinfo=UTC))

    section = pathways_section([], cohorts(InsightScope("UTC", ada.pk), NOW.date(), NOW))

    rows = next(table.rows for heading, table in section.tables if heading == "Cohorts by month")
    assert [row[:3] for row in rows] == [
        ("January 2026", "fewer than 5", "–"),
        ("February 2026", "5", "0"),
    ]
