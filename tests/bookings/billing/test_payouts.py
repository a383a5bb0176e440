"""Payouts of bookings: scheduled once they are over, with the shares that they were booked with."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from bookings.agreement import services as agreement
from bookings.billing import payouts
from bookings.models import Booking
from coaching.models import SessionType
from coaching.sharing import services as sharing
from coaching.sharing.services import WantedShare
from core import clock
from payments.models import PayoutHold, Transfer
from payments.payouts import holds
from sandbox.stripe.service import StripeSandbox
from tests.bookings.billing.checkout.cast import paid_when
from tests.bookings.cast import builder_of, client_of, confirmed
from tests.cast import make_builder_person
from tests.payments.payouts.cast import check_books, in_account, onboarded, pay_due
from tests.payments.stripe.captured import captured_for
from tests.payments.stripe.conftest import sandbox, server

__all__ = ["sandbox", "server"]
pytestmark = pytest.mark.django_db


def completed(booking: Booking) -> Booking:
    agreement.start(booking=booking, by=builder_of(booking))
    return agreement.complete(booking=booking, by=builder_of(booking))


def make_due() -> None:
    Transfer.objects.update(due_at=clock.now())
    pay_due()


def test_a_completed_session_is_paid_out_after_three_days(
    sandbox: StripeSandbox, hour: SessionType, ada: User, cleo: User, settings: Any
) -> None:
    settings.PAYOUT_DELAY_DAYS = 3
    account = onboarded(sandbox, ada)
    booking = confirmed(paid_when(hour, "after_session"), cleo)
    captured_for(sandbox, booking)
    assert payouts.schedule_payouts() == 0

    booking = completed(booking)
    assert [payouts.schedule_payouts(), payouts.schedule_payouts()] == [1, 0]

    transfer = Transfer.objects.get()
    assert booking.completed_at is not None
    assert transfer.due_at == booking.completed_at + timedelta(days=3)
    pay_due()
    assert in_account(sandbox, account) == {}
    make_due()
    assert in_account(sandbox, account) == {"usd": 8100}
    check_books(sandbox)


def test_a_session_keeps_the_shares_it_was_booked_with(
    sandbox: StripeSandbox, hour: SessionType, ada: User, cleo: User
) -> None:
    bo = make_builder_person("Bo Lindqvist")
    first, second = onboarded(sandbox, ada), onboarded(sandbox, bo)
    sharing.save_shares(session_type=hour, shares=[WantedShare(bo, Decimal(40))], by=ada)
    sharing.answer(share=hour.price_shares.get(), accepts=True, by=bo)
    hour.refresh_from_db()
    booking = confirmed(paid_when(hour, "after_session"), cleo)
    sharing.save_shares(session_type=hour, shares=[], by=ada)
    captured_for(sandbox, booking)
    completed(booking)

    payouts.schedule_payouts()
    make_due()

    assert (in_account(sandbox, first), in_account(sandbox, second)) == ({"usd": 4860}, {"usd": 3240})
    browser = Client()
    browser.force_login(ada)
    shown = browser.get(f"/api/bookings/{booking.pk}").json()["booking"]["splits"]
    assert [(row["builder"]["displayName"], row["percent"], row["amount"]) for row in shown] == [
        ("Ada Moreno", "60", "48.60"),
        ("Bo Lindqvist", "40", "32.40"),
    ]
    check_books(sandbox)


def test_a_session_in_dispute_is_not_scheduled(sandbox: StripeSandbox, hour: SessionType, cleo: User) -> None:
    booking = confirmed(paid_when(hour, "after_session"), cleo)
    captured_for(sandbox, booking)
    Booking.objects.filter(pk=booking.pk).update(state="DISPUTED")
    assert payouts.schedule_payouts() == 0


def test_the_fee_of_a_cancelled_session_is_paid_out(
    sandbox: StripeSandbox, hour: SessionType, ada: User, cleo: User
) -> None:
    account = onboarded(sandbox, ada)
    booking = confirmed(paid_when(hour, "after_session"), cleo)
    captured_for(sandbox, booking)
    Booking.objects.filter(pk=booking.pk).update(tiers=[[0, 50]])
    agreement.cancel(booking=booking, by=client_of(booking))
    pay_due()

    payouts.schedule_payouts()
    make_due()

    assert in_account(sandbox, account) == {"usd": 4050}
    check_books(sandbox)


def test_a_payout_names_its_session_and_what_it_waits_for(
    sandbox: StripeSandbox, hour: SessionType, ada: User, cleo: User, adas: Client
) -> None:
    onboarded(sandbox, ada)
    booking = confirmed(paid_when(hour, "after_session"), cleo)
    payment = captured_for(sandbox, booking)
    completed(booking)
    payouts.schedule_payouts()
    holds.hold(payment=payment, reason=PayoutHold.Reason.DISPUTE)

    page = adas.get("/dashboard/payouts/").content.decode()

    assert booking.title in page
    assert "Cleo Park" in page
    assert "The client disputes the session." in page
