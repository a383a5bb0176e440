"""Two who pay at once, the end of the time to pay, and a worker that is killed between Stripe's answer and the commit."""

from __future__ import annotations

from functools import partial

import pytest

from accounts.models import User
from bookings.agreement import services as agreement
from bookings.billing import services as billing
from bookings.billing.checkout import services
from bookings.billing.queries import bill_of
from bookings.models import Booking
from coaching.models import SessionType
from core import clock
from core.ids import uuid7
from core.registry import integrity_findings
from payments.models import Checkout
from payments.states import Method
from payments.stripe import operations, refreshing
from sandbox.stripe.service import StripeSandbox
from tests.at_once import DONE, at_once
from tests.bookings.billing.checkout.cast import charged, now_of, page_for, paid_when, pay_on, payment_of, settle
from tests.bookings.cast import book, builder_of, client_of, confirmed, shop
from tests.cast import make_builder_person, make_person


@pytest.fixture
def cleo(committed: None) -> User:
    return make_person("Cleo Park")


@pytest.fixture
def hour(committed: None) -> SessionType:
    return shop(make_builder_person("Ada Moreno"))


def test_two_tabs_at_once_get_one_page(first: SessionType, sandbox: StripeSandbox, cleo: User) -> None:
    booking = book(first, cleo)

    outcomes = at_once(partial(page_for, booking), partial(page_for, booking))

    assert Checkout.objects.count() == len(sandbox.books.all("checkout.session")) == 1
    assert DONE in outcomes
    assert page_for(booking).state == Checkout.State.OPEN


def test_paying_while_the_time_ends_is_one_charge_or_none(
    first: SessionType, sandbox: StripeSandbox, cleo: User
) -> None:
    booking = book(paid_when(first, "at_booking", auto_confirm=True), cleo)
    page = page_for(booking)
    pay_on(sandbox, page)
    intent = sandbox.books.all("payment_intent")[0]["id"]
    now = clock.now()
    Booking.objects.filter(pk=booking.pk).update(payment_due_at=now, answer_by=now)
    overdue = now_of(booking)

    at_once(partial(services.end_unpaid, booking=overdue, now=now), partial(refreshing.refresh_payment, intent))
    settle()

    state, paid = now_of(booking).state, payment_of(booking).status
    assert (state, paid, charged(sandbox)) in [("CONFIRMED", "paid", 9000), ("CANCELLED", "cancelled", 0)]
    assert list(integrity_findings(clock.now())) == []


def test_a_worker_killed_after_the_page_was_created_leads_to_the_same_page(
    first: SessionType, sandbox: StripeSandbox, cleo: User
) -> None:
    booking = book(first, cleo)
    page = page_for(booking)
    Checkout.objects.update(state="new", provider_id="", address="")  # as before the commit that was lost

    assert page_for(booking).provider_id == page.provider_id
    assert len(sandbox.books.all("checkout.session")) == 1


def test_a_worker_killed_after_the_capture_takes_once(first: SessionType, sandbox: StripeSandbox, cleo: User) -> None:

    booking = book(paid_when(first, "at_booking", auto_confirm=True), cleo)
    pay_on(sandbox, page_for(booking))
    services.check_payment(booking=booking)
    operations.capture(payment_of(booking).intent_id)  # and nothing was stored

    settle()

    assert (payment_of(booking).status, charged(sandbox)) == ("paid", 9000)


def test_a_receipt_against_a_cancellation(hour: SessionType, cleo: User) -> None:
    booking = confirmed(hour, cleo)
    receive = partial(
        billing.record_receipt, booking=booking, amount=booking.total, method=Method.CASH,
        received_on=clock.now().date(), note="", key=uuid7(), by=builder_of(booking),
    )  # fmt: skip

    outcomes = at_once(receive, partial(agreement.cancel, booking=booking, by=client_of(booking)))

    bill = bill_of(now_of(booking))
    assert set(outcomes) <= {DONE, "nothing_due"}
    assert bill.owed.amount == 0
    assert bill.to_return == bill.refundable
    assert list(integrity_findings(clock.now())) == []
