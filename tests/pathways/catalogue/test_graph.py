"""The graph of skills and their prerequisites, and the first catalogue."""

from __future__ import annotations

import threading
from itertools import pairwise
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from core.errors import Refused
from pathways.catalogue import graph, services
from pathways.catalogue.skill_tree import draw_tree
from pathways.models import Pathway, Skill, SkillPrerequisite
from tests.factories.pathways import SkillFactory

KEYS = st.integers(0, 9)
GRAPHS = st.dictionaries(KEYS, st.sets(KEYS, max_size=4), max_size=10)


def with_all_keys(needs: dict[int, set[int]]) -> dict[int, set[int]]:
    return {key: needs.get(key, set()) for key in {*needs, *(need for before in needs.values() for need in before)}}


def has_circle(needs: dict[int, set[int]]) -> bool:
    """Kahn's algorithm: removes keys without needs until none are left, or none can be removed, which is a circle."""
    left = {key: set(before) for key, before in needs.items()}
    while free := [key for key, before in left.items() if not before & left.keys()]:
        for key in free:
            del left[key]
    return bool(left)


@given(GRAPHS)
def test_a_circle_is_found_if_and_only_if_there_is_one(needs: dict[int, set[int]]) -> None:
    circle = graph.cycle(with_all_keys(needs))

    assert bool(circle) == has_circle(with_all_keys(needs))
    assert all(after in needs[before] for before, after in pairwise(circle))
    assert not circle or circle[0] == circle[-1]


@st.composite
def catalogues(draw: st.DrawFn) -> tuple[dict[int, list[int]], dict[int, int]]:
    """Draws skills numbered so that each needs lower ones only, in tiers that never decrease."""
    count = draw(st.integers(0, 14))
    tiers = dict(enumerate(sorted(draw(st.lists(st.integers(1, 3), min_size=count, max_size=count)))))
    needs = {key: sorted(draw(st.sets(st.integers(0, max(0, key - 1)), max_size=3 if key else 0))) for key in tiers}
    return needs, tiers


@given(catalogues())
def test_each_skill_is_laid_out_once_and_below_its_prerequisites(
    catalogue: tuple[dict[int, list[int]], dict[int, int]],
) -> None:
    needs, tiers = catalogue
    layout = graph.layered(needs, tiers)

    rows = layout.keys()
    at = {key: number for number, row in enumerate(rows) for key in row}
    assert sorted(at) == sorted(needs)
    assert sum(map(len, rows)) == len(needs)
    assert all(at[need] < at[key] for key, before in needs.items() for need in before)
    assert [tiers[row[0]] for row in rows] == sorted(tiers[row[0]] for row in rows)
    bends = [cell for row in layout.rows for cell in row if isinstance(cell, graph.Bend)]
    assert len(bends) == sum(at[key] - at[need] - 1 for key, before in needs.items() for need in before)


def test_rows_are_sorted_so_that_lines_do_not_cross() -> None:
    needs: dict[str, list[str]] = {"a": [], "b": [], "x": ["b"], "y": ["a"]}

    assert graph.crossings([["a", "b"], ["x", "y"]], needs) == 1
    assert graph.layered(needs, {"a": 1, "b": 1, "x": 2, "y": 2}).crossings == 0


# What Waymark starts with -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_first_catalogue_is_consistent() -> None:
    skills = list(Skill.objects.open().complete())

    assert len(skills) >= 24
    assert graph.cycle({skill.slug: [need.slug for need in skill.needs.all()] for skill in skills}) == []
    for skill in skills:
        own = {pathway.slug for pathway in skill.pathways.all()}
        assert own, skill
        assert skill.resources, skill
        for need in skill.needs.all():
            assert need.tier <= skill.tier, f"{skill} comes before {need}"
            assert own <= {pathway.slug for pathway in need.pathways.all()}, (
                f"{need} is missing on a pathway of {skill}"
            )
    for pathway in Pathway.objects.all():
        assert {skill.tier for skill in pathway.skills.all()} == {1, 2, 3}
        assert pathway.skills.filter(is_fundamental=True).count() >= 4


@pytest.mark.django_db
@pytest.mark.parametrize("slug", ["accelerate", "pivot", "play"])
def test_the_page_shows_each_skill_in_tree_and_list(client: Client, slug: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(5):
        page = client.get(f"/pathways/{slug}/").content.decode()

    for skill in Skill.objects.filter(pathways__slug=slug):
        assert f'id="skill-{skill.slug}"' in page
        assert f'href="#skill-{skill.slug}"' in page


@pytest.mark.django_db
def test_a_pathway_without_skills_has_a_page(client: Client) -> None:
    Skill.objects.update(is_active=False)

    assert client.get("/pathways/play/").status_code == 200
    assert draw_tree([]).nodes == []


# Changing it ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_circle_is_refused_with_its_skills_named() -> None:
    rhythm, critique = Skill.objects.get(slug="weekly-rhythm"), Skill.objects.get(slug="take-critique")

    with pytest.raises(Refused) as refused:
        services.set_prerequisites(skill=rhythm, needs=[critique])

    assert "“A rhythm that lasts” needs “Take critique, use a third”" in refused.value.sentence
    assert not rhythm.needs.exists()


@pytest.mark.django_db
def test_prerequisites_are_replaced() -> None:
    skill, other = Skill.objects.get(slug="take-critique"), Skill.objects.get(slug="say-what-it-is")

    services.set_prerequisites(skill=skill, needs=[other])
    services.set_prerequisites(skill=skill, needs=[other])

    assert list(skill.needs.all()) == [other]


@pytest.mark.slow
def test_two_halves_of_a_circle_at_once(committed: None) -> None:
    """Exactly one of the two is refused, whichever comes first."""
    pair = [SkillFactory.create(slug=name) for name in ("one", "two")]
    barrier, refused = threading.Barrier(2), []

    def add(number: int) -> None:
        barrier.wait(timeout=30)
        try:
            services.set_prerequisites(skill=pair[number], needs=[pair[1 - number]])
        except Refused as error:
            refused.append(error)
        connections.close_all()

    threads = [threading.Thread(target=add, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert SkillPrerequisite.objects.filter(skill__in=pair).count() == 1


@pytest.mark.django_db
def test_the_admin_edits_skills_and_is_refused_a_circle(browser_of: Any, alex: User) -> None:
    browser = browser_of(alex)
    rhythm, critique = Skill.objects.get(slug="weekly-rhythm"), Skill.objects.get(slug="take-critique")
    address = f"/admin/pathways/skill/{rhythm.pk}/change/"
    fields = {
        "name": rhythm.name, "slug": rhythm.slug, "tier": 1, "order": 0, "summary": "Another line.",
        "description": rhythm.description, "resources": "[]", "is_active": "on",
        "pathways": [str(pathway.pk) for pathway in rhythm.pathways.all()],
    }  # fmt: skip

    bad = browser.post(address, {**fields, "needed": [str(critique.pk)]})
    assert "These skills would depend on each other" in bad.content.decode()
    assert "Write a list like" in browser.post(address, {**fields, "resources": '["x"]'}).content.decode()
    other = Skill.objects.get(slug="say-what-it-is")
    assert browser.post(address, {**fields, "needed": [str(other.pk)]}).status_code == 302

    rhythm.refresh_from_db()
    assert (rhythm.summary, list(rhythm.needs.all())) == ("Another line.", [other])


@pytest.mark.django_db
def test_the_api_returns_a_pathway_with_its_skills(client: Client) -> None:
    pathway = client.get("/api/pathways/play").json()["pathway"]

    assert pathway["skillCount"] == sum(len(tier) for tier in pathway["tiers"].values())
    tiny = next(skill for skill in pathway["tiers"]["tier1"] if skill["slug"] == "finish-a-tiny-thing")
    assert tiny["prerequisites"] == [{"slug": "set-up-your-tools", "name": "Set up your tools"}]
    assert client.get("/api/pathways/nowhere").status_code == 404
    assert {listed["skillCount"] > 0 for listed in client.get("/api/pathways").json()["pathways"]} == {True}
