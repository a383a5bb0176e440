"""The pages of a client's pathway, the skills that builders teach, and the welcome questions."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from accounts.tokens import services as tokens
from marketplace import listings
from pathways.catalogue import builder_skills
from pathways.models import BuilderSkill, Enrolment, Evidence, Progress, Skill
from pathways.progress import enrolments
from pathways.progress import services as progress
from tests.cast import make_person
from tests.factories.coaching import SessionTypeFactory
from tests.files import received
from tests.pathways.conftest import skill

pytestmark = pytest.mark.django_db
TOOLS = "set-up-your-tools"


def test_the_questions_suggest_the_pathway_with_most_answers(client: Client) -> None:
    page = client.get("/welcome/?why=joy&stuck=begin&year=users").content.decode()
    assert "Play is for you" in page
    assert "Accelerate is for you" in client.get("/welcome/?why=ship&stuck=prove&year=shown").content.decode()
    assert "Choose one of the three." in client.get("/welcome/?answer=1&why=joy").content.decode()
    assert "Three short questions" in client.get("/welcome/").content.decode()


def test_enrolling_leads_to_the_clients_pathway_page(cleos: Client, cleo: User) -> None:
    assert "You have not started a pathway" in cleos.get("/me/pathways/").content.decode()

    answer = cleos.post("/pathways/play/enrol/")
    assert answer["Location"] == "/me/pathways/play/"
    page = cleos.get("/me/pathways/play/").content.decode()
    assert "Next step" in page
    assert "0 of 14 skills" in page
    assert "See my progress" in cleos.get("/pathways/play/").content.decode()
    assert (
        cleos.post("/pathways/play/enrol/", follow=True).content.decode().count("You already follow this pathway") == 1
    )


def test_a_skill_is_started_completed_and_undone_on_its_page(led: Enrolment, cleos: Client, cleo: User) -> None:
    def act(name: str) -> str:
        return cleos.post(f"/me/skills/{TOOLS}/", {"act": name}, follow=True).content.decode()

    assert "Set up your tools has begun." in act("start")
    page = act("complete")
    assert "Set up your tools is completed." in page
    assert "1 of 14 skills" in page
    assert "is as it was before" in act("undo")
    assert Progress.objects.get().status == "IN_PROGRESS"


def test_a_locked_skill_names_its_prerequisites(led: Enrolment, cleos: Client) -> None:
    page = cleos.get("/me/pathways/play/?skill=finish-a-tiny-thing").content.decode()
    assert "It opens after" in page

    page = cleos.post("/me/skills/finish-a-tiny-thing/", {"act": "complete"}, follow=True).content.decode()
    assert "“Set up your tools” comes first." in page


def test_tree_and_list_show_the_state_of_each_skill(led: Enrolment, cleos: Client, cleo: User) -> None:
    progress.complete(client=cleo, skill=skill(TOOLS), by=cleo)

    for view in ("", "?view=list"):
        page = cleos.get(f"/me/pathways/play/{view}").content.decode()
        assert "#shape-COMPLETED" in page
        assert "#shape-LOCKED" in page
        assert "Open to you" in page


def test_evidence_is_visible_to_its_client_and_their_builder_only(
    led: Enrolment, cleos: Client, browser_of: Any, cleo: User
) -> None:
    file = SimpleUploadedFile("level.txt", b"one", "text/plain")
    page = cleos.post(f"/me/skills/{TOOLS}/", {"act": "show", "text": "Look", "file": file}, follow=True)
    assert "level.txt" in page.content.decode()
    evidence = Evidence.objects.get()
    address = f"/skills/evidence/{evidence.pk}/"

    browser = browser_of(cleo)
    assert received(browser.get(address)) == b"one"
    assert received(browser_of(led.builder).get(address)) == b"one"
    assert browser_of(make_person("Sam Stranger")).get(address).status_code == 404
    assert "Write something" in browser.post(f"/me/skills/{TOOLS}/", {"act": "show"}, follow=True).content.decode()
    browser.post(f"/me/skills/{TOOLS}/", {"act": "hide", "evidence": str(evidence.pk)})
    assert not Evidence.objects.exists()


def test_an_enrolment_is_paused_resumed_and_its_builder_changed(led: Enrolment, cleos: Client, ada: User) -> None:
    def change(**fields: str) -> str:
        return cleos.post("/me/pathways/play/change/", fields, follow=True).content.decode()

    assert "Paused. Your progress is saved" in change(act="pause")
    assert "Resumed." in change(act="resume")
    assert "You now follow it on your own" in change(act="leave")
    assert "There is no such builder" in change(act="lead", builder="nobody")
    assert "Ada Moreno is now your builder" in change(act="lead", builder="ada-moreno")
    assert "History" in cleos.get("/me/pathways/play/change/").content.decode()


def test_the_page_costs_the_same_queries_with_any_progress(
    led: Enrolment, cleos: Client, cleo: User, ada: User, django_assert_num_queries: Any
) -> None:
    cleos.get("/me/pathways/play/")
    with django_assert_num_queries(9):
        cleos.get("/me/pathways/play/")
    for step in Skill.objects.complete().filter(pathways=led.pathway, tier=1):
        progress.complete(client=cleo, skill=step, by=ada)
    with django_assert_num_queries(9):
        page = cleos.get("/me/pathways/play/").content.decode()
    assert "5 skills completed" in page  # in the text version of the chart


def test_builders_choose_the_skills_they_teach(adas: Client, ada: User) -> None:
    client = Client()
    adas.post("/dashboard/skills/", {"skills": ["take-critique", TOOLS]})
    assert {row.skill.slug for row in BuilderSkill.objects.filter(builder=ada)} == {"take-critique", TOOLS}

    listings.recount()
    page = client.get("/builders/").content.decode()
    assert page.index("Set up your tools") < page.index("Take critique")  # fundamental ones first
    assert "Ada Moreno" in client.get("/builders/?skill=take-critique").content.decode()
    assert "Ada Moreno" not in client.get("/builders/?skill=teach-it").content.decode()
    assert "Take critique" in client.get("/builders/ada-moreno/").content.decode()

    many = list(Skill.objects.values_list("slug", flat=True))[: builder_skills.MAX_SKILLS + 1]
    answer = adas.post("/dashboard/skills/", {"skills": many})
    assert (answer.status_code, BuilderSkill.objects.count()) == (422, 2)


def test_builders_set_the_skills_they_teach_by_the_api(ada: User) -> None:
    headers = {"Authorization": f"Bearer {tokens.issue(user=ada, name='t')}"}

    def patch(skills: list[str]) -> Any:
        return Client().patch("/api/coach", {"skills": skills}, "application/json", headers=headers)

    assert patch(["Take-Critique", TOOLS]).json()["builder"]["skills"] == [TOOLS, "take-critique"]
    assert patch(["nothing"]).json()["error"]["fields"] == {"skills": ["There is no nothing."]}
    assert patch(list(Skill.objects.values_list("slug", flat=True))).status_code == 422
    listings.recount()
    shown = Client().get("/api/marketplace/builders/ada-moreno").json()["builder"]["skills"]
    assert [entry["slug"] for entry in shown] == [TOOLS, "take-critique"]
    assert patch([]).json()["builder"]["skills"] == []


def test_the_page_of_builders_to_choose_offers_those_with_a_session_on_the_pathway(
    led: Enrolment, cleos: Client, ada: User
) -> None:
    assert (
        'value="ada-moreno"' not in cleos.get("/builders/leading/play/").content.decode()
    )  # offers nothing on it, never met

    session_type = SessionTypeFactory.create(builder=ada, title="A step", category="PATHWAY")
    session_type.pathways.add(led.pathway)
    assert 'value="ada-moreno"' not in cleos.get("/builders/leading/play/").content.decode()  # she leads it already
    enrolments.change_builder(enrolment=led, builder=None, by=led.client)
    assert 'value="ada-moreno"' in cleos.get("/builders/leading/play/").content.decode()
    assert cleos.get("/builders/leading/nowhere/").status_code == 404
