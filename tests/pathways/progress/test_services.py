"""Changes of enrolments and of progress on skills."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Notification, User
from accounts.roles import Role
from accounts.services import revoke
from core import clock
from core.errors import Refusal, Refused
from core.registry import integrity_findings
from pathways.badges import services as badges
from pathways.models import (
    Award,
    Enrolment,
    EnrolmentEvent,
    Evidence,
    Pathway,
    Progress,
    ProgressEvent,
    Skill,
)
from pathways.progress import enrolments, queries
from pathways.progress import services as progress
from pathways.progress.services import KEPT, SkillMove
from pathways.refusals import PathwayRefusal
from pathways.states import SkillState, opened_by, percent
from tests.cast import make_builder_person, make_person
from tests.factories.pathways import PathwayFactory, ProgressFactory, SkillFactory, SkillPrerequisiteFactory
from tests.files import stored_names
from tests.pathways.conftest import skill
from tests.reading import visible_text

pytestmark = pytest.mark.django_db
Status = Enrolment.Status
TINY, TOOLS, OWN = "finish-a-tiny-thing", "set-up-your-tools", "project-of-your-own"


def refused(act: Any, *args: Any, **kwargs: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        act(*args, **kwargs)
    return caught.value


# Enrolments ----------------------------------------------------------------------------------------------


def test_a_client_cannot_enrol_in_the_same_pathway_twice(led: Enrolment, play: Pathway, cleo: User, ada: User) -> None:
    assert refused(enrolments.enrol, client=cleo, pathway=play).refusal == PathwayRefusal.ALREADY_ENROLLED
    enrolments.change(enrolment=led, status=Status.PAUSED, by=cleo)
    assert refused(enrolments.enrol, client=cleo, pathway=play).refusal == PathwayRefusal.ALREADY_ENROLLED
    assert [event.verb for event in led.events.all()] == ["enrol", "pause"]
    assert Notification.objects.get(person=ada).title == "Cleo Park follows Play with you"


def test_pausing_twice_is_recorded_once_and_completing_by_hand_is_refused(led: Enrolment, cleo: User) -> None:
    for _ in range(2):
        enrolments.change(enrolment=led, status=Status.PAUSED, by=cleo)
    error = refused(enrolments.change, enrolment=led, status=Status.COMPLETED, by=cleo)

    assert (error.refusal, error.details["allowed"]) == (Refusal.INVALID_TRANSITION, ["ACTIVE"])
    assert led.events.filter(verb="pause").count() == 1


def test_a_new_builder_sees_the_progress_and_the_former_one_does_not(led: Enrolment, cleo: User, ada: User) -> None:
    bo = make_builder_person("Bo Builder")
    progress.complete(client=cleo, skill=skill(TOOLS), by=cleo)

    enrolments.change_builder(enrolment=led, builder=bo, by=cleo)

    assert queries.pathway_progress(cleo, led.pathway).done == 1
    assert progress.acting_as(bo, cleo, skill(TOOLS)) == progress.ActingAs.BUILDER
    assert refused(progress.complete, client=cleo, skill=skill(TINY), by=ada).refusal == Refusal.NOT_FOUND


def test_the_builder_of_an_enrolment_has_to_be_another_person_and_a_builder(
    play: Pathway, cleo: User, ada: User
) -> None:
    assert "builder" in (refused(enrolments.enrol, client=ada, pathway=play, builder=ada).fields or {})
    assert "builder" in (
        refused(enrolments.enrol, client=ada, pathway=play, builder=make_person("Sam Stranger")).fields or {}
    )


def test_losing_the_builder_role_removes_the_builder_from_enrolments(led: Enrolment, ada: User, cleo: User) -> None:
    revoke(user=ada, role=Role.BUILDER, by=None, reason="test")

    led.refresh_from_db()
    assert led.builder is None
    assert Notification.objects.filter(person=cleo, title__startswith="Ada Moreno is no longer your builder").exists()


# Skills --------------------------------------------------------------------------------------------------


def test_a_locked_skill_is_refused_for_client_and_builder(led: Enrolment, cleo: User, ada: User) -> None:
    for by in (cleo, ada):
        error = refused(progress.complete, client=cleo, skill=skill(TINY), by=by)
        assert (error.refusal, error.details["missing"]) == (PathwayRefusal.LOCKED, [TOOLS])
    assert refused(progress.start, client=cleo, skill=skill(TINY), by=cleo).refusal == PathwayRefusal.LOCKED
    assert not Progress.objects.exclude(status="UNTOUCHED").exists()


def test_a_builder_verifies_a_skill_that_needs_a_builder(led: Enrolment, cleo: User, ada: User) -> None:
    for slug in (TOOLS, TINY):
        progress.complete(client=cleo, skill=skill(slug), by=cleo)
    row = progress.complete(client=cleo, skill=skill(OWN), by=cleo, comment="Look at level two.")
    assert (row.status, row.asked_at is not None) == ("IN_PROGRESS", True)
    assert Notification.objects.filter(person=ada, title="Cleo Park asks you to look at A project of your own").exists()

    progress.complete(client=cleo, skill=skill(OWN), by=ada, comment="It has a heart.")

    row.refresh_from_db()
    assert (row.status, row.asked_at, row.verified_by) == ("COMPLETED", None, ada)
    assert Notification.objects.get(person=cleo, kind="pathway").text == "It has a heart."


def test_a_builder_returns_a_skill_with_a_comment(led: Enrolment, cleo: User, ada: User) -> None:
    for slug in (TOOLS, TINY, OWN):
        progress.complete(client=cleo, skill=skill(slug), by=cleo)

    assert refused(progress.send_back, client=cleo, skill=skill(OWN), by=ada, comment=" ").fields
    row = progress.send_back(client=cleo, skill=skill(OWN), by=ada, comment="Level two ends nowhere.")

    assert (row.status, row.asked_at) == ("IN_PROGRESS", None)
    again = refused(progress.send_back, client=cleo, skill=skill(OWN), by=ada, comment="Again")
    assert again.refusal == Refusal.INVALID_TRANSITION
    assert refused(progress.send_back, client=cleo, skill=skill(OWN), by=cleo, comment="!").refusal == Refusal.FORBIDDEN


def test_undo_restores_exactly_but_not_under_a_skill_that_needs_it(led: Enrolment, cleo: User, ada: User) -> None:
    progress.complete(client=cleo, skill=skill(TOOLS), by=cleo)
    progress.start(client=cleo, skill=skill(TINY), by=cleo)

    error = refused(progress.undo, client=cleo, skill=skill(TOOLS), by=cleo)
    assert "“Finish a tiny thing” rests on it" in error.sentence
    progress.undo(client=cleo, skill=skill(TINY), by=cleo)
    row = progress.undo(client=cleo, skill=skill(TOOLS), by=cleo)

    assert (row.status, row.completed_at) == ("UNTOUCHED", None)
    assert refused(progress.undo, client=cleo, skill=skill(TOOLS), by=cleo).sentence == "There is nothing to withdraw."


def test_a_client_cannot_undo_what_the_builder_did(led: Enrolment, cleo: User, ada: User) -> None:
    progress.complete(client=cleo, skill=skill(TOOLS), by=ada)

    assert refused(progress.undo, client=cleo, skill=skill(TOOLS), by=cleo).refusal == Refusal.FORBIDDEN
    assert progress.undo(client=cleo, skill=skill(TOOLS), by=ada).status == "UNTOUCHED"


def test_a_suggested_skill_comes_next(led: Enrolment, cleo: User, ada: User) -> None:
    before = queries.pathway_progress(cleo, led.pathway)
    assert before.next is not None
    other = next(
        standing
        for standing in before.standings
        if standing.state == "AVAILABLE" and standing.skill != before.next.skill
    )

    progress.assign(client=cleo, skill=skill(other.skill.slug), by=ada)

    suggested = queries.pathway_progress(cleo, led.pathway).next
    assert suggested is not None
    assert (suggested.skill, suggested.words) == (other.skill, "Suggested to you")


def test_several_skills_move_in_order_of_their_prerequisites_or_not_at_all(
    led: Enrolment, cleo: User, ada: User
) -> None:
    moves = [SkillMove(skill(slug), "COMPLETED") for slug in (OWN, TINY, TOOLS)]
    progress.move_skills(client=cleo, moves=moves, by=ada)
    assert Progress.objects.filter(status="COMPLETED").count() == 3

    with pytest.raises(Refused):
        progress.move_skills(
            client=cleo,
            moves=[SkillMove(skill("weekly-rhythm"), "COMPLETED"), SkillMove(skill("put-it-out"), "COMPLETED")],
            by=ada,
        )
    assert Progress.objects.filter(status="COMPLETED").count() == 3


def test_evidence_starts_a_skill_and_only_its_author_can_remove_it(
    led: Enrolment, cleo: User, ada: User, django_capture_on_commit_callbacks: Any
) -> None:
    file = SimpleUploadedFile("level.txt", b"one", "text/plain")
    evidence = progress.add_evidence(client=cleo, skill=skill(TOOLS), by=cleo, text=" Two screens. ", file=file)

    assert (evidence.text, evidence.name, evidence.progress.status) == ("Two screens.", "level.txt", "IN_PROGRESS")
    assert refused(progress.remove_evidence, evidence=evidence, by=ada).refusal == Refusal.NOT_FOUND
    with django_capture_on_commit_callbacks(execute=True):
        progress.remove_evidence(evidence=evidence, by=cleo)
    assert not Evidence.objects.exists()
    assert stored_names() == []


def test_a_stranger_cannot_change_progress(led: Enrolment, cleo: User) -> None:
    sam = make_person("Sam Stranger")

    for act in (progress.start, progress.complete, progress.undo):
        assert refused(act, client=cleo, skill=skill(TOOLS), by=sam).refusal == Refusal.NOT_FOUND


# The end -------------------------------------------------------------------------------------------------


def complete_all_but(client: User, builder: User, pathway: Pathway, but: str) -> None:
    skills = [step for step in Skill.objects.open().complete().filter(pathways=pathway) if step.slug != but]
    progress.move_skills(client=client, moves=[SkillMove(step, "COMPLETED") for step in skills], by=builder)


def test_the_last_skill_completes_the_enrolment_and_undoing_it_reopens_it(
    led: Enrolment, cleo: User, ada: User
) -> None:
    complete_all_but(cleo, ada, led.pathway, "show-it-live")
    led.refresh_from_db()
    assert led.status == Status.ACTIVE

    progress.complete(client=cleo, skill=skill("show-it-live"), by=cleo)
    led.refresh_from_db()
    assert (led.status, led.ended_at is not None) == (Status.COMPLETED, True)
    assert Award.objects.standing().filter(badge__slug="play").count() == 1
    assert Notification.objects.filter(person__in=[cleo, ada], title__icontains="completed Play").count() == 2
    assert refused(enrolments.enrol, client=cleo, pathway=led.pathway).refusal == PathwayRefusal.ALREADY_ENROLLED

    progress.undo(client=cleo, skill=skill("show-it-live"), by=cleo)
    led.refresh_from_db()
    assert (led.status, led.ended_at) == (Status.ACTIVE, None)
    assert not Award.objects.standing().filter(badge__slug="play").exists()
    assert [event.verb for event in led.events.all()] == ["enrol", "complete", "reopen"]
    assert integrity_findings(clock.now()) == []


def test_a_skill_added_later_revokes_nothing(led: Enrolment, cleo: User, ada: User) -> None:
    complete_all_but(cleo, ada, led.pathway, "")
    late = SkillFactory.create(tier=3)
    late.pathways.add(led.pathway)

    badges.update_awards(client=cleo, now=clock.now())

    led.refresh_from_db()
    assert led.status == Status.COMPLETED
    assert Award.objects.standing().filter(badge__slug="play").exists()


def test_a_skill_added_later_lowers_no_percentage(led: Enrolment, cleo: User, ada: User) -> None:
    progress.move_skills(client=cleo, moves=[SkillMove(skill(slug), "COMPLETED") for slug in (TINY, TOOLS)], by=ada)
    before = queries.pathway_progress(cleo, led.pathway, led)
    late = SkillFactory.create_batch(2, tier=1)
    for skill_added in late:
        skill_added.pathways.add(led.pathway)

    after = queries.pathway_progress(cleo, led.pathway, led)

    assert (before.new, after.new) == (0, 2)
    assert before.percent == after.percent == queries.enrolment_summaries([led])[led.pk].percent < 100
    assert [tier.percent for tier in after.tiers] == [tier.percent for tier in before.tiers]
    progress.move_skills(client=cleo, moves=[SkillMove(late[0], "COMPLETED")], by=ada)
    later = queries.pathway_progress(cleo, led.pathway, led)
    assert later.new == 1
    assert later.percent >= after.percent


def test_pages_say_how_many_skills_are_new(led: Enrolment, client: Client, ada: User, cleo: User) -> None:
    SkillFactory.create(tier=1).pathways.add(led.pathway)
    client.force_login(cleo)

    assert "1 new skill" in visible_text(client.get("/me/pathways/play/"))
    client.force_login(ada)
    assert "1 new skill" in visible_text(client.get(f"/dashboard/clients/{cleo.pk}/"))


def test_integrity_checks_report_broken_rows(led: Enrolment, cleo: User) -> None:
    ProgressFactory.create(client=cleo, skill=skill(OWN), status="COMPLETED", completed_at=clock.now())
    SkillPrerequisiteFactory.create(skill=skill(TOOLS), needed=skill(TINY))
    EnrolmentEvent.objects.all().delete()
    Enrolment.objects.update(status="COMPLETED", ended_at=clock.now())

    assert [finding.check for finding in integrity_findings(clock.now())] == [
        "pathways: completed", "pathways: completed", "pathways: the graph",
    ]  # fmt: skip


# Properties ----------------------------------------------------------------------------------------------

SLUGS = ("a", "b", "c", "d", "e")
NEEDS = {"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c"), "e": ()}
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("start", "complete", "undo", "return", "assign")), st.sampled_from(SLUGS), st.booleans()
    ),
    max_size=25,
)


def small_pathway(cleo: User, ada: User) -> tuple[Enrolment, dict[str, Skill]]:
    pathway = PathwayFactory.create()
    skills = {slug: SkillFactory.create(slug=slug, needs_builder=slug in "cd") for slug in SLUGS}
    pathway.skills.set(skills.values())
    for slug, needs in NEEDS.items():
        for need in needs:
            SkillPrerequisiteFactory.create(skill=skills[slug], needed=skills[need])
    return enrolments.enrol(client=cleo, pathway=pathway, builder=ada), skills


def progress_rows(cleo: User) -> dict[str, tuple[Any, ...]]:
    rows = Progress.objects.filter(client=cleo).values_list("skill__slug", *KEPT)
    return {row[0]: row[1:] for row in rows if row[1] != "UNTOUCHED" or any(row[2:])}


@pytest.mark.slow
@given(STEPS)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_sequence_of_changes_keeps_progress_consistent(
    cleo: User, ada: User, steps: list[tuple[str, str, bool]]
) -> None:
    """Locked skills cannot be begun, undo restores exactly, and completion follows the skills."""
    with transaction.atomic():
        enrolment, skills = small_pathway(cleo, ada)
        before: dict[str, list[Any]] = {slug: [] for slug in SLUGS}
        for verb, slug, is_client in steps:
            apply(verb, slug, cleo, cleo if is_client else ada, skills, before)
            overview = queries.pathway_progress(cleo, enrolment.pathway)
            done = {standing.skill.slug for standing in overview.standings if standing.state == SkillState.COMPLETED}
            begun = {slug for slug, row in progress_rows(cleo).items() if row[0] != "UNTOUCHED"}
            assert all(set(NEEDS[slug]) <= done for slug in begun), "a skill is begun without its prerequisites"
            enrolment.refresh_from_db()
            assert (enrolment.status == Status.COMPLETED) == (done == set(SLUGS))
            assert Award.objects.count() == 0
        transaction.set_rollback(True)


def apply(verb: str, slug: str, cleo: User, by: User, skills: dict[str, Skill], before: dict[str, list[Any]]) -> None:
    """Makes one change. The state before each is kept in `before`, to compare it with what undo restores."""
    rows_before, count = progress_rows(cleo), ProgressEvent.objects.count()
    acts: dict[str, Any] = {
        "start": progress.start, "complete": progress.complete, "undo": progress.undo, "assign": progress.assign,
        "return": progress.send_back,
    }  # fmt: skip
    extra = {"comment": "Not yet."} if verb == "return" else {}
    try:
        acts[verb](client=cleo, skill=skills[slug], by=by, **extra)
    except Refused:
        assert progress_rows(cleo) == rows_before
        return
    rows_after = progress_rows(cleo)
    if verb == "undo":
        assert rows_after.get(slug) == before[slug].pop()
    else:
        assert completed(rows_after) >= completed(rows_before)
        if ProgressEvent.objects.count() > count:
            before[slug].append(rows_before.get(slug))
    assert {**rows_after, slug: None} == {**rows_before, slug: None}


def completed(rows: dict[str, tuple[Any, ...]]) -> set[str]:
    return {slug for slug, row in rows.items() if row[0] == "COMPLETED"}


@given(st.integers(0, 50), st.integers(0, 50))
def test_percent_is_a_hundred_only_when_everything_is_done(done: int, more: int) -> None:
    total = done + more

    assert 0 <= percent(done, total) <= 100
    assert (percent(done, total) == 100) == (total > 0 and more == 0)
    assert percent(done, total) <= percent(done + 1, max(total, done + 1))


def test_how_many_skills_each_skill_opens() -> None:
    assert opened_by(NEEDS) == {"a": 3, "b": 1, "c": 1, "d": 0, "e": 0}
