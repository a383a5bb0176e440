"""The API for session types, slots and schedules."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from accounts.models import User
from accounts.tokens import services as tokens
from coaching.models import SessionType
from core import clock
from scheduling import claims, free_times
from scheduling.models import Schedule
from tests.scheduling.cast import BERLIN, ask, free_session, offer, open_hours, rates, soon, visitor

pytestmark = pytest.mark.django_db
Call = Callable[..., Any]
CONFIG: dict[str, Any] = {"durations": [30, 60, 90], "rates": {"30": "50.00", "60": "90.00", "90": "120.00"}}
FULL_CONFIG: dict[str, Any] = {
    **CONFIG, "currency": "USD", "isActive": True, "defaultDuration": 60, "allowCustomDuration": False,
    "minimumDuration": 30, "maximumDuration": 120,
}  # fmt: skip


@pytest.fixture
def call() -> Call:
    def ask_for(method: str, path: str, body: Any = None, by: User | None = None) -> Any:
        headers = {"Authorization": f"Bearer {tokens.issue(user=by, name='t')}"} if by else {}
        return Client().generic(
            method, path, "" if body is None else json.dumps(body), "application/json", headers=headers
        )

    return ask_for


def error(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def fields(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.content
    return sorted(answer.json()["error"]["fields"])


# The session config ------------------------------------------------------------------------------------


def test_a_config_is_saved_read_and_sent_back_unchanged(call: Call, ada: User) -> None:
    created = call("POST", "/api/coach/config", CONFIG, ada)
    assert (created.status_code, created.json()) == (200, {"success": True, "sessionConfig": FULL_CONFIG})

    for path in (f"/api/coach/config?coachId={ada.pk}", "/api/coach/config?coachId=ada-moreno"):
        assert call("GET", path).json()["sessionConfig"] == FULL_CONFIG
    assert call("GET", "/api/coach/config", by=ada).json()["sessionConfig"] == FULL_CONFIG
    again = call("POST", "/api/coach/config", FULL_CONFIG, ada)
    assert again.json()["sessionConfig"] == FULL_CONFIG


def test_who_may_read_and_write_a_config(call: Call, ada: User, cleo: User) -> None:
    assert error(call("GET", "/api/coach/config")) == (401, "not_authenticated")
    assert error(call("GET", "/api/coach/config", by=cleo)) == (403, "forbidden")
    assert error(call("POST", "/api/coach/config", CONFIG, cleo)) == (403, "forbidden")
    assert error(call("GET", f"/api/coach/config?coachId={ada.pk}")) == (404, "not_found")
    call("POST", "/api/coach/config", {**CONFIG, "isActive": False}, ada)
    assert error(call("GET", f"/api/coach/config?coachId={ada.pk}")) == (404, "not_found")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"durations": [30, 60, 90, 120]}, "body"),
        ({"rates": {**CONFIG["rates"], "45": "10"}}, "body"),
        ({"rates": {"30": "-1", "60": "90", "90": "120"}}, "rates"),
        ({"rates": {"30": "1.001", "60": "90", "90": "120"}}, "rates"),
        ({"durations": [3], "rates": {"3": "1"}}, "durations"),
        ({"durations": [30, 30], "rates": {"30": "1"}}, "body"),
        ({"defaultDuration": 45}, "defaultDuration"),
        ({"minimumDuration": 121}, "minimumDuration"),
        ({"currency": "XYZ"}, "currency"),
        ({"isActive": "yes"}, "isActive"),
        ({"is_active": True}, "is_active"),
        ({"nonsense": 1}, "nonsense"),
        ({"durations": [], "rates": {}}, "durations"),
        ({"rates": {"30": True, "60": "90", "90": "120"}}, "rates.30"),
        ({"rates": {"30": "NaN", "60": "90", "90": "120"}}, "rates.30"),
    ],
)
def test_an_invalid_config_names_the_field(call: Call, ada: User, change: dict[str, Any], field: str) -> None:
    assert field in fields(call("POST", "/api/coach/config", {**CONFIG, **change}, ada))


def test_the_default_duration_may_be_a_custom_one(call: Call, ada: User) -> None:
    change = {"defaultDuration": 75, "allowCustomDuration": True}

    assert call("POST", "/api/coach/config", {**CONFIG, **change}, ada).status_code == 200


def test_prices_may_be_numbers_and_in_yen(call: Call, ada: User) -> None:
    yen = {"durations": [60], "rates": {"60": 9000}, "currency": "jpy"}

    assert call("POST", "/api/coach/config", yen, ada).json()["sessionConfig"]["rates"] == {"60": "9000"}


# What can be booked ------------------------------------------------------------------------------------


@pytest.fixture
def market(ada: User) -> dict[str, SessionType]:
    rates(ada)
    open_hours(ada)
    session_types = {"free": free_session(ada), "paid": offer(ada, minutes=(60, 30), title="Review")}
    free_times.refresh([ada.pk])
    return session_types


def test_strangers_see_free_sessions_and_people_all(
    call: Call, ada: User, cleo: User, market: dict[str, SessionType]
) -> None:
    path = f"/api/scheduling/sessions/available?builderId={ada.pk}"
    stranger, person = call("GET", path).json(), call("GET", path, by=cleo).json()

    assert (stranger["authenticated"], [session["title"] for session in stranger["sessions"]]) == (
        False,
        ["Getting started"],
    )
    assert (person["authenticated"], len(person["sessions"])) == (True, 2)
    paid = person["sessions"][1]
    assert paid["durations"] == [{"minutes": 30, "price": "50.00"}, {"minutes": 60, "price": "90.00"}]
    assert (paid["price"], paid["currency"], paid["requiresAuth"], paid["locations"]) == (
        "90.00",
        "USD",
        True,
        ["remote"],
    )
    assert paid["bufferBefore"] is None
    assert datetime.fromisoformat(paid["nextAvailable"]) > clock.now()
    assert call("GET", f"{path}&category=specialized", by=cleo).json()["sessions"] == [paid]
    assert call("GET", f"{path}&pathway=pivot", by=cleo).json()["sessions"] == []
    assert fields(call("GET", f"{path}&category=odd")) == ["category"]
    assert fields(call("GET", f"{path}&pathway=odd")) == ["pathway"]
    assert fields(call("GET", "/api/scheduling/sessions/available")) == ["builderId"]
    assert error(call("GET", "/api/scheduling/sessions/available?builderId=nobody")) == (404, "not_found")


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_costs_the_same_queries_for_few_and_many(
    ada: User, count: int, django_assert_num_queries: Any, client: Client
) -> None:
    open_hours(ada)
    for number in range(count):
        free_session(ada, title=f"Number {number}")
    client.get("/api/pathways")

    with django_assert_num_queries(9):
        client.get("/api/scheduling/sessions/available?builderId=ada-moreno")


def slots(call: Call, query: str, by: User | None = None) -> Any:
    answer = call("GET", f"/api/coaching/sessions/available?{query}", by=by)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_slots_are_priced_and_in_order(call: Call, ada: User, cleo: User, market: dict[str, SessionType]) -> None:
    day = soon(9).astimezone(BERLIN).date()
    query = f"coachId=ada-moreno&sessionTypeId={market['paid'].pk}&from={day}&to={day}"
    answer = slots(call, query, cleo)

    assert answer["timezone"] == "Europe/Berlin"
    assert answer["sessionConfig"]["rates"]["60"] == "90.00"
    starts = [slot["startTime"] for slot in answer["availableSlots"]]
    assert starts == [f"{soon(hour):%Y-%m-%dT%H:%M:%SZ}" for hour in range(9, 17)]
    assert answer["availableSlots"][0] == {
        "startTime": f"{soon(9):%Y-%m-%dT%H:%M:%SZ}", "endTime": f"{soon(10):%Y-%m-%dT%H:%M:%SZ}", "duration": 60,
        "rate": "90.00", "listPrice": None, "currency": "USD", "seatsLeft": 1,
    }  # fmt: skip
    halves = slots(call, f"{query}&duration=30", cleo)["availableSlots"]
    assert (len(halves), halves[0]["rate"]) == (16, "50.00")


def test_held_and_booked_times_are_not_offered_to_others(
    call: Call, ada: User, cleo: User, market: dict[str, SessionType]
) -> None:
    day = soon(9).astimezone(BERLIN).date()
    query = f"coachId=ada-moreno&sessionTypeId={market['paid'].pk}&from={day}&to={day}"
    claims.hold(ask(market["paid"], soon(9), who=visitor(f"person:{cleo.pk}", person=cleo)))
    claims.book(ask(market["paid"], soon(11), who=visitor("sam")))

    assert len(slots(call, query, cleo)["availableSlots"]) == 7, "one's own hold is a slot"
    assert len(slots(call, query, ada)["availableSlots"]) == 6


def test_strangers_get_slots_of_free_sessions_only(call: Call, ada: User, market: dict[str, SessionType]) -> None:
    answer = slots(call, "coachId=ada-moreno")

    assert {slot["rate"] for slot in answer["availableSlots"]} == {"0.00"}
    paid = call("GET", f"/api/coaching/sessions/available?coachId={ada.pk}&sessionTypeId={market['paid'].pk}")
    assert error(paid) == (403, "sign_in_required")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "coachId"),
        ("coachId=ada-moreno&timezone=Mars/Olympus", "timezone"),
        ("coachId=ada-moreno&duration=7", "duration"),
        ("coachId=ada-moreno&duration=abc", "duration"),
        ("coachId=ada-moreno&from=2026-05-02&to=2026-05-01", "to"),
        ("coachId=ada-moreno&from=2026-05-01&to=2026-09-01", "to"),
        ("coachId=ada-moreno&from=2026-05-01T10:00", "from"),
        ("coachId=ada-moreno&from=soon", "from"),
    ],
)
def test_an_invalid_query_names_the_parameter(
    call: Call, market: dict[str, SessionType], query: str, field: str
) -> None:
    assert fields(call("GET", f"/api/coaching/sessions/available?{query}")) == [field]


@pytest.mark.parametrize("query", ["coachId=nobody", "coachId=ada-moreno&sessionTypeId=nonsense"])
def test_an_unknown_builder_or_session_type_is_404(call: Call, market: dict[str, SessionType], query: str) -> None:
    assert error(call("GET", f"/api/coaching/sessions/available?{query}")) == (404, "not_found")


def test_from_and_to_may_be_instants_and_to_is_excluded(call: Call, ada: User, market: dict[str, SessionType]) -> None:
    first, last = soon(10).isoformat(), soon(11).isoformat()
    answer = slots(call, f"coachId=ada-moreno&from={first.replace('+', '%2B')}&to={last.replace('+', '%2B')}")

    assert [slot["startTime"] for slot in answer["availableSlots"]] == [
        f"{soon(10):%Y-%m-%dT%H:%M:%SZ}", f"{soon(10, 30):%Y-%m-%dT%H:%M:%SZ}",
    ]  # fmt: skip


def test_dates_are_days_of_the_requested_zone(call: Call, ada: User, market: dict[str, SessionType]) -> None:
    day = soon(9).astimezone(BERLIN).date()
    answer = slots(call, f"coachId=ada-moreno&from={day}&to={day}&timezone=Pacific/Auckland")

    days = {
        datetime.fromisoformat(slot["startTime"]).astimezone(ZoneInfo("Pacific/Auckland")).date()
        for slot in answer["availableSlots"]
    }
    assert days == {day}
    assert answer["timezone"] == "Pacific/Auckland"


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "Australia/Lord_Howe", "America/Santiago", "Europe/Berlin"])
def test_slots_begin_at_nine_all_year(call: Call, ada: User, zone: str) -> None:
    """Slots begin at nine on the builder's clock all year, whenever the clocks change."""
    open_hours(ada, [(weekday, 540, 600) for weekday in range(7)], timezone=zone)
    free_session(ada)
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    seen: dict[date, list[str]] = {}
    for week in range(6):
        first = today + timedelta(days=1 + 61 * week)
        answer = slots(call, f"coachId=ada-moreno&from={first}&to={first + timedelta(days=60)}")
        for slot in answer["availableSlots"]:
            local = datetime.fromisoformat(slot["startTime"]).astimezone(ZoneInfo(zone))
            seen.setdefault(local.date(), []).append(f"{local:%H:%M}")

    assert len(seen) >= 360
    assert all(times == ["09:00", "09:30"] for times in seen.values())


# Schedules ---------------------------------------------------------------------------------------------

WEEK: dict[str, Any] = {
    "name": "Usual",
    "timezone": "Europe/Berlin",
    "rules": [{"weekday": 0, "start": "09:00", "end": "12:00"}, {"weekday": 0, "start": "22:00", "end": "24:00"}],
    "exceptions": [{"date": "2027-05-04", "closed": True, "intervals": []}],
}


def test_a_schedule_is_created_changed_replaced_as_default_and_deleted(call: Call, ada: User) -> None:
    created = call("POST", "/api/coaching/availability", WEEK, ada)
    assert created.status_code == 201
    first = created.json()["schedule"]
    assert first["isDefault"], "the first one is in force"
    assert first["rules"] == WEEK["rules"] or sorted(map(str, first["rules"])) == sorted(map(str, WEEK["rules"]))
    assert first["exceptions"] == WEEK["exceptions"]
    path = f"/api/coaching/availability/{first['id']}"
    assert call("GET", path, by=ada).json()["schedule"] == first

    assert call("PUT", path, first, ada).json()["schedule"] == first, "what was read can be sent back"
    changed = call("PUT", path, {**first, "bufferAfter": 15, "name": "New"}, ada).json()["schedule"]
    assert (changed["bufferAfter"], changed["name"]) == (15, "New")

    second = call("POST", "/api/coaching/availability", {"name": "Other", "kind": "custom"}, ada).json()["schedule"]
    assert (second["kind"], second["isDefault"], second["timezone"]) == ("weekly", False, "Europe/Berlin")
    assert error(call("DELETE", path, by=ada)) == (409, "is_default")
    now_default = call("POST", f"/api/coaching/availability/{second['id']}/default", by=ada).json()["schedule"]
    assert now_default["isDefault"]
    assert call("DELETE", path, by=ada).json()["schedule"]["id"] == first["id"]
    assert [schedule["id"] for schedule in call("GET", "/api/coaching/availability", by=ada).json()["schedules"]] == [
        second["id"]
    ]


def test_overlapping_rules_are_refused_and_named(call: Call, ada: User) -> None:
    rules = [{"weekday": 1, "start": "09:00", "end": "12:00"}, {"weekday": 1, "start": "11:00", "end": "13:00"}]
    answer = call("POST", "/api/coaching/availability", {**WEEK, "rules": rules}, ada)

    assert error(answer) == (409, "schedule_conflict")
    refusal = answer.json()["error"]
    assert refusal["message"] == "Tuesday: 09:00–12:00 and 11:00–13:00 overlap."
    assert refusal["conflict"] == [
        {"day": "Tuesday", "start": "09:00", "end": "12:00"}, {"day": "Tuesday", "start": "11:00", "end": "13:00"},
    ]  # fmt: skip


def test_overlapping_holiday_schedules_are_refused_and_named(call: Call, ada: User) -> None:
    summer = {"name": "Summer", "kind": "holiday", "startsOn": "2027-07-01", "endsOn": "2027-07-31"}
    assert call("POST", "/api/coaching/availability", summer, ada).status_code == 201

    answer = call("POST", "/api/coaching/availability", {**summer, "name": "Sea", "startsOn": "2027-07-31", "endsOn": "2027-08-04"}, ada)  # fmt: skip

    assert error(answer) == (409, "schedule_conflict")
    assert "“Sea”" in answer.json()["error"]["message"]
    assert "“Summer”" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"name": " "}, "name"),
        ({"kind": "odd"}, "kind"),
        ({"kind": "holiday"}, "startsOn"),
        ({"bufferBefore": -1}, "bufferBefore"),
        ({"bufferBefore": "10"}, "bufferBefore"),
        ({"holidayCountry": "QQ"}, "holidayCountry"),
        ({"rules": [{"weekday": 7, "start": "09:00", "end": "10:00"}]}, "rules.0.weekday"),
        ({"rules": [{"weekday": 1, "start": "9:00", "end": "10:00"}]}, "rules.0.start"),
        ({"rules": [{"weekday": 1, "start": "10:00", "end": "10:00"}]}, "rules.0"),
        ({"rules": [{"weekday": 1, "start": "10:00", "end": "24:30"}]}, "rules.0.end"),
        ({"exceptions": [{"date": "2027-05-04"}, {"date": "2027-05-04"}]}, "exceptions"),
        ({"exceptions": [{"date": "2027-02-30"}]}, "exceptions.0.date"),
        ({"maxPerDay": 0}, "maxPerDay"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_an_invalid_schedule_names_the_field(call: Call, ada: User, change: dict[str, Any], field: str) -> None:
    assert field in fields(call("POST", "/api/coaching/availability", {**WEEK, **change}, ada))
    assert not Schedule.objects.exists()


def test_builders_reach_only_their_own_schedules(call: Call, ada: User, cleo: User) -> None:
    schedule = open_hours(ada)
    from tests.cast import make_builder_person

    other = make_builder_person("Bo Builder")

    assert error(call("GET", "/api/coaching/availability")) == (401, "not_authenticated")
    assert error(call("GET", "/api/coaching/availability", by=cleo)) == (403, "forbidden")
    for method in ("GET", "DELETE"):
        assert error(call(method, f"/api/coaching/availability/{schedule.pk}", by=other)) == (404, "not_found")
    assert error(call("PUT", f"/api/coaching/availability/{schedule.pk}", WEEK, other)) == (404, "not_found")
    assert error(call("GET", "/api/coaching/availability/nonsense", by=ada)) == (404, "not_found")


def test_access_is_checked_before_the_body(call: Call, ada: User, cleo: User) -> None:
    """401 and 403, then 404, then 422."""
    garbage = {"surprise": 1}
    unknown = "/api/coaching/availability/00000000-0000-0000-0000-000000000000"

    assert error(call("POST", "/api/coaching/availability", garbage)) == (401, "not_authenticated")
    assert error(call("POST", "/api/coaching/availability", garbage, cleo)) == (403, "forbidden")
    assert error(call("POST", "/api/coach/config", garbage, cleo)) == (403, "forbidden")
    assert error(call("PUT", unknown, garbage, ada)) == (404, "not_found")
    assert "surprise" in fields(call("POST", "/api/coaching/availability", garbage, ada))


def test_a_changed_schedule_changes_the_slots_at_once(call: Call, ada: User) -> None:
    free_session(ada)
    schedule = call("POST", "/api/coaching/availability", {**WEEK, "minimumNotice": 0}, ada).json()["schedule"]
    everything = [{"weekday": day, "start": "00:00", "end": "24:00"} for day in range(7)]
    before = len(slots(call, "coachId=ada-moreno")["availableSlots"])

    call("PUT", f"/api/coaching/availability/{schedule['id']}", {**schedule, "rules": everything}, ada)

    assert len(slots(call, "coachId=ada-moreno")["availableSlots"]) > before
