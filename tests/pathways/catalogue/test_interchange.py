"""Export and import of the catalogue, and the catalogue in the admin."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from accounts.models import User
from core.models import AuditEntry
from pathways.catalogue import interchange
from pathways.models import Badge, Enrolment, Pathway, Skill, SkillPrerequisite
from pathways.progress import services as progress
from tests.pathways.conftest import skill

pytestmark = pytest.mark.django_db
CATALOGUE = "/admin/pathways/skill/catalogue/"


def command(name: str, *args: Any, **options: Any) -> str:
    out = StringIO()
    call_command(name, *args, stdout=out, **options)
    return out.getvalue()


@pytest.mark.parametrize("how", ["yaml", "json"])
def test_importing_the_export_changes_nothing(how: str) -> None:
    text = command("export_catalogue", format=how)

    assert [
        difference for difference in interchange.differences(interchange.parse(text)) if difference.what != "missing"
    ] == []
    assert interchange.import_catalogue(interchange.parse(text)) == []
    assert len(yaml.safe_load(text)["skills"]) == Skill.objects.count()


def test_a_dry_run_shows_and_changes_nothing(tmp_path: Path, led: Enrolment, cleo: User) -> None:
    progress.start(client=cleo, skill=skill("set-up-your-tools"), by=cleo)
    document = interchange.export_catalogue()
    tools = next(entry for entry in document["skills"] if entry["slug"] == "set-up-your-tools")
    tools["name"] = "Lay out your tools"
    document["skills"].append({"slug": "rest", "name": "Rest", "tier": 3, "summary": "Stop.", "description": "Sleep.", "pathways": ["play"], "needs": ["put-it-out"]})  # fmt: skip
    document["skills"].remove(next(entry for entry in document["skills"] if entry["slug"] == "teach-it"))
    file = tmp_path / "catalogue.json"
    file.write_text(json.dumps(document))

    shown = command("import_catalogue", file, dry_run=True)
    assert "changed: skill set-up-your-tools (1 people have progress on it)" in shown
    assert "'Set up your tools' → 'Lay out your tools'" in shown
    assert "new: skill rest" in shown
    assert "missing: skill teach-it" in shown
    assert "2 would change." in shown
    assert not Skill.objects.filter(slug="rest").exists()

    assert "2 changed." in command("import_catalogue", file)
    rest = skill("rest")
    assert [need.slug for need in rest.needs.all()] == ["put-it-out"]
    assert skill("set-up-your-tools").name == "Lay out your tools"
    assert Skill.objects.filter(slug="teach-it").exists()
    assert AuditEntry.objects.filter(action="catalogue read in").count() == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{", "neither YAML nor JSON"),
        ("a: &a [1]\nb: *a", "aliases"),
        ("- 1", "two lists"),
        ("skills: 3", "has to be a list"),
        ("skills: [{name: x}]", "it needs a slug"),
        ("skills: [{slug: x, colour: red}]", "there is no field called colour is"),
        ("skills: [{slug: x}, {slug: x}]", "it is listed twice"),
        ("skills: [{slug: x, resources: [{title: x, url: 'javascript:x'}]}]", "resources are a list"),
        ("skills: [{slug: new}]", "name: This field cannot be blank."),
        ("skills: [{slug: teach-it, tier: 9}]", "tier"),
        ("skills: [{slug: teach-it, needs: [nothing]}]", "there is no skill nothing"),
        ("skills: [{slug: teach-it, pathways: [nowhere]}]", "there is no pathway nowhere"),
        ("skills: [{slug: teach-it, needs: [teach-it]}]", "it cannot need itself"),
        ("skills: [{slug: show-work-early, needs: [teach-it]}]", "These skills would depend on each other"),
        (
            "skills: [{slug: take-stock, needs: [put-it-out]}]",
            "take-stock: it is in tier 1 and needs put-it-out, which",
        ),
        ("skills: [{slug: set-up-your-tools, tier: 3}]", "needs set-up-your-tools, which is in tier 3"),
        ("pathways: [{slug: play, look: plaid}]", "look"),
    ],
)
def test_an_invalid_document_changes_nothing(tmp_path: Path, text: str, line: str) -> None:
    file = tmp_path / "catalogue.yaml"
    file.write_text(text)
    before = interchange.export_catalogue()

    with pytest.raises(CommandError, match=line):
        command("import_catalogue", file)
    assert interchange.export_catalogue() == before


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        command("import_catalogue", tmp_path / "nothing")


def test_the_admin_shows_the_differences_before_importing(browser_of: Any, alex: User, suri: User) -> None:
    browser = browser_of(alex)
    assert "Export it as YAML" in browser.get(CATALOGUE).content.decode()
    document = yaml.safe_load(browser.get(f"{CATALOGUE}?as=yaml").content)
    document["skills"][0]["summary"] = "<b>Other</b> words."
    text = yaml.safe_dump(document)

    page = browser.post(CATALOGUE, {"file": SimpleUploadedFile("c.yaml", text.encode())}).content.decode()
    assert "&lt;b&gt;Other&lt;/b&gt; words." in page
    assert not Skill.objects.filter(summary__contains="Other").exists()
    assert browser.post(CATALOGUE, {"text": text, "sure": "yes"}).status_code == 302
    assert Skill.objects.filter(summary__contains="Other").exists()
    assert "neither YAML nor JSON" in browser.post(CATALOGUE, {"text": "{"}).content.decode()
    assert "not UTF-8 text" in browser.post(CATALOGUE, {"file": SimpleUploadedFile("c", b"\xff\xfe")}).content.decode()

    other = browser_of(suri)
    assert other.get(CATALOGUE).status_code == 200
    assert other.post(CATALOGUE, {"text": text, "sure": "yes"}).status_code == 403


def test_the_skill_editor_lists_what_uses_the_skill(browser_of: Any, alex: User, led: Enrolment, cleo: User) -> None:
    tools = skill("set-up-your-tools")
    progress.complete(client=cleo, skill=tools, by=cleo)

    page = browser_of(alex).get(f"/admin/pathways/skill/{tools.pk}/change/").content.decode()

    assert "1 client has progress on this, 1 completed." in page
    assert "Comes before: Finish a tiny thing, Keep versions." in page


def test_the_pathway_editor_shows_its_skills_and_the_graph(browser_of: Any, alex: User, led: Enrolment) -> None:
    page = browser_of(alex).get(f"/admin/pathways/pathway/{led.pathway_id}/change/").content.decode()

    assert "1 client follows it now." in page
    assert page.count('class="tree__node') == 14
    assert browser_of(alex).get("/admin/pathways/pathway/add/").status_code == 200


def test_actions_change_several_skills(browser_of: Any, alex: User, suri: User) -> None:
    browser, keys = browser_of(alex), [str(skill(slug).pk) for slug in ("take-stock", "map-the-gap")]
    act = {"_selected_action": keys}

    browser.post("/admin/pathways/skill/", {**act, "action": "on_play"})
    assert Pathway.objects.get(slug="play").skills.filter(pk__in=keys).count() == 2
    browser.post("/admin/pathways/skill/", {**act, "action": "off_play"})
    assert Pathway.objects.get(slug="play").skills.filter(pk__in=keys).count() == 0
    browser.post("/admin/pathways/skill/", {**act, "action": "make_plain"})
    assert Skill.objects.filter(pk__in=keys, is_fundamental=True).count() == 0
    assert AuditEntry.objects.filter(action="skills changed together").count() == 3

    browser_of(suri).post("/admin/pathways/skill/", {**act, "action": "make_fundamental"})
    assert Skill.objects.filter(pk__in=keys, is_fundamental=True).count() == 0


@pytest.mark.parametrize("name", ["badge", "enrolment", "progress", "award", "skill", "pathway"])
def test_each_admin_list_opens(browser_of: Any, alex: User, led: Enrolment, name: str) -> None:
    assert browser_of(alex).get(f"/admin/pathways/{name}/").status_code == 200


def test_a_badge_without_what_its_rule_needs_is_refused(browser_of: Any, alex: User) -> None:
    fields = {"slug": "x", "name": "X", "description": "X", "rule": "skill", "order": 1, "is_active": "on"}

    page = browser_of(alex).post("/admin/pathways/badge/add/", fields)

    assert page.status_code == 200
    assert not Badge.objects.filter(slug="x").exists()
    assert "Give the rule just what it needs" in page.content.decode()


def test_a_skill_with_progress_is_not_deleted(browser_of: Any, alex: User, led: Enrolment, cleo: User) -> None:
    tools = skill("set-up-your-tools")
    progress.start(client=cleo, skill=tools, by=cleo)

    browser_of(alex).post(f"/admin/pathways/skill/{tools.pk}/delete/", {"post": "yes"})

    assert Skill.objects.filter(pk=tools.pk).exists()
    assert SkillPrerequisite.objects.filter(needed=tools).exists()
