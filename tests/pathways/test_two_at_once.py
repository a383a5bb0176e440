"""Clients, builders and admins who change the same pathway at the same moment."""

from __future__ import annotations

from itertools import count

import pytest

from accounts.models import User
from core import clock
from core.ids import uuid7
from pathways import services as pathways
from pathways.catalogue import builder_skills, interchange, services
from pathways.editing import services as editing
from pathways.goals import services as goals
from pathways.goals.services import GoalDetails
from pathways.models import (
    Award,
    Badge,
    Enrolment,
    Evidence,
    Goal,
    Pathway,
    Progress,
    ProgressEvent,
    Skill,
    SkillPrerequisite,
)
from pathways.progress import enrolments
from pathways.progress import services as progress
from pathways.services import ReportedSession
from tests.at_once import DONE, at_once
from tests.cast import make_builder_person, make_person
from tests.factories.pathways import SkillFactory
from tests.pathways.cast import count_sessions
from tests.pathways.conftest import skill

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed_module")]
numbers = count()


@pytest.fixture
def cleo() -> User:
    return make_person(f"Cleo Park {next(numbers)}")


@pytest.fixture
def ada() -> User:
    return make_builder_person(f"Ada Moreno {next(numbers)}")


@pytest.fixture
def play() -> Pathway:
    return Pathway.objects.get(slug="play")


@pytest.fixture
def led(cleo: User, ada: User, play: Pathway) -> Enrolment:
    return enrolments.enrol(client=cleo, pathway=play, builder=ada)


def again(enrolment: Enrolment) -> Enrolment:
    return Enrolment.objects.complete().get(pk=enrolment.pk)


def test_enrolling_twice_leaves_one_enrolment(cleo: User, ada: User, play: Pathway) -> None:
    outcomes = at_once(*[lambda: enrolments.enrol(client=cleo, pathway=play, builder=ada) for _ in range(2)])

    assert outcomes == ["already_enrolled", DONE]
    assert Enrolment.objects.filter(client=cleo).count() == 1


def test_two_bookings_leave_one_enrolment(cleo: User, ada: User, play: Pathway) -> None:
    outcomes = at_once(
        *[lambda: enrolments.enrol_from_booking(client=cleo, pathway=play, builder=ada) for _ in range(2)]
    )

    assert outcomes == [DONE, DONE]
    assert Enrolment.objects.filter(client=cleo).count() == 1


def test_pausing_twice_is_recorded_once(cleo: User, led: Enrolment) -> None:
    outcomes = at_once(*[lambda: enrolments.change(enrolment=again(led), status="PAUSED", by=cleo) for _ in range(2)])

    assert outcomes == [DONE, DONE]
    assert led.events.filter(verb="pause").count() == 1


def test_choosing_two_builders_leaves_one_of_them(cleo: User, led: Enrolment) -> None:
    others = [make_builder_person(f"Ben Builder {next(numbers)}") for _ in range(2)]

    outcomes = at_once(
        *[
            lambda other=other: enrolments.change_builder(enrolment=again(led), builder=other, by=cleo)
            for other in others
        ]
    )

    assert outcomes == [DONE, DONE]
    assert Enrolment.objects.get(pk=led.pk).builder in others


def test_starting_a_skill_twice_is_recorded_once(cleo: User, led: Enrolment) -> None:
    tools = skill("set-up-your-tools")

    assert at_once(*[lambda: progress.start(client=cleo, skill=tools, by=cleo) for _ in range(2)]) == [DONE, DONE]
    assert ProgressEvent.objects.filter(progress__client=cleo).count() == 1


def test_undoing_a_skill_twice_undoes_once(cleo: User, led: Enrolment) -> None:
    tools = skill("set-up-your-tools")
    progress.start(client=cleo, skill=tools, by=cleo)

    outcomes = at_once(*[lambda: progress.undo(client=cleo, skill=tools, by=cleo) for _ in range(2)])

    assert outcomes == [DONE, "invalid_transition"]
    assert Progress.objects.get(client=cleo).status == "UNTOUCHED"


def test_suggesting_a_skill_twice_is_recorded_once(cleo: User, ada: User, led: Enrolment) -> None:
    tools = skill("set-up-your-tools")

    assert at_once(*[lambda: progress.assign(client=cleo, skill=tools, by=ada) for _ in range(2)]) == [DONE, DONE]
    assert ProgressEvent.objects.filter(progress__client=cleo).count() == 1


def test_two_pieces_of_evidence_at_the_limit_leave_one(cleo: User, led: Enrolment) -> None:
    tools = skill("set-up-your-tools")
    for number in range(progress.MAX_EVIDENCE - 1):
        progress.add_evidence(client=cleo, skill=tools, by=cleo, text=f"Take {number}")

    outcomes = at_once(
        *[lambda: progress.add_evidence(client=cleo, skill=tools, by=cleo, text="Last") for _ in range(2)]
    )

    assert outcomes == [DONE, "invalid_transition"]
    assert Evidence.objects.filter(progress__client=cleo).count() == progress.MAX_EVIDENCE


def test_counting_sessions_twice_awards_the_badge_once(cleo: User) -> None:
    badge = Badge.objects.filter(rule=Badge.Rule.SESSIONS).order_by("count").first()
    assert badge
    assert badge.count

    outcomes = at_once(*[lambda: count_sessions(client=cleo, sessions=badge.count or 0) for _ in range(2)])

    assert outcomes == [DONE, DONE]
    assert Award.objects.filter(client=cleo, badge=badge).count() == 1


def test_two_lists_of_taught_skills_are_not_mixed(ada: User) -> None:
    first, second = list(Skill.objects.open()[:4]), list(Skill.objects.open()[3:8])

    outcomes = at_once(
        lambda: builder_skills.set_builder_skills(builder=ada, skills=first),
        lambda: builder_skills.set_builder_skills(builder=ada, skills=second),
    )

    assert outcomes == [DONE, DONE]
    taught = set(Skill.objects.filter(taught_by__builder=ada))
    assert taught in (set(first), set(second)), "one of the lists, and no mixture"


def test_two_prerequisites_that_make_a_circle_leave_one() -> None:
    first, second = SkillFactory.create_batch(2)

    outcomes = at_once(
        lambda: services.set_prerequisites(skill=first, needs=[second]),
        lambda: services.set_prerequisites(skill=second, needs=[first]),
    )

    assert outcomes == [DONE, "invalid"]
    assert SkillPrerequisite.objects.filter(skill__in=[first, second]).count() == 1


def test_setting_a_prerequisite_twice_leaves_one() -> None:
    first, second = SkillFactory.create_batch(2)

    assert at_once(*[lambda: services.set_prerequisites(skill=first, needs=[second]) for _ in range(2)]) == [DONE, DONE]
    assert SkillPrerequisite.objects.filter(skill=first).count() == 1


def test_importing_a_catalogue_twice_adds_a_skill_once() -> None:
    slug = f"brand-new-{next(numbers)}"
    text = f"skills:\n- slug: {slug}\n  name: Brand new\n  tier: 1\n  summary: New.\n  description: New.\n  pathways: [play]\n"

    outcomes = at_once(*[lambda: interchange.import_catalogue(interchange.parse(text)) for _ in range(2)])

    assert outcomes == [DONE, DONE]
    assert Skill.objects.filter(slug=slug).count() == 1


def test_two_sessions_completed_at_once_reach_the_goal_once(cleo: User, ada: User) -> None:
    goal = goals.create(client=cleo, details=GoalDetails(kind="sessions", target=2))
    now = clock.now()
    sessions = [ReportedSession(uuid7(), cleo.pk, ada.pk, None, now, 60) for _ in range(2)]
    acts = [lambda row=row: pathways.report_session(session=row, client=cleo, now=now) for row in sessions]

    assert at_once(*acts) == [DONE, DONE]

    assert Goal.objects.get(pk=goal.pk).status == "reached"
    assert goal.events.filter(verb="reach").count() == 1


def test_two_prerequisites_added_at_once_are_both_kept(ada: User) -> None:
    skills = SkillFactory.create_batch(3)
    acts = [lambda row=row: editing.connect(skill=skills[0], needed=row, by=ada) for row in skills[1:]]

    assert at_once(*acts) == [DONE, DONE]

    assert set(skills[0].needs.all()) == set(skills[1:])
