"""The API's section "Bookings": reading and changing bookings."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from bookings.agreement import services
from bookings.agreement.transitions import Actor
from bookings.models import Booking, Draft
from bookings.states import Side
from coaching.models import SessionType
from tests.bookings.cast import book, confirmed, latest, shop
from tests.bookings.wire import CREATE, Caller, at, error, wire
from tests.cast import make_builder_person, make_person
from tests.scheduling.cast import rates, soon

pytestmark = pytest.mark.django_db


# Reading ------------------------------------------------------------------------------------------------


@pytest.fixture
def three_bookings(hour: SessionType, cleo: User) -> list[Booking]:
    sam = make_person("Sam Lee")
    bookings = [confirmed(hour, cleo, soon(9)), book(hour, cleo, soon(10)), book(hour, sam, soon(11))]
    services.start(booking=bookings[0], by=Actor(Side.BUILDER, hour.builder))
    services.complete(booking=bookings[0], by=Actor(Side.BUILDER, hour.builder))
    return bookings


def test_my_bookings_contain_stats(three_bookings: list[Booking], cleo: User) -> None:
    caller = Caller(cleo)

    body = caller.send("GET", "/api/bookings/my-bookings").json()

    assert [booking["startTime"] for booking in body["bookings"]] == [wire(soon(10)), wire(soon(9))]
    assert body["bookings"][0]["reviews"] == []
    assert body["stats"] == {
        "total": 2, "pending": 1, "confirmed": 0, "inProgress": 0, "completed": 1, "cancelled": 0, "disputed": 0,
        "totalRevenue": {"USD": "90.00"},
    }  # fmt: skip
    assert body["nextCursor"] is None


def test_my_bookings_as_a_provider_in_pages(three_bookings: list[Booking], hour: SessionType) -> None:
    caller, seen, cursor = Caller(hour.builder), [], ""
    while True:
        address = f"/api/bookings/my-bookings?role=provider&limit=1{f'&cursor={cursor}' if cursor else ''}"
        body = caller.send("GET", address).json()
        seen += [booking["id"] for booking in body["bookings"]]
        assert body["stats"]["total"] == 3, "the same on every page"
        cursor = body["nextCursor"]
        if not cursor:
            break

    assert sorted(seen) == sorted(str(booking.pk) for booking in three_bookings)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("status=completed", 1), ("status=PENDING", 1), ("status=cancelled", 0), ("pathway=accelerate", 0),
        ("from={day}", 2), ("to={day}", 2), ("from=2035-01-01", 0), ("to=2020-01-01", 0),
        ("from={instant}", 1), ("to={instant}", 1),
    ],
)  # fmt: skip
def test_filters_select_bookings(three_bookings: list[Booking], cleo: User, query: str, count: int) -> None:
    filled = query.format(day=f"{soon(10):%Y-%m-%d}", instant=wire(soon(10)))

    body = Caller(cleo).send("GET", f"/api/bookings/my-bookings?{filled}").json()

    assert (len(body["bookings"]), body["stats"]["total"]) == (count, count)


@pytest.mark.parametrize("query", ["status=odd", "role=owner", "pathway=nowhere", "from=x", "limit=0", "cursor=x", "userId=x"])  # fmt: skip
def test_invalid_filters_are_refused(three_bookings: list[Booking], cleo: User, query: str) -> None:
    assert Caller(cleo).send("GET", f"/api/bookings/my-bookings?{query}").status_code == 422


def test_only_staff_may_list_the_bookings_of_others(three_bookings: list[Booking], cleo: User, suri: User) -> None:
    sam = User.objects.get(display_name="Sam Lee")
    address = f"/api/bookings/my-bookings?userId={sam.pk}"

    assert Caller(cleo).send("GET", address).status_code == 403
    assert len(Caller(suri).send("GET", address).json()["bookings"]) == 1
    assert len(Caller(sam).send("GET", address).json()["bookings"]) == 1


def test_the_list_needs_the_same_queries_for_one_and_many_bookings(
    hour: SessionType, cleo: User, django_assert_num_queries: Any
) -> None:
    caller = Caller(cleo)
    for hour_ in range(9, 16):
        confirmed(hour, cleo, soon(hour_))
    caller.send("GET", "/api/me")  # so that the use of the token has been written in this minute
    for limit in (1, 7):
        with django_assert_num_queries(9):
            caller.send("GET", f"/api/bookings/my-bookings?limit={limit}")
        Draft.objects.all().delete()


def test_a_booking_contains_its_events(
    three_bookings: list[Booking], cleo: User, hour: SessionType, suri: User
) -> None:
    address = f"/api/bookings/{three_bookings[0].pk}"

    body = Caller(cleo).send("GET", address).json()["booking"]

    assert [(event["verb"], event["from"], event["to"], event["by"]) for event in body["events"]] == [
        ("request", None, "PENDING", "client"),
        ("confirm", "PENDING", "CONFIRMED", "builder"),
        ("start", "CONFIRMED", "IN_PROGRESS", "builder"),
        ("complete", "IN_PROGRESS", "COMPLETED", "builder"),
    ]
    assert (body["reviews"], body["messages"], body["splits"]) == ([], [], [])
    assert Caller(hour.builder).send("GET", address).status_code == 200
    assert Caller(suri).send("GET", address).status_code == 200
    for other in (make_person("Sam Other"), make_builder_person("Bea Builder")):
        assert Caller(other).send("GET", address).status_code == 404
        assert Caller(other).send("PATCH", address, {"nonsense": 1}).status_code == 404
        assert Caller(other).send("DELETE", address).status_code == 404


# Changing -----------------------------------------------------------------------------------------------


def patch(person: User, booking: Booking, body: dict[str, Any]) -> Any:
    return Caller(person).send("PATCH", f"/api/bookings/{booking.pk}", body)


def test_a_booking_is_brought_through_its_states_by_patch(hour: SessionType, cleo: User) -> None:
    booking, ada = book(hour, cleo), hour.builder

    states = [patch(ada, booking, {"status": state}).json()["booking"]["status"] for state in ("confirmed", "IN_PROGRESS", "Completed", "COMPLETED")]  # fmt: skip

    assert states == ["CONFIRMED", "IN_PROGRESS", "COMPLETED", "COMPLETED"]
    assert Booking.objects.get().events.count() == 4


def test_impossible_and_forbidden_state_changes_are_refused(hour: SessionType, cleo: User) -> None:
    booking = book(hour, cleo)

    impossible = patch(hour.builder, booking, {"status": "COMPLETED"})
    forbidden = patch(cleo, booking, {"status": "CONFIRMED"})

    assert (impossible.status_code, error(impossible)["code"]) == (409, "invalid_transition")
    assert error(impossible)["allowed"] == ["CONFIRMED", "CANCELLED"]
    assert (forbidden.status_code, error(forbidden)["code"]) == (403, "forbidden")


def test_a_builder_who_cancels_a_request_declines_it(hour: SessionType, cleo: User) -> None:
    booking = book(hour, cleo)

    body = patch(hour.builder, booking, {"status": "CANCELLED", "reason": "I am away."}).json()["booking"]

    assert (body["status"], body["cancelledBy"], body["cancelReason"]) == ("CANCELLED", "builder", "I am away.")
    assert latest(booking).verb == "decline"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "status"),
        ({"status": "CONFIRMED", "scheduledTime": "2027-01-01T10:00:00Z"}, "status"),
        ({"status": "SOMETHING"}, "status"),
        ({"status": "CONFIRMED", "deliverables": ["x"]}, "deliverables"),
        ({"scheduledTime": "tomorrow"}, "scheduledTime"),
    ],
)
def test_an_invalid_change_is_refused(hour: SessionType, cleo: User, body: dict[str, Any], field: str) -> None:
    answer = patch(hour.builder, book(hour, cleo), body)

    assert answer.status_code == 422
    assert field in error(answer)["fields"]


def test_a_booking_is_moved_by_patch(hour: SessionType, cleo: User, suri: User) -> None:
    booking = confirmed(hour, cleo, soon(10))
    book(hour, make_person("Sam Lee"), soon(11))

    taken = patch(cleo, booking, {"scheduledTime": at(11)})
    moved = patch(hour.builder, booking, {"scheduledTime": at(13), "version": 2}).json()["booking"]
    stale = patch(cleo, booking, {"scheduledTime": at(14), "version": 2})

    assert error(taken)["code"] == "slot_taken"
    assert len(error(taken)["alternatives"]) == 5
    assert (moved["startTime"], moved["rescheduledFrom"], moved["version"]) == (wire(soon(13)), wire(soon(10)), 3)
    assert error(stale)["code"] == "stale"
    assert patch(suri, booking, {"scheduledTime": at(14)}).status_code == 200, "support moves sessions too"
    assert patch(make_person("Mia Wolf"), booking, {"scheduledTime": at(15)}).status_code in (403, 404)


def test_deleting_twice_cancels_once(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)
    caller = Caller(cleo)

    first = caller.send("DELETE", f"/api/bookings/{booking.pk}")
    again = caller.send("DELETE", f"/api/bookings/{booking.pk}")

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert Booking.objects.get().state == "CANCELLED"


def test_a_dispute_is_opened_and_settled_by_patch(hour: SessionType, cleo: User, suri: User) -> None:
    booking = confirmed(hour, cleo)
    patch(hour.builder, booking, {"status": "IN_PROGRESS"})

    opened = patch(cleo, booking, {"status": "DISPUTED", "reason": "Nobody came."}).json()["booking"]
    settled = patch(suri, booking, {"status": "CANCELLED", "reason": "Nobody came indeed."}).json()["booking"]

    assert (opened["status"], settled["status"], settled["cancelledBy"]) == ("DISPUTED", "CANCELLED", "support")


def test_amounts_of_a_currency_without_decimals(ada: User, cleo: User) -> None:
    from decimal import Decimal

    from coaching.services import Config, save_config

    hour = shop(ada)
    rates(ada)
    save_config(builder=ada, config=Config(prices={60: Decimal(9000)}, currency="JPY"))

    body = Caller(cleo).post(CREATE, {"sessionTypeId": str(hour.pk), "scheduledTime": at(), "rate": 9000}).json()

    assert (body["booking"]["totalPrice"], body["booking"]["currency"]) == ("9000", "JPY")
