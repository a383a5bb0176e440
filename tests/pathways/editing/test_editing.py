"""Admins edit a pathway on its tree, and clients keep what they have earned."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from core.models import AuditEntry
from pathways.catalogue import interchange
from pathways.editing import services
from pathways.models import Enrolment, Pathway, Progress, Skill
from pathways.progress import services as progress
from pathways.progress.queries import enrolment_summaries, pathway_progress
from tests.factories.pathways import SkillFactory
from tests.pathways.conftest import skill

TREE = "/operations/catalogue/pathways/play/"
NEW = {
    "name": "Play for a friend", "tier": "2", "summary": "One friend, one evening.",
    "description": "It is not the same as alone.", "resources": "A guide | https://example.com/guide",
}  # fmt: skip


def act(browser: Any, verb: str, /, **values: str) -> str:
    """Sends a change as the forms do without a script, and returns the page that follows."""
    return str(browser.post(TREE, {"act": verb, **values}, follow=True).content.decode())


def test_an_admin_adds_a_skill_and_sees_it_as_a_client_would(browser_of: Any, alex: User, play: Pathway) -> None:
    browser = browser_of(alex)
    assert "Add a skill" in browser.get(TREE).content.decode()

    page = act(browser, "add", needs="set-up-your-tools", **NEW)

    assert "“Play for a friend” is on the tree. Clients see it now." in page
    added = skill("play-for-a-friend")
    assert (added.tier, added.resources) == (2, [{"title": "A guide", "url": "https://example.com/guide"}])
    preview = browser.get(f"{TREE}preview/?skill=play-for-a-friend").content.decode()
    assert "It opens after Set up your tools." in preview
    assert "#shape-LOCKED" in preview
    assert "0 of 15 skills" in preview
    assert "7 of 15 skills" in browser.get(f"{TREE}preview/?stage=half").content.decode()
    assert "100%" in browser.get(f"{TREE}preview/?stage=done").content.decode()
    assert "Play for a friend" in browser_of(None).get("/pathways/play/").content.decode()


def test_a_form_with_mistakes_keeps_what_was_typed(browser_of: Any, alex: User, play: Pathway) -> None:
    answer = browser_of(alex).post(TREE, {"act": "add", **NEW, "name": "", "resources": "no link"})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Give it a name." in page
    assert "One friend, one evening." in page
    assert "Write “no link” as a title, a | and a link with https." in page
    assert not Skill.objects.filter(summary=NEW["summary"]).exists()


def test_each_change_is_shown_in_words_and_undone(browser_of: Any, alex: User, play: Pathway) -> None:
    browser = browser_of(alex)
    services.add_skill(pathway=play, values=NEW | {"tier": 2, "needs": [], "resources": []}, by=alex)
    slug = "play-for-a-friend"
    steps = [
        ("move", {"tier": "3"}, "moves from tier 2 to tier 3."),
        ("connect", {"needed": "set-up-your-tools"}, "comes after “Set up your tools”."),
        ("disconnect", {"needed": "set-up-your-tools"}, "no longer comes after “Set up your tools”."),
        ("fundamental", {"value": "yes"}, "becomes fundamental."),
        ("save", NEW | {"name": "Play for two"}, "“Play for a friend” is renamed to “Play for two”."),
        ("retire", {}, "is retired."),
        ("restore", {}, "is shown to clients again."),
        ("take_off", {}, "is taken off Play."),
        ("put_on", {}, "is put on Play."),
    ]
    for verb, values, words in steps:
        before = interchange.entry_of(skill(slug))
        assert words in act(browser, verb, skill=slug, **values), verb
        after = interchange.entry_of(skill(slug))
        assert before != after
        entry = AuditEntry.objects.filter(action="skill changed").first()
        assert entry is not None
        assert entry.actor == alex
        act(browser, "undo", entry=str(entry.pk))
        assert interchange.entry_of(skill(slug)) == before, verb
        act(browser, verb, skill=slug, **values)

    changed = AuditEntry.objects.filter(action="skill changed").last()
    assert changed is not None
    assert "changed again since" in act(browser, "undo", entry=str(changed.pk))
    added = AuditEntry.objects.get(action="skill added")
    act(browser, "undo", entry=str(added.pk))
    assert not skill(slug).is_active
    assert "Retired skills" in browser.get(TREE).content.decode()


def test_what_makes_no_sense_is_refused(browser_of: Any, alex: User, suri: User, play: Pathway) -> None:
    browser = browser_of(alex)
    later = services.add_skill(
        pathway=play, values=NEW | {"needs": ["set-up-your-tools"], "resources": [], "tier": 2}, by=alex
    )

    assert "would depend on each other" in act(browser, "connect", skill="set-up-your-tools", needed=later.slug)
    services.disconnect(skill=later, needed=skill("set-up-your-tools"), by=alex)
    refused = act(browser, "connect", skill="set-up-your-tools", needed=later.slug)
    assert "is in tier 1 and would come after “Play for a friend”, which is in tier 2." in refused
    assert skill("set-up-your-tools").needs.count() == 0
    for values in ({"act": "move", "tier": "9"}, {"act": "unknown"}):
        browser.post(TREE, {"skill": later.slug, **values})
    assert skill(later.slug).tier == 2
    assert browser.post(TREE, {"act": "move", "skill": "nothing"}).status_code == 404
    assert browser_of(suri).post(TREE, {"act": "retire", "skill": later.slug}).status_code == 403
    assert skill(later.slug).is_active


def test_a_script_gets_the_editor_alone(browser_of: Any, alex: User, play: Pathway) -> None:
    headers = {"HX-Request": "true", "HX-Target": "skill_tree"}
    values = {"act": "move", "skill": "set-up-your-tools", "tier": "2"}

    page = browser_of(alex).post(TREE, values, headers=headers).content.decode()

    assert page.strip().startswith('<div id="skill_tree"') or ('id="skill_tree"' in page and "<html" not in page)
    assert "would be in tier 2. Remove the connection first" in page
    assert re.search(r'data-skill="set-up-your-tools"\s+data-tier="1"', page)


def test_what_a_client_has_earned_does_not_fall(alex: User, cleo: User, led: Enrolment, play: Pathway) -> None:
    """Adding, moving, connecting, retiring and taking off skills never lowers a percentage or locks what was begun."""

    def percent() -> int:
        summary = enrolment_summaries([Enrolment.objects.get(pk=led.pk)])[led.pk]
        shown = pathway_progress(cleo, play, Enrolment.objects.get(pk=led.pk))
        assert (summary.percent, summary.done) == (shown.percent, shown.done)
        return shown.percent

    tools = skill("set-up-your-tools")
    progress.complete(client=cleo, skill=tools, by=cleo)
    begun = next(
        standing.skill
        for standing in pathway_progress(cleo, play, led).standings
        if standing.state == "AVAILABLE" and not standing.skill.needs_builder
    )
    progress.start(client=cleo, skill=begun, by=cleo)
    earned = percent()
    assert earned > 0

    new = services.add_skill(pathway=play, values=NEW | {"needs": [], "resources": [], "tier": 1}, by=alex)
    services.connect(skill=begun, needed=new, by=alex)
    assert percent() == earned
    progress.complete(client=cleo, skill=begun, by=cleo)
    assert percent() > earned
    earned = percent()
    services.change_skill(skill=tools, changes={"pathways": ["accelerate"]}, by=alex)
    services.change_skill(skill=begun, changes={"is_active": False}, by=alex)
    assert percent() >= earned
    standings = {
        standing.skill.slug: standing
        for standing in pathway_progress(cleo, play, Enrolment.objects.get(pk=led.pk)).standings
    }
    assert standings[tools.slug].is_kept
    assert standings[begun.slug].is_kept


def test_retiring_the_last_open_skill_completes_the_pathway(
    alex: User, cleo: User, led: Enrolment, play: Pathway
) -> None:
    last, *others = Skill.objects.filter(pathways=play)
    for other in others:
        Progress.objects.create(client=cleo, skill=other, status="COMPLETED", completed_at=led.created_at)

    services.change_skill(skill=last, changes={"is_active": False}, by=alex)

    led.refresh_from_db()
    assert led.status == Enrolment.Status.COMPLETED
    extra = SkillFactory.create()
    extra.pathways.add(play, Pathway.objects.get(slug="pivot"))
    shared = SkillFactory.create()
    shared.pathways.add(play)
    progress.complete(client=cleo, skill=shared, by=cleo)
    progress.undo(client=cleo, skill=shared, by=cleo)
    led.refresh_from_db()
    assert led.status == Enrolment.Status.COMPLETED


def test_an_import_is_described_checked_and_undone(browser_of: Any, alex: User, play: Pathway, led: Enrolment) -> None:
    browser = browser_of(alex)
    exported = browser.get(f"{TREE}export/")
    assert exported["Content-Disposition"] == 'attachment; filename="play.json"'
    document = json.loads(exported.content)
    assert {"play"} == {pathway["slug"] for pathway in document["pathways"]}

    def send(changed: dict[str, Any]) -> Any:
        file = SimpleUploadedFile("play.json", json.dumps(changed).encode())
        return browser.post("/operations/catalogue/import/", {"file": file})

    assert "The document and the catalogue are the same." in send(document).content.decode()
    document["pathways"][0]["tier1"] = "Begin"
    document["skills"][0] |= {"name": "<b>Tools</b>", "is_fundamental": not document["skills"][0]["is_fundamental"]}
    removed = document["skills"].pop()
    document["skills"].append({**removed, "slug": "shiny", "name": "Shiny"})
    page = send(document).content.decode()
    assert "is renamed to “&lt;b&gt;Tools&lt;/b&gt;”." in page
    assert "The first tier of Play is renamed from" in page
    assert f"“Shiny” is new, in tier {removed['tier']} of Play" in page
    assert "is not in the document. It stays as it is." in page
    assert not Skill.objects.filter(slug="shiny").exists()

    browser.post("/operations/catalogue/import/", {"text": json.dumps(document), "sure": "yes"})
    assert Skill.objects.get(slug="shiny").is_active
    for entry in AuditEntry.objects.filter(action__in=services.ACTIONS):
        services.undo(entry=entry, by=alex)
    assert not Skill.objects.get(slug="shiny").is_active
    assert Pathway.objects.get(slug="play").tier1 == play.tier1

    document["skills"][0] |= {"tier": 7, "needs": [document["skills"][0]["slug"]]}
    wrong = send(document)
    assert wrong.status_code == 422
    assert "tier: Value 7 is not a valid choice." in wrong.content.decode()


def test_a_pathway_is_added_and_changed(browser_of: Any, alex: User) -> None:
    browser = browser_of(alex)
    texts = {
        "name": "Perform", "tagline": "On stage.", "description": "Three tiers.", "for_whom": "You want to.",
        "tier1": "Begin", "tier2": "Go on", "tier3": "Finish", "look": "spark", "order": "40", "is_active": "on",
    }  # fmt: skip
    assert browser.post("/operations/catalogue/new/", texts | {"name": ""}).status_code == 422
    browser.post("/operations/catalogue/new/", texts)
    address = "/operations/catalogue/pathways/perform/"
    assert "No skills yet" in browser.get(address).content.decode()
    assert "No skills yet" in browser.get(f"{address}preview/").content.decode()

    page = browser.post(f"{address}texts/", texts | {"tagline": "On a stage."}, follow=True).content.decode()
    assert "The line below the name of Perform changes from “On stage.” to “On a stage.”." in page
    assert "Perform" in browser.get("/operations/catalogue/").content.decode()
    entry = AuditEntry.objects.get(action="pathway changed")
    browser.post(address, {"act": "undo", "entry": str(entry.pk)})
    assert Pathway.objects.get(slug="perform").tagline == "On stage."


@pytest.mark.parametrize("more", [0, 12])
def test_the_editor_takes_as_many_queries_for_many_skills(
    browser_of: Any, alex: User, play: Pathway, more: int, django_assert_num_queries: Any
) -> None:
    for number in range(more):
        values = NEW | {"name": f"Skill {number}", "tier": 1, "needs": [], "resources": []}
        services.add_skill(pathway=play, values=values, by=alex)
    browser = browser_of(alex)
    browser.get(TREE)
    with django_assert_num_queries(11):
        browser.get(TREE)


def test_half_an_address_is_no_link(browser_of: Any, alex: User, play: Pathway) -> None:
    answer = browser_of(alex).post(TREE, {"act": "add", **NEW, "resources": "A guide | https://[example"})

    assert answer.status_code == 422
    assert "as a title, a | and a link with https." in answer.content.decode()


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ('{"slug": "x", "order": .inf}', "inf is no text, whole number, yes or no."),
        ('{"slug": "x", "name": 2026-01-01}', "2026-01-01 is no text, whole number, yes or no."),
        ('{"slug": "x", "name": !!set {a: }}', "is no text, whole number, yes or no."),
        (r'{"slug": "x\u0000"}', "a character that cannot be saved"),
        (r'{"slug": "x", "resources": [{"title": "\u0000", "url": "https://a.example"}]}', "cannot be saved"),
        ('{"slug": "x", "resources": [{"title": "T", "url": "https://[a"}]}', "the url with http or https"),
    ],
)
def test_an_import_names_values_that_cannot_be_saved(browser_of: Any, alex: User, entry: str, problem: str) -> None:
    text = f'{{"pathways": [], "skills": [{entry}]}}'

    answer = browser_of(alex).post("/operations/catalogue/import/", {"file": SimpleUploadedFile("x", text.encode())})

    assert answer.status_code == 422
    assert problem in answer.content.decode()
