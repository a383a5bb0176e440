"""What a token for booking does with a booking, and what only one for everything does."""

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


def ask(person: User, scope: Scope, method: str, booking: Booking, body: dict[str, Any] | None = None) -> Any:
    headers = {"Authorization": f"Bearer {tokens.issue(user=person, name='t', scopes=[scope])}"}
    sent = "" if body is None else json.dumps(body)
    return Client().generic(method, f"/api/bookings/{booking.pk}", sent, "application/json", headers=headers)


def test_booking_moves_and_cancels_ones_own(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)

    assert ask(cleo, Scope.BOOK, "GET", booking).status_code == 200
    assert ask(cleo, Scope.BOOK, "PATCH", booking, {"scheduledTime": at(14)}).status_code == 200
    assert ask(cleo, Scope.BOOK, "DELETE", booking).status_code == 200
    assert state_of(booking) == "CANCELLED"


def test_a_builder_cancels_with_it_too(hour: SessionType, cleo: User, ada: User) -> None:
    booking = confirmed(hour, cleo)

    assert ask(ada, Scope.BOOK, "PATCH", booking, {"status": "CANCELLED", "reason": "Ill."}).status_code == 200


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_reading_neither_moves_nor_cancels(hour: SessionType, cleo: User, method: str) -> None:
    booking = confirmed(hour, cleo)

    answer = ask(cleo, Scope.READ, method, booking, {"status": "CANCELLED"})

    assert error(answer)["code"] == "scope_required"
    assert state_of(booking) == "CONFIRMED"


@pytest.mark.parametrize("status", ["CONFIRMED", "CANCELLED"])
def test_answering_a_request_is_to_manage(hour: SessionType, cleo: User, ada: User, status: str) -> None:
    booking = book(hour, cleo)

    refused = ask(ada, Scope.BOOK, "PATCH", booking, {"status": status, "reason": "Full."})

    assert refused.status_code == 403
    assert error(refused)["scope"] == "manage"
    assert state_of(booking) == "PENDING"
    assert ask(ada, Scope.MANAGE, "PATCH", booking, {"status": status, "reason": "Full."}).status_code == 200


def test_support_cancels_for_others_only_with_a_token_for_everything(hour: SessionType, cleo: User, suri: User) -> None:
    booking = confirmed(hour, cleo)

    refused = ask(suri, Scope.BOOK, "DELETE", booking)

    assert error(refused)["code"] == "scope_required"
    assert state_of(booking) == "CONFIRMED"
    assert ask(suri, Scope.MANAGE, "DELETE", booking).status_code == 200


def test_disputes_and_deliverables_are_to_manage(hour: SessionType, cleo: User, ada: User) -> None:
    booking = finished(hour, cleo)

    dispute = ask(cleo, Scope.BOOK, "PATCH", booking, {"status": "DISPUTED", "reason": "Nobody came."})
    deliver = ask(ada, Scope.BOOK, "PATCH", booking, {"deliverables": ["https://example.com/notes"]})

    assert error(dispute)["code"] == error(deliver)["code"] == "scope_required"
    assert state_of(booking) == "COMPLETED"


@pytest.mark.parametrize("scope", Scope)
def test_the_link_of_a_guest_goes_to_tokens_for_everything_alone(
    guests_booking: Booking, ada: User, suri: User, scope: Scope
) -> None:
    """Whoever has it can move and cancel as the guest."""
    for person in (ada, suri):
        whole = ask(person, scope, "GET", guests_booking).json()["booking"]
        assert (whole["manageUrl"] is not None) == (scope == Scope.MANAGE)
        assert whole["guest"]["email"], "who comes is no secret"
    headers = {"Authorization": f"Bearer {tokens.issue(user=ada, name='t', scopes=[scope])}"}
    (listed,) = Client().get("/api/bookings/my-bookings?role=provider", headers=headers).json()["bookings"]
    assert (listed["manageUrl"] is not None) == (scope == Scope.MANAGE)


def test_a_stranger_learns_nothing_from_scopes(hour: SessionType, cleo: User) -> None:
    """Whether a booking exists is not said to somebody who may not see it, whatever their token allows."""
    sam = make_person("Sam Stranger")
    booking = confirmed(hour, cleo)

    assert ask(sam, Scope.BOOK, "DELETE", booking).status_code == 404
    unknown = Booking(pk=hour.pk)
    assert ask(sam, Scope.READ, "DELETE", booking).json() == ask(sam, Scope.READ, "DELETE", unknown).json()
