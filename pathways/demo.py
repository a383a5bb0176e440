"""Demo data: Cleo half way through Accelerate with Ada, her goals, and the skills that builders teach."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from core.bulk import copy_values
from core.registry import DemoPlan
from pathways.badges import services as badges
from pathways.models import (
    BuilderSkill,
    Enrolment,
    EnrolmentEvent,
    Evidence,
    Goal,
    GoalEvent,
    GoalStep,
    Pathway,
    Progress,
    ProgressEvent,
    Skill,
)
from pathways.progress.services import KEPT

DAY = timedelta(days=1)
CLEO_COMPLETED = {  # how many days ago
    "weekly-rhythm": 96, "say-what-it-is": 88, "set-up-your-tools": 85, "name-the-bottleneck": 70, "talk-to-five-people": 55,
    "show-work-early": 31, "keep-versions": 12,
}  # fmt: skip
ADA_TEACHES = (
    "name-the-bottleneck",
    "cut-to-a-first-release",
    "talk-to-five-people",
    "price-your-work",
    "ship-with-review",
    "teach-it",
)
STEPS = (  # of a goal of Cleo's, and how many days ago they were done
    ("Cut the first version to four screens", 40),
    ("Show it to five people", 21),
    ("Mend what stops them", 0),
    ("Write the description for the store", 0),
    ("Send it in", 0),
)
UNTOUCHED = dict.fromkeys(KEPT) | {"status": Progress.Status.UNTOUCHED}


def seed(plan: DemoPlan) -> None:
    """Adds the demo data that is not there yet."""
    cleo, ada = User.objects.get(email="client@demo.test"), User.objects.get(email="builder@demo.test")
    with transaction.atomic():
        if not Enrolment.objects.filter(client=cleo).exists():
            _seed_cleo(plan, cleo, ada)
        if not Goal.objects.filter(client=cleo).exists():
            _seed_goals(plan, cleo, ada)
    _seed_builder_skills(plan, ada)


def _seed_cleo(plan: DemoPlan, cleo: User, ada: User) -> None:
    make_progress(cleo, Pathway.objects.get(slug="accelerate"), ada, plan.now - 100 * DAY, CLEO_COMPLETED, plan.now)
    skill = Skill.objects.get(slug="cut-to-a-first-release")
    asked = Progress.objects.create(client=cleo, skill=skill, status="IN_PROGRESS", asked_at=plan.now - 2 * DAY)
    steps = (("start", 9, ""), ("ask", 2, "I have cut it from nineteen screens to four. What would you cut next?"))
    for verb, days, comment in steps:
        before = UNTOUCHED if verb == "start" else UNTOUCHED | {"status": "IN_PROGRESS"}
        ProgressEvent.objects.create(
            progress=asked, at=plan.now - days * DAY, verb=verb, by=cleo, comment=comment, before=before
        )
    Evidence.objects.create(
        progress=asked, added_by=cleo, text="The list of what stays out, and why.", url="https://example.com/cut"
    )
    critique = Skill.objects.get(slug="take-critique")
    begun = Progress.objects.create(client=cleo, skill=critique, status="IN_PROGRESS")
    ProgressEvent.objects.create(progress=begun, at=plan.now - DAY, verb="start", by=cleo, before=UNTOUCHED)
    badges.update_awards(client=cleo, now=plan.now)


def _seed_goals(plan: DemoPlan, cleo: User, ada: User) -> None:
    """Adds a goal with a forecast that Ada sees, one with steps, and one that Ada suggests."""
    accelerate, today = Pathway.objects.get(slug="accelerate"), plan.now.date()
    began = plan.now - 95 * DAY
    second_tier = Goal(
        kind="tier", title="Complete tier 2 of Accelerate", pathway=accelerate, tier=2, shared_with=ada,
        deadline=today + 60 * DAY, remind_days=[7, 1],
    )  # fmt: skip
    release = Goal(kind="custom", title="Release the app", deadline=today + 33 * DAY, remind_days=[14, 3])
    hours = Goal(kind="hours", title="Ten more hours with a builder", target=10, suggested_by=ada, status="suggested")
    for goal, verb, by in ((second_tier, "create", cleo), (release, "create", cleo), (hours, "suggest", ada)):
        goal.client, goal.starts_on = cleo, began.date()
        goal.save(force_insert=True)
        GoalEvent.objects.create(goal=goal, at=began, verb=verb, by=by, deadline=goal.deadline)
    for place, (text, days) in enumerate(STEPS):
        done_at = plan.now - days * DAY if days else None
        GoalStep.objects.create(goal=release, text=text, place=place, done_at=done_at)


def make_progress(
    client: User, pathway: Pathway, builder: User | None, began: datetime, done: dict[str, int], now: datetime
) -> Enrolment:
    """Creates an enrolment whose skills (`done`) were completed so many days before `now`, with the events of it."""
    at_start = list(Skill.objects.open().filter(pathways=pathway).values_list("pk", flat=True))
    enrolment = Enrolment.objects.create(client=client, pathway=pathway, builder=builder, skills_at_start=at_start)
    Enrolment.objects.filter(pk=enrolment.pk).update(created_at=began)
    EnrolmentEvent.objects.create(enrolment=enrolment, at=began, verb="enrol", by=client, builder=builder)
    skills = {skill.slug: skill for skill in Skill.objects.filter(slug__in=done)}
    for slug, days in done.items():
        skill, at = skills[slug], max(now - days * DAY, began)
        seen_by = builder if skill.needs_builder else None
        row = Progress.objects.create(
            client=client, skill=skill, status="COMPLETED", completed_at=at, verified_by=seen_by
        )
        Progress.objects.filter(pk=row.pk).update(changed_at=at)
        ProgressEvent.objects.create(progress=row, at=at, verb="complete", by=seen_by or client, before=UNTOUCHED)
    return enrolment


def _seed_builder_skills(plan: DemoPlan, ada: User) -> None:
    """Adds Ada's skills from a list, and two to six random ones for every other demo builder, in bulk."""
    by_slug = {skill.slug: skill.pk for skill in Skill.objects.open()}
    skills = list(by_slug.values())
    rows: list[dict[str, Any]] = []
    if not ada.teaches.exists():
        rows += [{"builder_id": ada.pk, "skill_id": by_slug[slug]} for slug in ADA_TEACHES if slug in by_slug]
    others = User.objects.filter(email__endswith="@builders.demo.test", teaches__isnull=True)
    for builder, email in others.values_list("pk", "email").iterator():
        chance = random.Random(f"{plan.seed}-skills-{email}")  # noqa: S311  (demo data)
        taught = chance.sample(skills, min(len(skills), chance.randint(2, 6)))
        rows += [{"builder_id": builder, "skill_id": skill} for skill in taught]
    copy_values(BuilderSkill, rows)


def along(pathway: Pathway, skills: Sequence[Skill], count: int) -> list[str]:
    """Returns slugs of `count` skills of the pathway, each after those that it needs."""
    done: list[str] = []
    rest = [skill for skill in skills if pathway in skill.pathways.all()]
    while rest and len(done) < count:
        free = next((candidate for candidate in rest if all(need.slug in done for need in candidate.needs.all())), None)
        if free is None:
            break
        done.append(free.slug)
        rest.remove(free)
    return done
