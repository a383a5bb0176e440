"""The pages and the API of goals, and where goals are shown elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from coaching.models import SessionType
from core import clock
from pathways.models import Award, Enrolment, Goal, Pathway
from pathways.progress import enrolments
from tests.bookings.cast import confirmed, finished
from tests.cast import make_person
from tests.factories.pathways import GoalFactory
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db
BrowserOf = Callable[[User | None], Client]


@pytest.fixture
def led(cleo: User, ada: User) -> Enrolment:
    """Cleo's enrolment in Play, with Ada as her builder."""
    return enrolments.enrol(client=cleo, pathway=Pathway.objects.get(slug="play"), builder=ada)


def test_a_client_sets_a_goal_finds_it_on_all_pages_and_shows_a_badge(
    browser_of: BrowserOf, led: Enrolment, cleo: User, ada: User, hour: SessionType
) -> None:
    deadline = (clock.now() + timedelta(days=2)).date()
    values = {
        "title": "", "target": "2", "pathway": "", "starts_on": "2026-01-01", "deadline": deadline.isoformat(),
        "remind_days": ["1"], "shared_with": str(ada.pk),
    }  # fmt: skip
    browser, adas = browser_of(cleo), browser_of(ada)
    assert browser.post("/goals/new/?kind=sessions", values | {"target": ""}).status_code == 422
    answer = browser.post("/goals/new/?kind=sessions", values)
    goal = Goal.objects.get()
    assert answer["Location"] == goal.get_absolute_url()

    finished(hour, cleo, soon(9))
    booking = confirmed(hour, cleo, soon(12))
    for page in (browser.get("/goals/"), browser.get(booking.get_absolute_url()), adas.get(booking.get_absolute_url())):
        assert "1 of 2 sessions" in page.content.decode()
    assert "1 of 2 sessions" in adas.get(reverse("bookings:client", args=[cleo.pk])).content.decode()
    calendar = browser.get(f"{reverse('bookings:as_client')}?view=calendar&day={deadline}").content.decode()
    assert "All day" in calendar
    assert "2 sessions" in calendar
    window = {"start": f"{deadline}T00:00:00+00:00", "end": f"{deadline + timedelta(days=1)}T00:00:00+00:00"}
    entries = browser.get(reverse("bookings:client_entries"), window).json()["entries"]
    assert [(row["title"], row["start"]) for row in entries if row["kind"] == "goal"] == [
        ("2 sessions", deadline.isoformat())
    ]

    finished(hour, cleo, soon(15))
    assert "Reached on" in browser.get(goal.get_absolute_url()).content.decode()

    award = Award.objects.get(client=cleo, badge__slug="first-session")
    shown = f'<a href="{award.get_absolute_url()}">First session</a>'
    assert shown not in adas.get(reverse("bookings:client", args=[cleo.pk])).content.decode()
    browser.post("/me/badges/", {"award": str(award.pk), "show": "yes"})
    assert shown in adas.get(reverse("bookings:client", args=[cleo.pk])).content.decode()


def test_a_builder_suggests_a_goal_that_the_client_accepts_on_its_page(
    browser_of: BrowserOf, led: Enrolment, cleo: User, ada: User
) -> None:
    values = {"title": "Release", "steps": "Cut it\nShow it", "deadline": ""}
    address = reverse("bookings:suggest_goal", args=[cleo.pk])
    assert browser_of(ada).get(address).status_code == 200
    assert browser_of(ada).post(f"{address}?kind=custom", values).status_code == 302
    goal = Goal.objects.get()
    browser = browser_of(cleo)
    assert "suggests this goal" in browser.get(goal.get_absolute_url()).content.decode()

    act = reverse("pathways:act_on_goal", args=[goal.pk])
    browser.post(act, {"act": "accept"})
    step = goal.steps.all()[0]
    browser.post(act, {"act": "tick", "step": str(step.pk)})
    assert "1 of 2 steps" in browser_of(ada).get(goal.get_absolute_url()).content.decode()
    browser_of(ada).post(act, {"act": "drop"})
    assert Goal.objects.get().status == "active"


def test_a_stranger_finds_no_goal(browser_of: BrowserOf, cleo: User) -> None:
    goal, sam = GoalFactory.create(client=cleo), make_person("Sam Lee")

    for name, method in (("goal", "get"), ("edit_goal", "get"), ("act_on_goal", "post")):
        answer = getattr(browser_of(sam), method)(reverse(f"pathways:{name}", args=[goal.pk]), {"act": "delete"})
        assert answer.status_code == 404
    assert Goal.objects.exists()


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_of_goals_takes_the_same_queries_for_any_number(
    cleos: Client, cleo: User, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        GoalFactory.create(client=cleo, title=f"Goal {number}")
        GoalFactory.create(client=cleo, kind="sessions", target=5)
    cleos.get("/goals/")

    with django_assert_num_queries(6):
        page = cleos.get("/goals/")

    assert page.content.decode().count("0 of 1 step") == count


def test_the_api_sets_changes_and_deletes_goals(browser_of: BrowserOf, led: Enrolment, cleo: User, ada: User) -> None:
    browser = browser_of(cleo)

    def send(method: str, address: str, body: dict[str, Any] | None = None) -> Any:
        return browser.generic(method, address, json.dumps(body or {}), "application/json")

    body = {"kind": "custom", "title": "Release", "steps": ["Cut it", "Show it"], "sharedWith": str(ada.pk)}
    answer = send("POST", "/api/goals", body)
    assert answer.status_code == 201
    goal = answer.json()["goal"]
    assert (goal["progress"], goal["target"], goal["unit"], goal["status"]) == (0, 2, "step", "active")
    address = f"/api/goals/{goal['id']}"

    changed = send("PATCH", address, {"step": {"id": goal["steps"][0]["id"], "done": True}}).json()["goal"]
    assert changed["progress"] == 1
    deadline = (clock.now() + timedelta(days=30)).date().isoformat()
    changed = send("PATCH", address, {"deadline": deadline, "sharedWith": None}).json()["goal"]
    assert (changed["deadline"], changed["sharedWith"], changed["progress"]) == (deadline, None, 1)
    assert send("PATCH", address, {"status": "dropped"}).json()["goal"]["status"] == "dropped"
    assert send("PATCH", address, {"title": "Other"}).json()["error"]["code"] == "goal_closed"
    assert [row["id"] for row in send("GET", "/api/goals?status=dropped").json()["goals"]] == [goal["id"]]
    assert send("DELETE", address).status_code == 200
    assert send("GET", address).status_code == 404

    wrong = send("POST", "/api/goals", {"kind": "skill", "skillId": "nothing"})
    assert wrong.json()["error"]["fields"] == {"skillId": ["There is no such skill."]}
    assert send("POST", "/api/goals", {"kind": "tier", "tier": 1}).json()["error"]["fields"] == {
        "pathwayId": ["Choose a pathway."]
    }
