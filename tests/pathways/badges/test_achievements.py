"""Levels, windows, streaks and hidden badges, those of builders, retroactive awards, and who defines badges."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.management import CommandError, call_command
from django.test import Client
from PIL import Image

from accounts.models import Notification, User
from core import clock
from pathways.badges import services as badges
from pathways.badges.tallies import rule_of, tallies_of, tallies_of_everybody
from pathways.models import Award, Badge, Pathway, Skill
from tests.cast import make_builder_person, make_person
from tests.factories.pathways import (
    AnsweredRequestFactory,
    AwardFactory,
    BadgeFactory,
    CompletedSessionFactory,
    GoalFactory,
    ProgressFactory,
)
from tests.pathways.badges.evaluator import most
from tests.pathways.cast import count_sessions

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User | None], Client]


def random_badges(chance: random.Random) -> list[Badge]:
    paths = list(Pathway.objects.all())
    values: list[dict[str, Any]] = [
        {"rule": rule, "window_days": window, "pathway": pathway}
        for rule in ("sessions", "hours", "skills")
        for window in (None, 1, 7, 30)
        for pathway in (None, chance.choice(paths))
    ]
    values += [{"rule": "streak", "pathway": pathway} for pathway in (None, *paths)]
    values += [{"rule": "goals"}]
    values += [{"rule": rule, "audience": "builder", "window_days": 30} for rule in ("sessions", "hours", "answers")]
    values += [{"rule": "streak", "audience": "builder"}]
    values += [{"rule": "answers", "audience": "builder", "window_days": 7}]
    return [BadgeFactory.create(**row) for row in values]


def random_history(person: User, others: list[User], chance: random.Random) -> None:
    now, paths = clock.now(), [None, *Pathway.objects.all()]
    for _ in range(chance.randint(0, 30)):
        CompletedSessionFactory.create(
            client=person, builder=chance.choice(others), pathway=chance.choice(paths), minutes=chance.choice((30, 50, 90)),
            starts_at=now - timedelta(hours=chance.randint(0, 90 * 24)),
        )  # fmt: skip
    for skill in chance.sample(list(Skill.objects.all()), 8):
        at = now - timedelta(hours=chance.randint(0, 90 * 24))
        ProgressFactory.create(client=person, skill=skill, status="COMPLETED", completed_at=at)
    for status in ("reached", "dropped", "reached")[: chance.randint(0, 3)]:
        GoalFactory.create(client=person, status=status, closed_at=now)


def test_every_rule_counts_as_the_slow_evaluator_does_over_random_histories() -> None:
    chance, now = random.Random(35), clock.now()
    builders = [make_builder_person(name) for name in ("Ada Moreno", "Bert Blum")]
    zones = ("Pacific/Apia", "America/Havana", "Europe/Berlin")
    people = [make_person(f"Person {zone}", timezone=zone) for zone in zones]
    for person in people:
        random_history(person, builders, chance)
    for builder in builders:
        for _ in range(30):
            at = now - timedelta(hours=chance.randint(0, 90 * 24))
            waited = timedelta(minutes=chance.choice((5, 30, 60) if chance.random() < 0.93 else (61, 500)))
            AnsweredRequestFactory.create(builder=builder, asked_at=at - waited, answered_at=at)
    defined = random_badges(chance)
    rules = {badge.pk: rule_of(badge) for badge in defined}

    everybody = {rule: tallies_of_everybody(rule, 1, now) for rule in set(rules.values())}
    for person in (*people, *builders):
        tallies = tallies_of(rules.values(), person.pk, now)
        for badge in defined:
            expected = most(badge, person, now)
            tally = tallies.get(rules[badge.pk])
            assert (tally.best if tally else 0) == expected, (badge.how, person)
            assert everybody[rules[badge.pk]].get(person.pk, 0) == expected, (badge.how, person)
            assert tally is None or tally.current >= 0


def test_levels_rise_are_notified_once_each_and_fall_when_facts_are_taken_back(cleo: User, cleos: Client) -> None:
    badge = BadgeFactory.create(name="Sessions", count=2, further_counts=[4, 6], slug="levels")

    def level() -> int | None:
        award = Award.objects.standing().filter(badge=badge).first()
        return award.level if award else None

    levels = []
    for sessions in (1, 2, 3, 5, 6, 5, 6, 1):
        count_sessions(client=cleo, sessions=sessions)
        levels.append(level())
        if sessions == 5 and len(levels) == 4:
            assert "Next level: 5 of 6" in cleos.get("/me/badges/").content.decode()

    assert levels == [None, 1, 1, 2, 3, 2, 3, None]
    titles = Notification.objects.filter(person=cleo, title__contains="Sessions").order_by("id")
    assert list(titles.values_list("title", flat=True)) == [
        "A badge for you: Sessions", "Sessions: you have reached level 2", "Sessions: you have reached level 3",
    ]  # fmt: skip


def test_progress_shows_what_counts_now_and_the_award_stays_when_a_window_has_passed(cleo: User) -> None:
    now = clock.now()
    badge = BadgeFactory.create(count=2, window_days=7)
    for days in (30, 29, 1):
        CompletedSessionFactory.create(client=cleo, starts_at=now - timedelta(days=days))
    badges.update_awards(client=cleo, now=now)

    (progress,) = [row for row in badges.badges_of(cleo, now) if row.badge == badge]
    assert (progress.done, progress.total, progress.is_met) == (1, 2, True)
    badges.update_awards(client=cleo, now=now + timedelta(days=400))
    assert Award.objects.standing().filter(badge=badge).exists()


def test_a_hidden_badge_is_shown_once_it_is_earned(cleo: User, cleos: Client) -> None:
    BadgeFactory.create(name="A surprise", slug="surprise", count=1, is_hidden=True)
    assert "A surprise" not in cleos.get("/me/badges/").content.decode()
    assert "surprise" not in [row["slug"] for row in cleos.get("/api/achievements").json()["achievements"]]

    count_sessions(client=cleo, sessions=1)

    assert "A surprise" in cleos.get("/me/badges/").content.decode()
    (row,) = [row for row in cleos.get("/api/achievements").json()["achievements"] if row["slug"] == "surprise"]
    assert (row["progress"], row["target"], row["level"]) == (1, 1, 1)


def test_a_builder_earns_badges_that_clients_do_not_see(cleo: User, cleos: Client, ada: User) -> None:
    now = clock.now()
    for days in (40, 30, 20, 19, 11):
        at = now - timedelta(days=days)
        AnsweredRequestFactory.create(builder=ada, asked_at=at - timedelta(minutes=20), answered_at=at)
    badges.award_everybody(now)
    assert Award.objects.get(client=ada).badge.slug == "quick-to-answer"
    assert "Quick to answer" not in cleos.get("/me/badges/").content.decode()

    slow = make_builder_person("Bert Blum")
    for days, minutes in ((40, 5), (30, 5), (20, 61), (19, 5), (11, 5), (10, 5)):
        at = now - timedelta(days=days)
        AnsweredRequestFactory.create(builder=slow, asked_at=at - timedelta(minutes=minutes), answered_at=at)
    badges.award_everybody(now)
    assert not Award.objects.filter(client=slow).exists()


def test_the_command_shows_first_and_then_awards_what_was_earned_before(cleo: User) -> None:
    sam = make_person("Sam Lee")
    for person, sessions in ((cleo, 3), (sam, 1)):
        for _ in range(sessions):
            CompletedSessionFactory.create(client=person)
    badge = BadgeFactory.create(slug="late", count=1, further_counts=[3], is_active=False)

    def run(*arguments: str) -> str:
        out = StringIO()
        call_command("award_badges", *arguments, stdout=out)
        return out.getvalue()

    expected = "late, level 1: 1\nlate, level 2: 1\n2"
    assert run("--badge", "late", "--dry-run") == f"{expected} would be awarded.\n"
    with pytest.raises(CommandError, match="not active"):
        run("--badge", "late")
    assert not Award.objects.exists()

    Badge.objects.filter(pk=badge.pk).update(is_active=True)
    assert run("--badge", "late", "--quiet") == f"{expected} awarded.\n"
    assert dict(Award.objects.values_list("client", "level")) == {cleo.pk: 2, sam.pk: 1}
    assert not Notification.objects.filter(kind="badge").exists()
    assert run("--badge", "late") == "0 awarded.\n"


def test_an_award_has_a_picture_and_a_signed_open_badge(cleo: User, cleos: Client) -> None:
    badge = BadgeFactory.create(count=2, further_counts=[4])
    award = AwardFactory.create(client=cleo, badge=badge, level=2)
    picture, credential = (f"{award.get_absolute_url()}{name}" for name in ("picture.png", "credential.json"))
    for address in (picture, credential):
        assert Client().get(address).status_code == 404
        assert "no-store" in cleos.get(address)["Cache-Control"]

    Award.objects.update(is_public=True)
    assert 'property="og:image" content="http' in Client().get(award.get_absolute_url()).content.decode()
    assert Image.open(BytesIO(Client().get(picture).content)).size == (1200, 630)
    facts = Client().get(credential).json()
    assert facts["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert cleo.email not in json.dumps(facts)

    head, body, signature = facts["jwt"].split(".")
    key = Client().get("/badges/issuer.json").json()["publicKeyJwk"]["x"]
    Ed25519PublicKey.from_public_bytes(decoded(key)).verify(decoded(signature), f"{head}.{body}".encode())
    claims = json.loads(decoded(body))
    assert claims["credentialSubject"] == facts["credentialSubject"]
    assert claims["nbf"] == int(award.awarded_at.timestamp())
    assert claims["credentialSubject"]["achievement"]["name"] == f"{badge.name}, level 2"


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_admins_define_badges_by_page_and_api_and_support_only_reads(
    browser_of: BrowserOf, alex: User, suri: User, cleo: User
) -> None:
    admin = browser_of(alex)
    address = "/operations/catalogue/badges/"
    values = {
        "name": "Many skills", "slug": "many-skills", "description": "Completed many.", "audience": "client",
        "rule": "skills", "count": "3", "further_counts": "9, 6", "window_days": "", "tier": "2", "order": "0",
    }  # fmt: skip
    assert "Each level needs more" in admin.post(f"{address}new/", values).content.decode()
    assert admin.post(f"{address}new/", values | {"further_counts": "6, 9"}).status_code == 302
    badge = Badge.objects.get(slug="many-skills")
    assert (badge.counts, badge.tier, badge.is_active) == ([3, 6, 9], None, False)
    assert badge.how == "Complete 3 skills."
    assert "Complete 3 skills." in browser_of(suri).get(address).content.decode()
    assert browser_of(suri).get(f"{address}new/").status_code == 403

    def send(browser: Client, method: str, path: str, body: dict[str, Any]) -> Any:
        return browser.generic(method, f"/api/achievements{path}", json.dumps(body), "application/json")

    body = {
        "slug": "play-hours",
        "name": "Hours",
        "description": "Ten.",
        "rule": "hours",
        "count": 10,
        "pathwayId": "play",
    }
    assert send(browser_of(cleo), "POST", "", body).status_code == 403
    answer = send(admin, "POST", "", body)
    assert answer.json()["achievement"]["how"] == "Spend 10 hours in sessions on Play."
    assert answer.status_code == 201
    assert send(admin, "POST", "", body).json()["error"]["code"] == "invalid"
    changed = send(admin, "PATCH", "/play-hours", {"windowDays": 30, "hidden": True}).json()["achievement"]
    assert (changed["windowDays"], changed["hidden"], changed["count"]) == (30, True, 10)
    assert send(admin, "PATCH", "/play-hours", {"rule": "tier"}).json()["error"]["fields"]["rule"]
    AwardFactory.create(badge=Badge.objects.get(slug="play-hours"), client=cleo)
    for slug in ("play-hours", "many-skills"):
        assert send(admin, "DELETE", f"/{slug}", {}).status_code == 200
    assert Badge.objects.filter(slug__in=("play-hours", "many-skills")).values_list("slug", "is_active").get() == (
        "play-hours", False,
    )  # fmt: skip
