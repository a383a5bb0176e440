"""Builders in the API, and a builder's own profile under `/api/coach`."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.tokens import services as tokens
from marketplace import listings
from scheduling import free_times
from tests.cast import make_builder_person
from tests.scheduling.cast import free_session, offer, open_hours, rates

pytestmark = pytest.mark.django_db


def read(path: str, status: int = 200) -> Any:
    answer = Client().get(f"/api/marketplace/{path}")
    assert answer.status_code == status, answer.content
    return answer.json()


def test_a_builder_with_prices_and_times(ada: User) -> None:
    rates(ada)
    open_hours(ada)
    free_session(ada)
    offer(ada)
    free_times.refresh([ada.pk])
    listings.recount([ada.pk])

    builder = read("builders/ada-moreno")["builder"]

    assert (builder["id"], builder["slug"], builder["currency"]) == (str(ada.pk), "ada-moreno", "USD")
    assert builder["sessionTypeAvailability"]["free"]["count"] == 1
    assert builder["sessionTypeAvailability"]["specialized"]["nextAvailable"]
    assert builder["sessionTypeAvailability"]["pathway"] == {"count": 0, "nextAvailable": None}
    assert builder["bookingInfo"]["bookable"] is True
    assert builder["bookingInfo"]["fromPrice"] == "0.00"
    assert read(f"builders/{ada.pk}")["builder"] == builder


def test_a_builder_without_session_types_is_not_bookable(ada: User) -> None:
    info = read("builders/ada-moreno")["builder"]["bookingInfo"]

    assert (info["bookable"], info["fromPrice"], info["nextAvailable"]) == (False, None, None)


def test_anonymous_callers_see_only_free_session_types(ada: User, cleo: User) -> None:
    free_session(ada)
    offer(ada)
    signed_in = Client()
    signed_in.force_login(cleo)

    assert len(read("builders/ada-moreno/session-types")["sessionTypes"]) == 1
    assert len(signed_in.get("/api/marketplace/builders/ada-moreno/session-types").json()["sessionTypes"]) == 2


@pytest.mark.parametrize("path", ["builders/nobody", "builders/nobody/session-types"])
def test_an_unknown_builder_is_404(path: str) -> None:
    assert read(path, 404)["error"]["code"] == "not_found"


def test_pages_list_each_builder_once(ada: User) -> None:
    for number in range(6):
        make_builder_person(f"Builder {number}")
    first = read("builders?limit=3")
    second = read(f"builders?limit=3&cursor={first['nextCursor']}")
    third = read(f"builders?limit=3&cursor={second['nextCursor']}")

    slugs = [builder["slug"] for page in (first, second, third) for builder in page["builders"]]
    assert len(slugs) == len(set(slugs)) == 7
    assert third["nextCursor"] is None
    assert read(f"builders?q=ada&cursor={first['nextCursor']}", 422)["error"]["fields"]["cursor"]
    assert read("builders?limit=0", 422)["error"]["fields"]["limit"]
    assert read("builders?service=juggling", 422)["error"]["fields"]["service"]


@pytest.mark.parametrize("count", [1, 9])
def test_the_list_has_a_constant_number_of_queries(count: int, django_assert_num_queries: Any) -> None:
    for number in range(count):
        free_session(make_builder_person(f"Builder {number}"))
    client = Client()

    with django_assert_num_queries(5):
        client.get("/api/marketplace/builders")


# /api/coach ----------------------------------------------------------------------------------------------


def coach(by: User, body: Any = None) -> Any:
    client = Client(headers={"Authorization": f"Bearer {tokens.issue(user=by, name='t')}"})
    return (
        client.get("/api/coach") if body is None else client.patch("/api/coach", body, content_type="application/json")
    )


def test_a_builder_reads_and_changes_their_profile(ada: User) -> None:
    before = coach(ada).json()["builder"]
    assert coach(ada, before).json()["builder"] == before, "what was read can be sent back"

    change = {
        "headline": "New line", "location": "leeds", "lat": 53.8, "lng": -1.55, "roles": ["COACH"], "services": ["mixing"],
        "hourlyRate": "75.50", "dayRate": 500, "currency": "eur", "timezone": "Europe/London", "isPublished": False,
        "languages": ["EN", "de", "en"],
    }  # fmt: skip
    after = coach(ada, change).json()["builder"]

    assert after == before | change | {
        "location": "Leeds, United Kingdom", "languages": ["en", "de"], "roles": ["coach"], "dayRate": "500.00", "currency": "EUR",
    }  # fmt: skip
    assert coach(ada, {"hourlyRate": None}).json()["builder"]["hourlyRate"] is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"headline": " "}, "headline"), ({"timezone": "Mars/Olympus"}, "timezone"), ({"location": "Atlantiss"}, "location"),
        ({"lat": 5}, "lng"), ({"lat": 95, "lng": 5}, "lat"), ({"roles": ["juggler"]}, "roles"),
        ({"services": ["juggling"]}, "services"), ({"hourlyRate": "-1"}, "hourlyRate"), ({"currency": "XYZ"}, "currency"),
        ({"hourlyRate": "75.50", "currency": "JPY"}, "hourlyRate"), ({"slug": "other"}, "slug"),
        ({"skills": ["x"]}, "skills"), ({"languages": ["xx"]}, "languages"), ({"isPublished": "yes"}, "isPublished"), ({"surprise": 1}, "surprise"),
    ],
)  # fmt: skip
def test_invalid_changes_change_nothing(ada: User, change: dict[str, Any], field: str) -> None:
    before = coach(ada).json()["builder"]
    answer = coach(ada, {"bio": "Half", **change})

    assert answer.status_code == 422
    assert list(answer.json()["error"]["fields"]) == [field]
    assert coach(ada).json()["builder"] == before


def test_artists_can_be_searched_for() -> None:
    answer = Client().get("/api/marketplace/builders?roles=artist")

    assert answer.status_code == 200, answer.content
