"""What a token with the scope to book may do with a booking, and what takes the scope to manage."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.tokens import services as tokens
from bookings.models import Booking
from coaching.models import SessionType
from core.scopes import Scope
from tests.bookings.cast import book, confirmed, finished, state_of
from tests.bookings.wire import at, error
from tests.cast import make_person

pytestmark = pytest.mark.django_db


def send(person: User, scope: Scope, method: str, booking: Booking, body: dict[str, Any] | None = None) -> Any:
    headers = {"Authorization": f"Bearer {tokens.issue(user=person, name='t', scopes=[scope])}"}
    sent = "" if body is None else json.dumps(body)
    return Client().generic(method, f"/api/bookings/{booking.pk}", sent, "application/json", headers=headers)


def test_the_scope_to_book_allows_a_client_to_move_and_cancel(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)

    assert send(cleo, Scope.BOOK, "GET", booking).status_code == 200
    assert send(cleo, Scope.BOOK, "PATCH", booking, {"scheduledTime": at(14)}).status_code == 200
    assert send(cleo, Scope.BOOK, "DELETE", booking).status_code == 200
    assert state_of(booking) == "CANCELLED"


def test_the_scope_to_book_allows_a_builder_to_cancel(hour: SessionType, cleo: User, ada: User) -> None:
    booking = confirmed(hour, cleo)

    assert send(ada, Scope.BOOK, "PATCH", booking, {"status": "CANCELLED", "reason": "Ill."}).status_code == 200


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_the_scope_to_read_allows_no_change(hour: SessionType, cleo: User, method: str) -> None:
    booking = confirmed(hour, cleo)

    answer = send(cleo, Scope.READ, method, booking, {"status": "CANCELLED"})

    assert error(answer)["code"] == "scope_required"
    assert state_of(booking) == "CONFIRMED"


@pytest.mark.parametrize("status", ["CONFIRMED", "CANCELLED"])
def test_answering_a_request_takes_the_scope_to_manage(hour: SessionType, cleo: User, ada: User, status: str) -> None:
    booking = book(hour, cleo)

    refused = send(ada, Scope.BOOK, "PATCH", booking, {"status": status, "reason": "Full."})

    assert refused.status_code == 403
    assert error(refused)["scope"] == "manage"
    assert state_of(booking) == "PENDING"
    assert send(ada, Scope.MANAGE, "PATCH", booking, {"status": status, "reason": "Full."}).status_code == 200


def test_cancelling_as_support_takes_the_scope_to_manage(hour: SessionType, cleo: User, suri: User) -> None:
    booking = confirmed(hour, cleo)

    refused = send(suri, Scope.BOOK, "DELETE", booking)

    assert error(refused)["code"] == "scope_required"
    assert state_of(booking) == "CONFIRMED"
    assert send(suri, Scope.MANAGE, "DELETE", booking).status_code == 200


def test_disputes_and_deliverables_take_the_scope_to_manage(hour: SessionType, cleo: User, ada: User) -> None:
    booking = finished(hour, cleo)

    dispute = send(cleo, Scope.BOOK, "PATCH", booking, {"status": "DISPUTED", "reason": "Nobody came."})
    deliver = send(ada, Scope.BOOK, "PATCH", booking, {"deliverables": ["https://example.com/notes"]})

    assert error(dispute)["code"] == error(deliver)["code"] == "scope_required"
    assert state_of(booking) == "COMPLETED"


def test_the_link_of_a_guest_is_shown_to_neither_builder_nor_support(
    guests_booking: Booking, ada: User, suri: User
) -> None:
    """Whoever has the link can act as the guest: move and cancel, accept a time, send a review."""
    for person in (ada, suri):
        whole = send(person, Scope.MANAGE, "GET", guests_booking).json()["booking"]
        assert whole["manageUrl"] is None
        assert whole["guest"]["email"], "who comes is no secret"
    headers = {"Authorization": f"Bearer {tokens.issue(user=ada, name='t', scopes=[Scope.MANAGE])}"}
    (listed,) = Client().get("/api/bookings/my-bookings?role=provider", headers=headers).json()["bookings"]
    changed = send(ada, Scope.MANAGE, "PATCH", guests_booking, {"status": "CANCELLED"}).json()["booking"]
    assert (listed["manageUrl"], changed["manageUrl"]) == (None, None)


def test_a_stranger_gets_the_same_404_for_existing_and_unknown_bookings(hour: SessionType, cleo: User) -> None:
    """A refusal by scope would tell a stranger that the booking exists."""
    sam = make_person("Sam Stranger")
    booking = confirmed(hour, cleo)

    assert send(sam, Scope.BOOK, "DELETE", booking).status_code == 404
    unknown = Booking(pk=hour.pk)
    assert send(sam, Scope.READ, "DELETE", booking).json() == send(sam, Scope.READ, "DELETE", unknown).json()
