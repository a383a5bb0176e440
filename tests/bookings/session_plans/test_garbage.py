"""Garbage in the API and the forms of session plans is refused, and never an error of the server."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from bookings.models import SessionPlan
from coaching.models import SessionType
from core.ids import uuid7
from tests.bookings.session_plans.cast import mentor, plan_with, today
from tests.scheduling.cast import live

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
GARBAGE: list[Any] = ["\x00", "\ud800", "x" * 100_000, "-1", "1e999", "NaN", [], {}, None, True, 10**30, -1, 1.5, [[]], "9999-12-31T23:59:59Z", "0001-01-01"]  # fmt: skip


@pytest.fixture
def evening(ada: User) -> SessionType:
    return mentor(ada)


def body_for(evening: SessionType) -> dict[str, Any]:
    return {
        "timezone": "Europe/Berlin", "weekdays": [0, 1], "earliest": "17:00", "latest": "21:00", "perWeek": 2,
        "firstDay": str(today()), "lastDay": str(today()), "sessions": 3, "sessionTypeIds": [str(evening.pk)],
        "durationMinutes": 60, "budget": "100", "currency": "USD", "pathwayId": "accelerate",
    }  # fmt: skip


def status_of(browser: Client, method: str, address: str, body: Any) -> int:
    return browser.generic(method, address, json.dumps(body), "application/json").status_code


@pytest.mark.parametrize("garbage", GARBAGE, ids=repr)
def test_garbage_over_the_api(evening: SessionType, cleo: User, cleos: Client, garbage: Any) -> None:
    plan = plan_with(cleo, evening, weeks=1)
    row = plan.sessions.all()[0]
    address = f"/api/session-plans/{plan.pk}"
    move = {"sessionId": str(row.pk), "startTime": row.starts_at.isoformat(), "sessionTypeId": str(evening.pk)}
    details = {
        "sessionTypeId": str(evening.pk), "customQuestionResponse": {str(uuid7()): "a"}, "isRemote": True,
        "inPersonAt": "client", "location": "a", "notes": "b",
    }  # fmt: skip
    total = {"total": "1", "currency": "USD"}
    calls = [("POST", "/api/session-plans", body_for(evening) | {name: garbage}) for name in body_for(evening)]
    for name in move:
        calls.append(("PATCH", address, {"move": move | {name: garbage}}))
        calls.append(("PATCH", address, {"add": move | {name: garbage}}))
        calls.append(("PATCH", address, {"swap": move | {name: garbage}}))
    calls += [
        ("POST", f"{address}/book", {"details": [details | {name: garbage}], "totals": [total]}) for name in details
    ]
    calls += [("POST", f"{address}/book", {"totals": [total | {name: garbage}]}) for name in total]
    calls += [(method, address, garbage) for method in ("POST", "PATCH")]

    good = status_of(cleos, "POST", "/api/session-plans", body_for(evening))
    statuses = [(call, status_of(cleos, *call)) for call in calls]

    assert good == 201, "only what is spoiled is refused"
    assert [(call, status) for call, status in statuses if status >= 500] == []
    assert SessionPlan.objects.get(pk=plan.pk).state == SessionPlan.State.PROPOSED
    assert live() == 0


@pytest.mark.parametrize(
    "garbage", [row for row in GARBAGE if isinstance(row, str) and row != "\ud800"], ids=lambda row: row[:9]
)
def test_garbage_in_the_forms(evening: SessionType, cleo: User, cleos: Client, garbage: str) -> None:
    plan = plan_with(cleo, evening, weeks=1)
    row = plan.sessions.all()[0]
    address = f"/session-plans/{plan.pk}/"
    asked = {
        "sentence": "two evenings", "read": "", "per_week": "2", "part": "evening", "weekdays": "1", "last_day": str(today()),
        "session_types": str(evening.pk), "sessions": "3", "opens": "17:00", "closes": "19:00", "minutes": "60",
        "budget": "100", "act": "", "pathway": "", "builder": "",
    }  # fmt: skip
    change = {"act": "move", "session": str(row.pk), "start": "", "session_type": "", "slot": "", "cause": ""}
    details = {"total": "1 USD", f"type-{evening.pk}-notes": "a", f"type-{evening.pk}-location": "b"}

    answers = [cleos.post("/session-plans/new/", asked | {name: garbage}) for name in asked]
    answers += [cleos.post(f"{address}change/", asked | {name: garbage}) for name in asked]
    answers += [cleos.get("/session-plans/new/", {name: garbage[:2000]}) for name in asked]
    answers += [cleos.post(address, change | {name: garbage}) for name in change if name != "act"]
    answers += [cleos.post(f"{address}{page}/", {"act": garbage}) for page in ("hold", "end", "change")]
    answers += [
        cleos.get(address, {"undo": "move", name: garbage[:2000]}) for name in ("start", "session", "type", "undo")
    ]
    answers += [cleos.get(f"{address}add/", {name: garbage[:2000]}) for name in ("day", "session_type")]
    answers += [cleos.post(f"{address}review/", details | {name: garbage}) for name in details]

    assert [answer.request["PATH_INFO"] for answer in answers if answer.status_code >= 500] == []
    assert SessionPlan.objects.filter(pk=plan.pk).exists()
