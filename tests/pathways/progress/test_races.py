"""Changes of progress at the same moment leave one row, one badge and one completion."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from accounts.models import Notification, User
from core.errors import Refused
from pathways.models import Award, Enrolment, Pathway, Progress, ProgressEvent, Skill
from pathways.progress import enrolments
from pathways.progress import services as progress
from pathways.progress.services import SkillMove
from tests.cast import make_builder_person, make_person
from tests.pathways.conftest import skill

pytestmark = pytest.mark.slow


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Runs the acts in threads and returns their answers or refusals."""
    barrier, answers = threading.Barrier(len(acts)), []

    def run(act: Callable[[], Any]) -> None:
        barrier.wait(timeout=30)
        try:
            answers.append(act())
        except Refused as error:
            answers.append(error.refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.fixture
def pair(committed: None) -> tuple[User, User]:
    return make_person("Cleo Park"), make_builder_person("Ada Moreno")


def test_verifying_several_times_at_once_completes_a_skill_once(pair: tuple[User, User]) -> None:
    cleo, ada = pair
    play = Pathway.objects.get(slug="play")
    enrolments.enrol(client=cleo, pathway=play, builder=ada)
    skills = [step for step in Skill.objects.open().complete().filter(pathways=play) if step.slug != "show-it-live"]
    progress.move_skills(client=cleo, moves=[SkillMove(step, "COMPLETED") for step in skills], by=ada)
    last = skill("show-it-live")

    answers = at_once(*[lambda: progress.complete(client=cleo, skill=last, by=ada)] * 4)

    assert len(answers) == 4
    assert all(isinstance(answer, Progress) for answer in answers)
    assert Progress.objects.filter(client=cleo, skill=last).count() == 1
    assert ProgressEvent.objects.filter(progress__skill=last).count() == 1
    assert Award.objects.filter(badge__slug="play").count() == 1
    assert Enrolment.objects.get().events.filter(verb="complete").count() == 1
    assert Notification.objects.filter(person=cleo, title="You have completed Play").count() == 1


def test_client_and_builder_complete_at_once(pair: tuple[User, User]) -> None:
    cleo, ada = pair
    enrolments.enrol(client=cleo, pathway=Pathway.objects.get(slug="play"), builder=ada)
    tools = skill("set-up-your-tools")

    at_once(*[lambda by=by: progress.complete(client=cleo, skill=tools, by=by) for by in (cleo, ada)])

    assert Progress.objects.get(client=cleo).status == "COMPLETED"
    assert ProgressEvent.objects.count() == 1


def test_enrolling_twice_at_once(pair: tuple[User, User]) -> None:
    cleo, ada = pair
    play = Pathway.objects.get(slug="play")

    answers = at_once(*[lambda: enrolments.enrol(client=cleo, pathway=play, builder=ada)] * 4)

    assert sum(isinstance(answer, Enrolment) for answer in answers) == 1
    assert Enrolment.objects.count() == 1


def test_starting_a_skill_while_its_prerequisite_is_undone(pair: tuple[User, User]) -> None:
    """Whichever comes first, no skill is begun without its prerequisite."""
    cleo, ada = pair
    enrolments.enrol(client=cleo, pathway=Pathway.objects.get(slug="play"), builder=ada)
    tools, tiny = skill("set-up-your-tools"), skill("finish-a-tiny-thing")
    for _ in range(5):
        progress.complete(client=cleo, skill=tools, by=cleo)
        at_once(
            lambda: progress.start(client=cleo, skill=tiny, by=cleo),
            lambda: progress.undo(client=cleo, skill=tools, by=cleo),
        )
        rows = dict(Progress.objects.filter(client=cleo).values_list("skill__slug", "status"))
        assert rows.get(tiny.slug, "UNTOUCHED") == "UNTOUCHED" or rows[tools.slug] == "COMPLETED"
        if rows.get(tiny.slug) == "IN_PROGRESS":
            progress.undo(client=cleo, skill=tiny, by=cleo)
            progress.undo(client=cleo, skill=tools, by=cleo)
