"""The answers of `/api/pathways/enrolments` and `/api/pathways/progress`."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.tokens import services as tokens
from pathways.models import Enrolment, Pathway
from pathways.progress import enrolments
from pathways.progress import services as progress
from tests.cast import make_person
from tests.pathways.conftest import skill

pytestmark = pytest.mark.django_db
ENROLMENTS, PROGRESS = "/api/pathways/enrolments", "/api/pathways/progress"


class Caller:
    def __init__(self, person: User) -> None:
        self.headers = {"Authorization": f"Bearer {tokens.issue(user=person, name='t')}"}

    def __call__(self, method: str, address: str, body: Any = None) -> tuple[int, Any]:
        answer = Client().generic(method, address, "" if body is None else json.dumps(body), "application/json", headers=self.headers)  # fmt: skip
        return answer.status_code, answer.json()


@pytest.fixture
def by_cleo(cleo: User) -> Caller:
    return Caller(cleo)


@pytest.fixture
def by_ada(ada: User) -> Caller:
    return Caller(ada)


def test_enrolling_reading_and_enrolling_twice(by_cleo: Caller, ada: User) -> None:
    status, created = by_cleo("POST", ENROLMENTS, {"pathwayId": "Play", "builderId": "ada-moreno"})
    assert (status, set(created["enrolment"])) == (
        201, {"id", "pathwayId", "builderId", "status", "startDate", "endedAt", "percent"},
    )  # fmt: skip
    assert created["enrolment"]["builderId"] == str(ada.pk)
    assert created["enrolment"]["startDate"].endswith("Z")

    status, answer = by_cleo("POST", ENROLMENTS, {"pathwayId": "play"})
    assert (status, answer["error"]["code"]) == (409, "already_enrolled")
    assert by_cleo("GET", ENROLMENTS)[1]["enrolments"] == [created["enrolment"]]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"pathwayId": "nowhere"}, "pathwayId"),
        ({"pathwayId": "play", "builderId": "nobody"}, "builderId"),
        ({"pathwayId": "play", "more": 1}, "more"),
        ({}, "pathwayId"),
    ],
)
def test_an_invalid_enrolment_names_the_field(by_cleo: Caller, body: Any, field: str) -> None:
    status, answer = by_cleo("POST", ENROLMENTS, body)

    assert (status, list(answer["error"]["fields"])) == (422, [field])


def test_changing_an_enrolment(by_cleo: Caller, by_ada: Caller, led: Enrolment) -> None:
    address = f"{ENROLMENTS}/{led.pk}"
    current = by_cleo("GET", ENROLMENTS)[1]["enrolments"][0]

    assert by_cleo("PATCH", address, {"status": "paused"})[1]["enrolment"]["status"] == "PAUSED"
    status, answer = by_cleo("PATCH", address, {"status": "COMPLETED"})
    assert (status, answer["error"]["code"], answer["error"]["allowed"]) == (409, "invalid_transition", ["ACTIVE"])
    assert by_cleo("PATCH", address, current)[1] == {"success": True, "enrolment": current}
    assert by_cleo("PATCH", address, {"percent": 50})[0] == 422
    assert by_ada("PATCH", address, {"status": "PAUSED"})[0] == 403
    assert by_ada("PATCH", address, {"builderId": None})[1]["enrolment"]["builderId"] is None
    assert by_ada("PATCH", address, {"builderId": None})[0] == 404
    assert by_cleo("PATCH", f"{ENROLMENTS}/nonsense", {})[0] == 404
    assert Caller(make_person("Sam Stranger"))("PATCH", address, {"status": "PAUSED"})[0] == 404


def test_clients_read_their_progress_and_builders_that_of_their_clients(
    by_cleo: Caller, by_ada: Caller, led: Enrolment, cleo: User
) -> None:
    progress.complete(client=cleo, skill=skill("set-up-your-tools"), by=cleo)
    enrolments.enrol(client=cleo, pathway=Pathway.objects.get(slug="pivot"))

    own = by_cleo("GET", PROGRESS)[1]
    assert [pathway["pathwayId"] for pathway in own["progress"]] == ["play", "pivot"]
    tier = own["progress"][0]["tiers"]["tier1"]
    tools = next(standing for standing in tier if standing["skill"]["slug"] == "set-up-your-tools")
    assert tools["skill"] == {"slug": "set-up-your-tools", "name": "Set up your tools", "isFundamental": True}
    assert (tools["status"], tools["verifiedBy"], tools["missing"]) == ("COMPLETED", None, [])
    locked = next(
        standing for standing in own["progress"][0]["tiers"]["tier3"] if standing["skill"]["slug"] == "put-it-out"
    )
    assert (locked["status"], locked["missing"]) == ("LOCKED", ["show-work-early", "project-of-your-own"])
    assert own["progress"][0]["percent"] == 7

    theirs = by_ada("GET", f"{PROGRESS}?clientId={cleo.pk}")[1]
    assert [pathway["pathwayId"] for pathway in theirs["progress"]] == ["play"]
    assert by_ada("GET", f"{PROGRESS}?clientId={cleo.pk}&pathwayId=pivot")[0] == 404
    assert Caller(make_person("Sam Stranger"))("GET", f"{PROGRESS}?clientId={cleo.pk}")[0] == 404
    assert (
        by_cleo("GET", f"{PROGRESS}?pathwayId=accelerate")[1]["progress"][0]["percent"] == 6
    )  # a skill counts wherever it is
    assert by_cleo("GET", f"{PROGRESS}?clientId=nonsense")[0] == 422
    assert by_cleo("GET", f"{PROGRESS}?pathwayId=nowhere")[0] == 404


def test_moving_a_skill(by_cleo: Caller, by_ada: Caller, led: Enrolment, cleo: User, ada: User) -> None:
    status, answer = by_cleo("POST", PROGRESS, {"skillId": "finish-a-tiny-thing", "status": "IN_PROGRESS"})
    assert (status, answer["error"]["code"], answer["error"]["missing"]) == (409, "locked", ["set-up-your-tools"])

    body = {
        "skillId": "set-up-your-tools",
        "status": "completed",
        "evidence": {"text": "See", "url": "https://example.com"},
    }
    status, answer = by_cleo("POST", PROGRESS, body)
    assert (status, answer["progress"]["status"], answer["badges"]) == (200, "COMPLETED", [])
    by_cleo("POST", PROGRESS, {"skillId": "finish-a-tiny-thing", "status": "COMPLETED", "evidence": "It is out."})

    asked = by_cleo("POST", PROGRESS, {"skillId": "project-of-your-own", "status": "COMPLETED"})[1]["progress"]
    assert (asked["status"], asked["awaitsVerification"]) == ("IN_PROGRESS", True)
    body = {"skillId": "project-of-your-own", "status": "COMPLETED", "clientId": str(cleo.pk), "comment": "Yes."}
    assert by_ada("POST", PROGRESS, body)[1]["progress"]["verifiedBy"] == str(ada.pk)
    assert by_ada("POST", PROGRESS, {**body, "skillId": "map-the-gap"})[0] == 404
    back = by_ada("POST", PROGRESS, {**body, "status": "IN_PROGRESS"})[1]["progress"]
    assert (back["status"], back["awaitsVerification"]) == ("IN_PROGRESS", True)


@pytest.mark.parametrize(
    "body",
    [
        {"skillId": "nothing", "status": "COMPLETED"},
        {"skillId": "weekly-rhythm", "status": "LOCKED"},
        {"skillId": "weekly-rhythm"},
        {"skillId": "weekly-rhythm", "status": "COMPLETED", "evidence": {"url": "javascript:alert(1)"}},
        {"skillId": "weekly-rhythm", "status": "COMPLETED", "clientId": "x"},
    ],
)
def test_an_invalid_move_is_refused(by_cleo: Caller, led: Enrolment, body: Any) -> None:
    assert by_cleo("POST", PROGRESS, body)[0] == 422


def test_a_refused_move_keeps_no_evidence(by_cleo: Caller, led: Enrolment) -> None:
    body = {"skillId": "finish-a-tiny-thing", "status": "COMPLETED", "evidence": "Look"}

    assert by_cleo("POST", PROGRESS, body)[0] == 409
    assert not led.client.progress.exclude(status="UNTOUCHED").exists()
