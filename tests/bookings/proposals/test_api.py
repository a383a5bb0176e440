"""Suggested times over the API."""

from __future__ import annotations

from datetime import UTC

import pytest

from accounts.models import User
from accounts.tokens import services as tokens
from bookings.models import Booking
from coaching.models import SessionType
from core.scopes import Scope
from tests.bookings.cast import confirmed, state_of
from tests.bookings.wire import Caller, at, error, wire
from tests.cast import make_person
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db


def address(booking: Booking, *more: str) -> str:
    return "/".join(["/api/bookings", str(booking.pk), "proposals", *more])


def test_a_builder_suggests_and_the_client_accepts(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo, soon(10))
    builder, client = Caller(hour.builder), Caller(cleo)

    answer = builder.post(address(booking), {"startTime": at(14), "note": "The studio is closed."})

    assert answer.status_code == 201
    proposal = answer.json()["proposal"]
    assert {**proposal, "id": ""} == {"id": "", "startTime": wire(soon(14).astimezone(UTC)), "status": "open"}
    assert builder.post(address(booking), {"startTime": at(14)}).json()["proposal"]["id"] == proposal["id"]
    builder.post(address(booking), {"startTime": at(15)})
    accepted = client.post(address(booking, proposal["id"], "accept"), {})
    assert (accepted.status_code, accepted.json()["proposal"]["status"]) == (200, "accepted")
    shown = client.send("GET", f"/api/bookings/{booking.pk}").json()["booking"]
    assert [row["status"] for row in shown["proposals"]] == ["accepted", "lapsed"]
    assert shown["startTime"] == wire(soon(14).astimezone(UTC))


def test_declining_one_keeps_the_others(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo, soon(10))
    builder, client = Caller(hour.builder), Caller(cleo)
    first = builder.post(address(booking), {"startTime": at(14)}).json()["proposal"]["id"]
    second = builder.post(address(booking), {"startTime": at(15)}).json()["proposal"]["id"]

    assert client.post(address(booking, first, "decline"), {}).json()["proposal"]["status"] == "declined"
    assert error(client.post(address(booking, first, "accept"), {}))["code"] == "proposal_closed"
    assert client.post(address(booking, second, "accept"), {}).status_code == 200


def test_only_the_right_side_may(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo, soon(10))
    other = confirmed(hour, make_person("Sam Lee"), soon(12))
    builder, client = Caller(hour.builder), Caller(cleo)
    proposal = builder.post(address(booking), {"startTime": at(14)}).json()["proposal"]["id"]

    assert client.post(address(booking), {"startTime": at(15)}).status_code == 403
    assert builder.post(address(booking, proposal, "accept"), {}).status_code == 403
    assert Caller(make_person("Mo")).post(address(booking, proposal, "accept"), {}).status_code == 404
    assert builder.post(address(other, proposal, "accept"), {}).status_code == 404


def test_a_time_that_is_not_available_is_refused(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo, soon(10))
    builder = Caller(hour.builder)

    assert error(builder.post(address(booking), {"startTime": at(3)}))["code"] == "outside_availability"
    refused = builder.post(address(booking), {"startTime": at(10)})
    assert (refused.status_code, list(error(refused)["fields"])) == (422, ["startTime"])


def test_suggesting_takes_the_scope_to_manage_and_accepting_that_to_book(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo, soon(10))
    builder, client = Caller(hour.builder), Caller(cleo)
    proposal = builder.post(address(booking), {"startTime": at(14)}).json()["proposal"]["id"]
    for caller, person, scope in ((builder, hour.builder, Scope.BOOK), (client, cleo, Scope.READ)):
        caller.headers = {"Authorization": f"Bearer {tokens.issue(user=person, name='n', scopes=[scope])}"}

    assert error(builder.post(address(booking), {"startTime": at(15)}))["code"] == "scope_required"
    assert error(client.post(address(booking, proposal, "accept"), {}))["code"] == "scope_required"
    client.headers = {"Authorization": f"Bearer {tokens.issue(user=cleo, name='b', scopes=[Scope.BOOK])}"}
    assert client.post(address(booking, proposal, "accept"), {}).status_code == 200
    assert state_of(booking) == "CONFIRMED"
