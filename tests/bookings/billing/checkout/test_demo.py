"""The demo's bookings in each state of a payment by card."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from bookings.billing.queries import bill_of
from bookings.demo.bank_disputes import add_bank_disputes
from bookings.demo.online_payments import add_online_payments
from bookings.models import Booking
from coaching.models import SessionType
from core import clock
from core.registry import DemoPlan, integrity_findings
from payments.account_credit.queries import credit_of
from payments.models import Payment, PaymentDispute
from sandbox.server import Sandbox

pytestmark = pytest.mark.django_db


def test_there_is_one_of_each(first: SessionType, server: Sandbox, ada: User, cleo: User, settings: Any) -> None:
    settings.SANDBOX_URL = server.address
    plan = DemoPlan(builders=1, bookings=1, seed=7, now=clock.now())

    add_online_payments(plan, ada, cleo)
    add_online_payments(plan, ada, cleo)

    states = [(booking.state, bill_of(booking).status) for booking in Booking.objects.order_by("starts_at")]
    assert states == [
        ("PENDING", "authorised"), ("CONFIRMED", "partly_refunded"), ("PENDING", "failed"), ("CANCELLED", "due"),
    ]  # fmt: skip
    assert [money.shown() for money in credit_of(cleo.pk)] == ["$30.00"]
    assert Payment.objects.count() == 3
    assert list(integrity_findings(clock.now())) == []


def test_there_is_a_bank_dispute_of_each_kind(
    first: SessionType, server: Sandbox, ada: User, cleo: User, settings: Any
) -> None:
    settings.SANDBOX_URL = server.address
    plan = DemoPlan(builders=1, bookings=1, seed=7, now=clock.now())

    for _ in range(2):
        add_bank_disputes(plan, ada, cleo)

    disputes = PaymentDispute.objects.order_by("payment__created_at")
    assert [dispute.status for dispute in disputes] == ["won", "lost", "needs_response"]
    assert [booking.state for booking in Booking.objects.order_by("starts_at")] == ["COMPLETED"] * 3 + ["DISPUTED"]
    assert list(integrity_findings(clock.now())) == []
