"""Plans of sessions over the API, and what others are answered."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from bookings.models import Booking, SessionPlan
from coaching.models import SessionType
from tests.bookings.session_plans.cast import mentor, plan_with, today

pytestmark = pytest.mark.django_db
PLANS = "/api/session-plans"


@pytest.fixture
def evening(ada: User) -> SessionType:
    return mentor(ada)


def body_for(evening: SessionType, **fields: Any) -> dict[str, Any]:
    first = today() + timedelta(days=1)
    return {
        "timezone": "Europe/Berlin", "weekdays": [0, 1, 2, 3, 4, 5, 6], "earliest": "17:00", "latest": "21:00", "perWeek": 2,
        "firstDay": str(first), "lastDay": str(first + timedelta(days=13)), "sessionTypeIds": [str(evening.pk)], **fields,
    }  # fmt: skip


def send(browser: Client, method: str, address: str, body: Any = None) -> tuple[int, Any]:
    answer = browser.generic(method, address, json.dumps(body) if body is not None else "", "application/json")
    return answer.status_code, answer.json()


def test_a_plan_is_proposed_changed_held_and_booked(evening: SessionType, cleos: Client) -> None:
    status, answer = send(cleos, "POST", PLANS, body_for(evening))
    plan = answer["sessionPlan"]
    address = f"{PLANS}/{plan['id']}"
    last = plan["sessions"][-1]
    later = datetime.fromisoformat(last["startTime"]) + timedelta(hours=1)

    moved, changed = send(cleos, "PATCH", address, {"move": {"sessionId": last["id"], "startTime": later.isoformat()}})
    reserved, _ = send(cleos, "POST", f"{address}/hold")
    booked, answer = send(
        cleos,
        "POST",
        f"{address}/book",
        {"totals": [{"total": row["total"], "currency": row["currency"]} for row in changed["sessionPlan"]["totals"]]},
    )

    assert (status, moved, reserved, booked) == (201, 200, 200, 200)
    assert plan["isBookable"]
    assert plan["totals"][0]["currency"] == "USD"
    assert answer["sessionPlan"]["status"] == "booked"
    assert Booking.objects.count() == len(plan["sessions"])
    assert Booking.objects.latest("starts_at").starts_at == later
    assert send(cleos, "GET", PLANS)[1]["sessionPlans"][0]["id"] == plan["id"]
    assert send(cleos, "DELETE", address)[0] == 409


def test_a_plan_of_somebody_else_does_not_exist(evening: SessionType, cleo: User, adas: Client) -> None:
    plan = plan_with(cleo, evening)
    address = f"{PLANS}/{plan.pk}"

    calls = [("GET", "", None), ("PATCH", "", {"remove": {"sessionId": str(plan.pk)}}), ("DELETE", "", None), ("POST", "/hold", None), ("POST", "/book", {})]  # fmt: skip
    answers = [send(adas, method, address + end, body)[0] for method, end, body in calls]

    assert answers == [404] * 5
    assert send(adas, "GET", PLANS)[1]["sessionPlans"] == []
    assert SessionPlan.objects.filter(pk=plan.pk).exists()


def test_wrong_wishes_are_named_as_they_were_sent(evening: SessionType, cleos: Client) -> None:
    wrong = body_for(evening, weekdays=[], perWeek=9, sessionTypeIds=[], sessions=0)

    status, answer = send(cleos, "POST", PLANS, wrong)

    assert status == 422
    assert set(answer["error"]["fields"]) == {"weekdays", "perWeek", "sessionTypeIds", "sessions"}


@pytest.mark.parametrize("change", [{}, {"remove": {}, "move": {}}, {"move": {"sessionId": "x"}}, [], {"wanted": {}}])
def test_an_unclear_change_is_refused(evening: SessionType, cleo: User, cleos: Client, change: Any) -> None:
    plan = plan_with(cleo, evening)

    status, answer = send(cleos, "PATCH", f"{PLANS}/{plan.pk}", change)

    assert (status, answer["error"]["code"]) in ((422, "invalid"), (400, "bad_request"))


def test_without_the_flag_there_are_no_plans(evening: SessionType, cleos: Client, settings: Any) -> None:
    settings.USE_SESSION_PLANS = False

    assert send(cleos, "GET", PLANS)[0] == 404


@pytest.mark.parametrize("start", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "2020-01-01T10:00:00Z"])
def test_impossible_times_are_refused(evening: SessionType, cleo: User, cleos: Client, start: str) -> None:
    plan = plan_with(cleo, evening)

    status, _ = send(
        cleos, "PATCH", f"{PLANS}/{plan.pk}", {"add": {"startTime": start, "sessionTypeId": str(evening.pk)}}
    )
    distant, _ = send(cleos, "POST", PLANS, body_for(evening, firstDay="9998-01-01", lastDay="9998-01-09"))

    assert status in (409, 422)
    assert distant == 422
