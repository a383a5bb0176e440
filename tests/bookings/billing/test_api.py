"""The API's section "Payments", and what a booking says about its payment."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.models import User
from bookings.billing import services
from bookings.models import Booking
from coaching.models import SessionType
from core import clock
from core.ids import uuid7
from payments.models import Payment, Refund
from payments.states import Method
from tests.bookings.cast import book, builder_of, confirmed
from tests.bookings.wire import Caller, error
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment(done: Booking) -> Payment:
    return services.record_receipt(
        booking=done, amount=Decimal(60), method=Method.CASH, received_on=clock.now().date(), note="", key=uuid7(),
        by=builder_of(done),
    )  # fmt: skip


def test_a_booking_has_its_payment(payment: Payment, done: Booking, cleo: User) -> None:
    body = Caller(cleo).send("GET", f"/api/bookings/{done.pk}").json()["booking"]

    assert body["payment"] == {
        "status": "due", "timing": "outside", "amountDue": "30.00", "amountPaid": "60.00", "amountRefunded": "0.00",
        "currency": "USD", "payUrl": None, "dueAt": None, "captureBefore": None,
    }  # fmt: skip


def test_a_request_has_none_and_a_confirmed_session_has_one(hour: SessionType, cleo: User) -> None:
    book(hour, cleo)
    confirmed(hour, cleo, soon(12))

    body = Caller(cleo).send("GET", "/api/bookings/my-bookings").json()

    assert [booking["payment"] and booking["payment"]["amountDue"] for booking in body["bookings"]] == ["90.00", None]


def test_each_side_lists_its_payments(payment: Payment, done: Booking, ada: User, cleo: User, sam: User) -> None:
    def listed(person: User, query: str = "") -> list[str]:
        return [row["id"] for row in Caller(person).send("GET", f"/api/payments{query}").json()["payments"]]

    own = [str(payment.pk)]
    assert (listed(cleo), listed(ada), listed(sam)) == (own, [], [])
    assert listed(ada, "?role=builder&status=due&from=2020-01-01") == own
    assert listed(ada, "?role=builder&status=paid") == []
    assert listed(cleo, "?to=2020-01-01") == []


@pytest.mark.parametrize("query", ["role=owner", "status=odd", "from=x", "to=x", "limit=0", "cursor=x"])
def test_invalid_filters_are_refused(payment: Payment, cleo: User, query: str) -> None:
    assert Caller(cleo).send("GET", f"/api/payments?{query}").status_code == 422


def test_one_payment_with_refunds_and_the_entries_of_the_own_side(
    payment: Payment, done: Booking, ada: User, cleo: User
) -> None:
    address = f"/api/payments/{payment.pk}"
    Caller(ada).post(f"{address}/refunds", {"amount": "10", "reason": "Too short."})

    theirs, mine = (Caller(person).send("GET", address).json()["payment"] for person in (cleo, ada))

    assert mine["subject"] == {"kind": "booking", "id": str(done.pk), "reference": done.reference}
    assert (mine["amount"], mine["paid"], mine["refunded"], mine["method"]) == ("90.00", "60.00", "10.00", "cash")
    assert [(entry["kind"], entry["amount"]) for entry in mine["entries"]] == [
        ("returned", "10.00"),
        ("received", "60.00"),
    ]
    assert theirs["entries"] == []
    assert [refund["reason"] for refund in theirs["refunds"]] == ["Too short."]


def test_a_stranger_gets_404_and_the_client_403(payment: Payment, cleo: User, sam: User, suri: User) -> None:
    address = f"/api/payments/{payment.pk}"
    body = {"reason": "Please."}

    assert Caller(sam).send("GET", address).status_code == 404
    assert Caller(sam).post(f"{address}/refunds", body).status_code == 404
    assert Caller(cleo).post(f"{address}/refunds", body).status_code == 403
    assert Caller(None).send("GET", address).status_code == 401
    assert not Refund.objects.exists()
    assert Caller(suri).send("GET", address).status_code == 200
    assert Caller(suri).post(f"{address}/refunds", body).status_code == 201


def test_a_refund_with_a_key_counts_once(payment: Payment, ada: User) -> None:
    caller, address = Caller(ada), f"/api/payments/{payment.pk}/refunds"
    headers = {"Idempotency-Key": "one"}

    first, again = (caller.post(address, {"amount": "25", "reason": "Half."}, **headers) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["refund"] == again.json()["refund"]
    assert first.json()["refund"]["amount"] == "25.00"
    assert Refund.objects.count() == 1


def test_more_than_is_left_is_refused(payment: Payment, ada: User) -> None:
    answer = Caller(ada).post(f"/api/payments/{payment.pk}/refunds", {"amount": "60.01", "reason": "All."})

    assert (answer.status_code, error(answer)["code"]) == (409, "over_refund")
