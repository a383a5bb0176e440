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
from tests.garbage import a_few_or_all, some_of
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


def calls_with(garbage: Any, plan: SessionPlan, evening: SessionType) -> list[tuple[str, str, Any]]:
    """Returns a call for each member that the API of session plans reads, with garbage in its place."""
    row = plan.sessions.all()[0]
    address = f"/api/session-plans/{plan.pk}"
    move = {"sessionId": str(row.pk), "startTime": row.starts_at.isoformat(), "sessionTypeId": str(evening.pk)}
    details = {
        "sessionTypeId": str(evening.pk), "customQuestionResponse": {str(uuid7()): "a"}, "isRemote": True,
        "inPersonAt": "client", "location": "a", "notes": "b",
    }  # fmt: skip
    total = {"total": "1", "currency": "USD"}
    asked = body_for(evening)
    return [
        *(("POST", "/api/session-plans", asked | {name: garbage}) for name in asked),
        *(("PATCH", address, {act: move | {name: garbage}}) for name in move for act in ("move", "add", "swap")),
        *(("POST", f"{address}/book", {"details": [details | {name: garbage}], "totals": [total]}) for name in details),
        *(("POST", f"{address}/book", {"totals": [total | {name: garbage}]}) for name in total),
        *((method, address, garbage) for method in ("POST", "PATCH")),
    ]


@a_few_or_all
def test_garbage_over_the_api(evening: SessionType, cleo: User, cleos: Client, is_all: bool) -> None:
    plan = plan_with(cleo, evening, weeks=1)
    of_each_place = list(zip(*(calls_with(garbage, plan, evening) for garbage in GARBAGE), strict=True))
    calls = [call for place, calls in enumerate(of_each_place) for call in some_of(calls, place, 3, is_all=is_all)]

    good = status_of(cleos, "POST", "/api/session-plans", body_for(evening))
    statuses = [(call, status_of(cleos, *call)) for call in calls]

    assert good == 201, "only what is spoiled is refused"
    assert [(call, status) for call, status in statuses if status >= 500] == []
    assert SessionPlan.objects.get(pk=plan.pk).state == SessionPlan.State.PROPOSED
    assert live() == 0


@a_few_or_all
def test_garbage_in_the_forms(evening: SessionType, cleo: User, cleos: Client, is_all: bool) -> None:
    plan = plan_with(cleo, evening, weeks=1)
    texts = [row for row in GARBAGE if isinstance(row, str) and row != "\ud800"]
    of_each_place = list(zip(*(requests_with(text, plan, evening) for text in texts), strict=True))
    requests = [
        request
        for place, requests in enumerate(of_each_place)
        for request in some_of(requests, place, 2, is_all=is_all)
    ]

    answers = [getattr(cleos, method)(address, values) for method, address, values in requests]

    assert [answer.request["PATH_INFO"] for answer in answers if answer.status_code >= 500] == []
    assert SessionPlan.objects.filter(pk=plan.pk).exists()


def requests_with(text: str, plan: SessionPlan, evening: SessionType) -> list[tuple[str, str, dict[str, str]]]:
    """Returns a request for each field that the pages of session plans read, with garbage in its place."""
    row = plan.sessions.all()[0]
    address = f"/session-plans/{plan.pk}/"
    asked = {
        "sentence": "two evenings", "read": "", "per_week": "2", "part": "evening", "weekdays": "1", "last_day": str(today()),
        "session_types": str(evening.pk), "sessions": "3", "opens": "17:00", "closes": "19:00", "minutes": "60",
        "budget": "100", "act": "", "pathway": "", "builder": "",
    }  # fmt: skip
    change = {"act": "move", "session": str(row.pk), "start": "", "session_type": "", "slot": "", "cause": ""}
    details = {"total": "1 USD", f"type-{evening.pk}-notes": "a", f"type-{evening.pk}-location": "b"}
    short = text[:2000]
    return [
        *(("post", "/session-plans/new/", asked | {name: text}) for name in asked),
        *(("post", f"{address}change/", asked | {name: text}) for name in asked),
        *(("get", "/session-plans/new/", {name: short}) for name in asked),
        *(("post", address, change | {name: text}) for name in change if name != "act"),
        *(("post", f"{address}{page}/", {"act": text}) for page in ("hold", "end", "change")),
        *(("get", address, {"undo": "move", name: short}) for name in ("start", "session", "type", "undo")),
        *(("get", f"{address}add/", {name: short}) for name in ("day", "session_type")),
        *(("post", f"{address}review/", details | {name: text}) for name in details),
    ]
