"""Setting goals, what facts make of them, sharing, suggestions, deadlines and reminders."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Notification, User
from core import clock
from core.errors import Refused
from core.ids import uuid7
from pathways import services as pathways
from pathways.goals import deadlines, queries, rules, services
from pathways.goals.services import GoalDetails
from pathways.models import Enrolment, Goal, Pathway, Skill
from pathways.progress import services as progress
from pathways.progress.services import SkillMove
from pathways.services import ReportedSession
from tests.cast import make_builder_person, make_person
from tests.factories.pathways import (
    CompletedSessionFactory,
    GoalFactory,
    GoalStepFactory,
    ProgressFactory,
    SkillFactory,
)
from tests.pathways.conftest import skill
from tests.pathways.goals.evaluator import counted, wanted_by

pytestmark = pytest.mark.django_db


def report(
    client: User, builder: User, at: datetime, minutes: int = 60, pathway: Pathway | None = None
) -> ReportedSession:
    key = pathway.pk if pathway else None
    session = ReportedSession(uuid7(), client.pk, builder.pk, key, at, minutes)
    pathways.report_session(session=session, client=client, now=clock.now())
    return session


def progress_of(goal: Goal) -> queries.GoalProgress:
    (row,) = queries.progress_of([Goal.objects.complete().get(pk=goal.pk)], clock.now())
    return row


def titles(person: User, kind: str = "goal") -> list[str]:
    return list(Notification.objects.filter(person=person, kind=kind).order_by("id").values_list("title", flat=True))


def test_sessions_move_the_forecast_and_reach_the_goal(cleo: User, ada: User) -> None:
    now = clock.now()
    details = GoalDetails(kind="sessions", target=3, starts_on=(now - timedelta(days=40)).date())
    goal = services.create(client=cleo, details=details)
    assert goal.title == "3 sessions"
    assert progress_of(goal).forecast is None
    report(cleo, ada, now - timedelta(days=45))  # before the goal began
    report(cleo, ada, now - timedelta(days=30))
    first = progress_of(goal).forecast

    last = report(cleo, ada, now - timedelta(days=2))
    second = progress_of(goal).forecast
    assert first is not None
    assert second is not None
    assert second < first
    assert progress_of(goal).words == "2 of 3 sessions"

    last = report(cleo, ada, now - timedelta(days=1))
    goal.refresh_from_db()
    assert goal.status == Goal.Status.REACHED
    assert titles(cleo) == ["You have reached your goal: 3 sessions"]

    pathways.withdraw_session(booking=last.booking, now=now)
    goal.refresh_from_db()
    assert (goal.status, goal.closed_at) == (Goal.Status.ACTIVE, None)


def test_a_session_that_moves_to_another_account_counts_there(cleo: User, ada: User) -> None:
    sam = make_person("Sam Lee")
    now = clock.now()
    details = GoalDetails(kind="hours", target=1, starts_on=(now - timedelta(days=9)).date())
    cleos, sams = (services.create(client=person, details=details) for person in (cleo, sam))
    session = report(cleo, ada, now)
    assert (progress_of(cleos).is_met, progress_of(sams).is_met) == (True, False)

    moved = ReportedSession(session.booking, sam.pk, ada.pk, None, now, 60)
    pathways.report_session(session=moved, client=sam, now=now)

    assert (progress_of(cleos).is_met, progress_of(sams).is_met) == (False, True)
    assert [Goal.objects.get(pk=goal.pk).status for goal in (cleos, sams)] == ["active", "reached"]


def test_completed_skills_count_for_skill_tier_and_pathway(led: Enrolment, cleo: User, ada: User) -> None:
    step = skill("set-up-your-tools")
    goals = [
        services.create(client=cleo, details=details)
        for details in (
            GoalDetails(kind="skill", skill=step),
            GoalDetails(kind="tier", pathway=led.pathway, tier=1),
            GoalDetails(kind="pathway", pathway=led.pathway),
        )
    ]
    assert [goal.title for goal in goals] == [
        "Complete “Set up your tools”",
        "Complete tier 1 of Play",
        "Complete Play",
    ]

    progress.complete(client=cleo, skill=step, by=ada)
    assert [progress_of(goal).done for goal in goals] == [1, 1, 1]
    assert [Goal.objects.get(pk=goal.pk).status for goal in goals] == ["reached", "active", "active"]

    progress.undo(client=cleo, skill=step, by=ada)
    assert Goal.objects.get(pk=goals[0].pk).status == "active"


def test_steps_are_ticked_and_keep_their_ticks_when_others_are_added(cleo: User) -> None:
    details = GoalDetails(kind="custom", title="Release", steps=["Cut it", "Show it"])
    goal = services.create(client=cleo, details=details)
    services.set_step(goal=goal, step=goal.steps.all()[0], by=cleo, is_done=True)
    more = GoalDetails(kind="custom", title="Release", steps=["Cut it", "Show it", "Send it"])
    goal = services.change(goal=goal, details=more, by=cleo)
    assert progress_of(goal).words == "1 of 3 steps"

    for step in goal.steps.all():
        goal = services.set_step(goal=goal, step=step, by=cleo, is_done=True)
    assert goal.status == "reached"
    goal = services.set_step(goal=goal, step=goal.steps.all()[0], by=cleo, is_done=False)
    assert goal.status == "active"


def test_a_suggested_goal_counts_once_the_client_accepts_it(cleo: User, ada: User) -> None:
    goal = services.suggest(client=cleo, builder=ada, details=GoalDetails(kind="sessions", target=2))
    assert titles(cleo) == ["Ada Moreno suggests a goal: 2 sessions"]
    assert queries.goals_shared(cleo, ada, clock.now()) == []

    goal = services.accept(goal=goal, by=cleo)
    assert (goal.status, goal.shared_with) == ("active", ada)
    assert titles(ada) == ["Cleo Park has accepted your goal: 2 sessions"]
    assert [row.goal for row in queries.goals_shared(cleo, ada, clock.now())] == [goal]
    with pytest.raises(Refused):
        services.drop(goal=goal, by=ada)


def test_a_goal_is_seen_by_its_client_and_the_builder_it_is_shared_with(led: Enrolment, cleo: User, ada: User) -> None:
    bert = make_builder_person("Bert Blum")
    with pytest.raises(Refused) as refused:
        services.create(client=cleo, details=GoalDetails(kind="custom", title="Release", shared_with=bert))
    assert refused.value.fields == {"shared_with": ["Choose one of your builders."]}
    goal = services.create(client=cleo, details=GoalDetails(kind="custom", title="Release", shared_with=ada))

    assert titles(ada) == ["Cleo Park shares a goal with you: Release"]
    assert [Goal.objects.visible_to(person).filter(pk=goal.pk).exists() for person in (cleo, ada, bert)] == [
        True, True, False,
    ]  # fmt: skip
    services.mark_done(goal=goal, by=cleo, is_done=True)
    assert titles(ada)[-1] == "Cleo Park has reached a goal: Release"


def test_what_a_kind_needs_is_asked_for(cleo: User) -> None:
    yesterday = clock.now().date() - timedelta(days=2)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"kind": "skill"}, "skill"), ({"kind": "tier", "tier": 1}, "pathway"), ({"kind": "custom"}, "title"),
        ({"kind": "hours", "target": 0}, "target"), ({"kind": "custom", "title": "A", "deadline": yesterday}, "deadline"),
        ({"kind": "custom", "title": "A", "remind_days": [5]}, "remind_days"),
    ]  # fmt: skip
    for values, name in wrong:
        with pytest.raises(Refused) as refused:
            services.create(client=cleo, details=GoalDetails(**values))
        assert list(refused.value.fields or {}) == [name]
    assert not Goal.objects.exists()


def test_a_deadline_passes_at_the_end_of_the_day_and_can_be_moved(cleo: User) -> None:
    User.objects.filter(pk=cleo.pk).update(timezone="Pacific/Auckland")
    cleo.refresh_from_db()
    deadline = clock.now().astimezone(ZoneInfo("Pacific/Auckland")).date() + timedelta(days=3)
    goal = services.create(client=cleo, details=GoalDetails(kind="custom", title="Release", deadline=deadline))
    over = rules.deadline_ends_at(deadline, ZoneInfo("Pacific/Auckland"))

    deadlines.close_overdue(over - timedelta(seconds=1))
    assert Goal.objects.get().status == "active"
    for _ in range(2):
        deadlines.close_overdue(over)
    assert Goal.objects.get().status == "missed"
    assert titles(cleo) == ["The deadline of “Release” has passed"]

    later = GoalDetails(kind="custom", title="Release", deadline=deadline + timedelta(days=20))
    goal = services.change(goal=goal, details=later, by=cleo)
    assert goal.status == "active"
    assert {event.verb for event in goal.events.all()} == {"create", "miss", "move"}
    services.mark_done(goal=goal, by=cleo, is_done=True)
    assert Goal.objects.get().status == "reached"


def test_a_goal_that_fails_keeps_no_other_from_its_reminder_and_its_end(cleo: User) -> None:
    people = [make_person(name) for name in ("Bea", "Broken", "Cora")]
    deadline = clock.now().date() + timedelta(days=7)
    for person in people:
        details = GoalDetails(kind="custom", title="Release", deadline=deadline, remind_days=[3])
        services.create(client=person, details=details)
    User.objects.filter(pk=people[1].pk).update(timezone="No/Where")

    deadlines.send_reminders(rules.reminder_at(deadline, 3, ZoneInfo("Europe/London")))
    assert [len(titles(person, "goal_reminder")) for person in people] == [1, 0, 1]

    deadlines.close_overdue(rules.deadline_ends_at(deadline, ZoneInfo("Europe/London")))
    statuses = dict(Goal.objects.values_list("client__display_name", "status"))
    assert statuses == {"Bea": "missed", "Broken": "active", "Cora": "missed"}


def test_chosen_reminders_are_sent_once_each(cleo: User) -> None:
    zone = ZoneInfo(cleo.timezone)
    deadline = clock.now().astimezone(zone).date() + timedelta(days=10)
    details = GoalDetails(kind="custom", title="Release", deadline=deadline, remind_days=[14, 3, 0])
    goal = services.create(client=cleo, details=details)
    assert goal.reminded_days == [14]  # whose time was over

    for days in (3, 0):
        for _ in range(2):
            deadlines.send_reminders(rules.reminder_at(deadline, days, zone))
    assert titles(cleo, "goal_reminder") == [
        "“Release” has its deadline in 3 days", "“Release” has its deadline today",
    ]  # fmt: skip


def test_a_dropped_goal_can_be_taken_up_again_and_one_that_is_over_has_no_deadline_then(cleo: User) -> None:
    goal = GoalFactory.create(client=cleo, deadline=date(2026, 1, 5))
    goal = services.drop(goal=goal, by=cleo)
    with pytest.raises(Refused):
        services.change(goal=goal, details=GoalDetails(kind="custom", title="Other"), by=cleo)

    goal = services.resume(goal=goal, by=cleo)
    assert (goal.status, goal.deadline) == ("active", None)


def test_progress_over_random_histories_is_that_of_the_slow_evaluator(
    cleo: User, ada: User, django_assert_max_num_queries: Any
) -> None:
    chance, now = random.Random(35), clock.now()
    people = [cleo, make_person("Sam Lee", timezone="Pacific/Apia"), make_person("Ivy Wu", timezone="America/Havana")]
    paths, skills = list(Pathway.objects.all()), list(Skill.objects.all())
    for person in people:
        for _ in range(25):
            CompletedSessionFactory.create(
                client=person, builder=ada, pathway=chance.choice([None, *paths]), minutes=chance.choice((30, 45, 50, 90)),
                starts_at=now - timedelta(minutes=chance.randint(0, 60 * 24 * 60)),
            )  # fmt: skip
        for done in chance.sample(skills, 12):
            at = now - timedelta(days=chance.randint(0, 60))
            ProgressFactory.create(client=person, skill=done, status="COMPLETED", completed_at=at)
        for _ in range(12):
            begin = (now - timedelta(days=chance.randint(0, 60))).date()
            values = _random_kind(chance, paths, skills)
            goal = GoalFactory.create(client=person, starts_on=begin, **values)
            if goal.kind == "custom":
                for number in range(chance.randint(1, 4)):
                    GoalStepFactory.create(goal=goal, place=number, done_at=chance.choice((None, now)))

    with django_assert_max_num_queries(5):
        rows = queries.progress_of(Goal.objects.complete(), now)

    assert len(rows) == 36
    for row in rows:
        assert Fraction(row.done).limit_denominator(60) == counted(row.goal), row.goal
        if row.goal.kind in ("skill", "tier", "pathway"):
            assert row.target == len(wanted_by(row.goal))


def _random_kind(chance: random.Random, paths: list[Pathway], skills: list[Skill]) -> dict[str, Any]:
    kind = chance.choice(Goal.Kind.values)
    choices: dict[str, dict[str, Any]] = {
        "skill": {"skill": chance.choice(skills)},
        "tier": {"pathway": chance.choice(paths), "tier": chance.randint(1, 3)},
        "pathway": {"pathway": chance.choice(paths)},
        "sessions": {"target": chance.randint(1, 30), "pathway": chance.choice([None, *paths])},
        "hours": {"target": chance.randint(1, 30), "pathway": chance.choice([None, *paths])},
        "custom": {},
    }
    return {"kind": kind} | choices[kind]


def test_a_reached_goal_stays_reached_when_its_pathway_grows(led: Enrolment, cleo: User, ada: User) -> None:
    goal = services.create(client=cleo, details=GoalDetails(kind="tier", pathway=led.pathway, tier=1))
    first = Skill.objects.open().complete().filter(pathways=led.pathway, tier=1)
    progress.move_skills(client=cleo, moves=[SkillMove(step, "COMPLETED") for step in first], by=ada)
    session = report(cleo, ada, clock.now())
    SkillFactory.create(tier=1).pathways.add(led.pathway)

    pathways.withdraw_session(booking=session.booking, now=clock.now())
    other = services.create(client=cleo, details=GoalDetails(kind="custom", title="Release", steps=["Cut it"]))
    services.set_step(goal=other, step=other.steps.all()[0], by=cleo, is_done=True)
    services.set_step(goal=other, step=other.steps.all()[0], by=cleo, is_done=False)

    assert Goal.objects.get(pk=goal.pk).status == "reached"
    assert Goal.objects.get(pk=other.pk).status == "active"


def test_a_reminder_chosen_after_its_time_is_not_sent(cleo: User) -> None:
    day = clock.now().astimezone(ZoneInfo(cleo.timezone)).date() + timedelta(days=10)
    goal = services.create(client=cleo, details=GoalDetails(kind="custom", title="Release", deadline=day))

    details = GoalDetails(kind="custom", title="Release", deadline=day, remind_days=[14, 1])
    services.change(goal=goal, details=details, by=cleo)
    deadlines.send_reminders(clock.now())

    assert titles(cleo, "goal_reminder") == []


def test_two_steps_with_the_same_words_keep_their_own_ticks(cleo: User) -> None:
    details = GoalDetails(kind="custom", title="Release", steps=["Run", "Run"])
    goal = services.create(client=cleo, details=details)
    services.set_step(goal=goal, step=goal.steps.all()[0], by=cleo, is_done=True)

    more = GoalDetails(kind="custom", title="Release", steps=["Run", "Run", "Rest"])
    goal = services.change(goal=goal, details=more, by=cleo)

    assert [step.done_at is not None for step in goal.steps.all()] == [True, False, False]


def test_a_goal_can_be_changed_after_its_skill_was_retired(browser_of: Any, cleo: User) -> None:
    tools = skill("set-up-your-tools")
    goal = services.create(client=cleo, details=GoalDetails(kind="skill", skill=tools))
    Skill.objects.filter(pk=tools.pk).update(is_active=False)
    browser = browser_of(cleo)

    answer = browser.patch(f"/api/goals/{goal.pk}", {"title": "Tools"}, content_type="application/json")
    assert answer.status_code == 200
    page = browser.post(f"/goals/{goal.pk}/edit/", {"skill": str(tools.pk), "title": "My tools"})

    assert page.status_code == 302
    assert Goal.objects.get(pk=goal.pk).title == "My tools"


def test_suggestions_leave_the_client_room_for_their_own_goals(cleo: User, ada: User) -> None:
    details = GoalDetails(kind="sessions", target=2)
    for _ in range(services.MOST_SUGGESTED):
        services.suggest(client=cleo, builder=ada, details=details)
    with pytest.raises(Refused) as refused:
        services.suggest(client=cleo, builder=ada, details=details)
    assert refused.value.text == "This client has not answered 10 of your suggestions yet."

    GoalFactory.create_batch(services.MOST_OPEN - 1, client=cleo)
    own = services.create(client=cleo, details=details)
    assert own.status == "active"
    with pytest.raises(Refused) as full:
        services.accept(goal=Goal.objects.filter(client=cleo, status="suggested")[0], by=cleo)
    assert full.value.text == "You can have up to 50 goals at once."


def test_a_builder_learns_nothing_of_the_client_by_a_suggestion(browser_of: Any, cleo: User, ada: User) -> None:
    day = clock.now() - timedelta(days=100)
    CompletedSessionFactory.create_batch(2, client=cleo, starts_at=day)
    details = GoalDetails(kind="sessions", target=3, starts_on=day.date() - timedelta(days=2))
    goal = services.suggest(client=cleo, builder=ada, details=details)
    browser = browser_of(ada)

    assert "0 of 3 sessions" in browser.get(f"/goals/{goal.pk}/").content.decode()
    assert browser.get(f"/api/goals/{goal.pk}").json()["goal"]["progress"] == 0

    services.accept(goal=goal, by=cleo)
    assert "2 of 3 sessions" in browser.get(f"/goals/{goal.pk}/").content.decode()
