"""Awarding and revoking badges, and who sees the page of an award."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from PIL import ImageFont

from accounts.models import Notification, User
from core import clock
from pathways.badges import definitions, pictures
from pathways.badges import services as badges
from pathways.models import Award, Badge, Enrolment, Skill
from pathways.progress import services as progress
from pathways.progress.services import SkillMove
from tests.factories.pathways import AwardFactory, BadgeFactory
from tests.pathways.cast import count_sessions
from tests.pathways.conftest import skill

pytestmark = pytest.mark.django_db


def earned(client: User) -> set[str]:
    return set(Award.objects.standing().filter(client=client).values_list("badge__slug", flat=True))


def test_each_first_badge_is_awarded_by_its_rule(led: Enrolment, cleo: User, ada: User) -> None:
    first = Skill.objects.complete().filter(pathways=led.pathway, tier=1)
    progress.move_skills(client=cleo, moves=[SkillMove(step, "COMPLETED") for step in first], by=ada)
    assert earned(cleo) == {"play-first-tier"}

    fundamental = Skill.objects.complete().filter(pathways=led.pathway, is_fundamental=True)
    needed = [skill("show-work-early"), *fundamental.exclude(tier=1)]
    progress.move_skills(client=cleo, moves=[SkillMove(step, "COMPLETED") for step in needed], by=ada)
    assert earned(cleo) == {"play-first-tier", "play-fundamentals", "out-in-the-open"}

    count_sessions(client=cleo, sessions=5)
    assert earned(cleo) >= {"first-session", "five-sessions"}
    count_sessions(client=cleo, sessions=4)
    assert "five-sessions" not in earned(cleo)


def test_new_names_of_the_first_badges_keep_those_of_admins_and_the_awards(cleo: User) -> None:
    migration = import_module("pathways.migrations.0015_plain_badge_names")
    award = AwardFactory.create(client=cleo, badge=Badge.objects.get(slug="accelerate-first-tier"))
    Badge.objects.filter(slug="pivot-first-tier").update(name="Half way")

    migration.rename_back(apps, None)
    assert set(Badge.objects.filter(slug__in=["accelerate", "pivot-first-tier"]).values_list("name", flat=True)) == {
        "Summit", "Half way",
    }  # fmt: skip
    migration.rename(apps, None)

    award.refresh_from_db()
    assert award.badge.name == "Accelerate: first tier"
    assert Badge.objects.get(slug="pivot-first-tier").name == "Half way"


def test_a_badge_awarded_again_is_not_notified_again(led: Enrolment, cleo: User, ada: User) -> None:
    for _ in range(3):
        count_sessions(client=cleo, sessions=1)
        count_sessions(client=cleo, sessions=0)
    count_sessions(client=cleo, sessions=1)

    assert Award.objects.count() == 1
    assert Notification.objects.filter(person=cleo, kind="badge").count() == 1


def test_the_page_of_an_award_is_public_only_while_its_holder_shows_it(
    led: Enrolment, cleo: User, cleos: Client
) -> None:
    count_sessions(client=cleo, sessions=1)
    award = Award.objects.get()
    stranger = Client()
    assert stranger.get(award.get_absolute_url()).status_code == 404
    assert "Only you can see this page" in cleos.get(award.get_absolute_url()).content.decode()

    cleos.post("/me/badges/", {"award": str(award.pk), "show": "yes"})
    page = stranger.get(award.get_absolute_url()).content.decode()
    assert "First session" in page
    assert 'property="og:title" content="Cleo Park: First session"' in page
    assert "How to get it" in page

    count_sessions(client=cleo, sessions=0)
    assert stranger.get(award.get_absolute_url()).status_code == 404


def test_an_award_cannot_be_published_by_somebody_else(led: Enrolment, cleo: User, adas: Client) -> None:
    count_sessions(client=cleo, sessions=1)
    award = Award.objects.get()

    assert adas.post("/me/badges/", {"award": str(award.pk), "show": "yes"}).status_code == 404
    assert not Award.objects.get().is_public


def test_an_inactive_badge_is_not_awarded(led: Enrolment, cleo: User) -> None:
    Badge.objects.update(is_active=False)
    badges.update_awards(client=cleo, now=clock.now())
    count_sessions(client=cleo, sessions=50)

    assert earned(cleo) == set()


def test_each_badge_says_how_to_earn_it() -> None:
    how_by_slug = {badge.slug: badge.how for badge in Badge.objects.select_related("skill", "pathway")}

    assert how_by_slug["first-session"] == "Complete 1 session."
    assert how_by_slug["accelerate-first-tier"] == "Complete every skill of tier 1 of Accelerate."
    assert all(how_by_slug.values())


def test_the_badges_of_a_suspended_person_are_not_shown(led: Enrolment, cleo: User) -> None:
    count_sessions(client=cleo, sessions=1)
    award = Award.objects.get()
    badges.publish(award=award, is_public=True)
    User.objects.filter(pk=cleo.pk).update(is_active=False)

    for name in ("", "picture.png", "credential.json"):
        assert Client().get(f"{award.get_absolute_url()}{name}").status_code == 404


def test_a_badge_that_is_no_longer_awarded_stays_with_its_holder_who_can_hide_it(
    led: Enrolment, cleo: User, cleos: Client, alex: User
) -> None:
    count_sessions(client=cleo, sessions=1)
    award = Award.objects.get()
    badges.publish(award=award, is_public=True)

    definitions.remove_badge(badge=award.badge, by=alex)
    count_sessions(client=cleo, sessions=0)

    assert "Hide it again" in cleos.get("/me/badges/").content.decode()
    achievements = {row["slug"]: row for row in cleos.get("/api/achievements").json()["achievements"]}
    assert achievements["first-session"]["level"] == 1


def test_a_name_that_is_too_long_for_the_picture_is_shortened() -> None:
    font = ImageFont.load_default(28)

    assert pictures.shortened("Cleo Park", font) == "Cleo Park"
    short = pictures.shortened("W" * 80, font)
    assert short.endswith("W...")
    assert font.getlength(short) <= pictures.RIGHT - pictures.LEFT


def test_the_medal_shows_what_its_level_needed(cleo: User, cleos: Client) -> None:
    award = AwardFactory.create(client=cleo, badge=BadgeFactory.create(count=2, further_counts=[4, 8]), level=2)

    for address in ("/me/badges/", award.get_absolute_url()):
        assert 'y="54">4</text>' in cleos.get(address).content.decode()
