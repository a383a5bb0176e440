"""Sessions that are paid when they are booked: faults of the provider, late ends, and what the pages then say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Notification, User
from bookings.agreement import services as agreement
from bookings.billing import services as billing
from bookings.billing.checkout import services
from bookings.billing.queries import bill_of
from bookings.models import Booking
from bookings.tasks import settle_payments_again
from coaching.models import SessionType
from core import clock
from core.errors import Refused
from core.ids import uuid7
from core.models import OutboxMessage
from core.registry import integrity_findings
from payments import checkouts
from payments.models import Checkout
from payments.states import Method
from sandbox.stripe.service import StripeSandbox
from tests.bookings.billing.checkout.cast import (
    charged,
    intents,
    now_of,
    over,
    page_for,
    pay_on,
    pay_page,
    payment_of,
    reserved,
    settle,
    tell,
    text_of,
)
from tests.bookings.cast import book, builder_of, client_of
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]


@pytest.mark.parametrize("fault", ["drop", "500", "broken", "429", "garbage"])
def test_a_page_that_was_asked_for_twice_is_created_once(
    first: SessionType, sandbox: StripeSandbox, cleo: User, fault: str
) -> None:
    booking = book(first, cleo)
    sandbox.set_fault(f"{fault} once")
    with pytest.raises(Refused) as refused:
        page_for(booking)
    assert refused.value.refusal.code == "provider_down"

    pay_on(sandbox, page_for(booking))
    tell(sandbox)

    paid = [session for session in sandbox.books.all("checkout.session") if session["status"] == "complete"]
    assert (len(paid), len(intents(sandbox)), payment_of(booking).status) == (1, 1, "authorised")


def test_if_stripe_was_away_for_long_the_time_is_kept_longer(
    first: SessionType, sandbox: StripeSandbox, cleo: User
) -> None:
    booking = book(first, cleo)
    Booking.objects.update(created_at=clock.now() - timedelta(minutes=20))
    over(booking, clock.now() + timedelta(minutes=11))

    checkout = page_for(booking)

    assert now_of(booking).payment_due_at == checkout.expires_at
    assert checkout.expires_at - clock.now() > timedelta(minutes=30)


def test_the_time_is_not_kept_for_hours_without_a_page_to_pay_on(
    first: SessionType, sandbox: StripeSandbox, cleo: User
) -> None:
    booking = book(first, cleo)
    Booking.objects.update(created_at=clock.now() - timedelta(minutes=100))
    end = over(booking, clock.now() + timedelta(minutes=11)).payment_due_at

    with pytest.raises(Refused, match="could not be paid in time"):
        page_for(booking)

    assert now_of(booking).payment_due_at == end


def test_a_page_that_is_open_can_be_found_again_until_it_ends(first: SessionType, cleo: User) -> None:
    booking = book(first, cleo)
    page = page_for(booking)
    Booking.objects.update(created_at=clock.now() - timedelta(minutes=100))

    assert page_for(booking).address == page.address


def test_a_late_cancellation_says_that_its_fee_is_taken(
    first: SessionType, sandbox: StripeSandbox, cleo: User, browser_of: Browser
) -> None:
    booking = reserved(sandbox, book(first, cleo))
    agreement.confirm(booking=booking, by=builder_of(booking))
    Booking.objects.update(tiers=[[0, 50]])
    agreement.cancel(booking=now_of(booking), by=client_of(booking))

    page = text_of(browser_of(None), pay_page(booking))

    assert "The cancellation fee of $45.00 is taken from your card. What is left of the reservation ends." in page
    assert "nothing is charged" not in page


def test_a_cancelled_request_says_that_nothing_is_charged(
    first: SessionType, sandbox: StripeSandbox, cleo: User, browser_of: Browser
) -> None:
    booking = reserved(sandbox, book(first, cleo))
    agreement.cancel(booking=booking, by=client_of(booking))

    page = text_of(browser_of(None), pay_page(booking))

    assert "The reservation on your card ends automatically, and nothing is charged." in page
    assert "$0.00 is reserved" not in page


@pytest.mark.parametrize("fault", ["drop", "500", "broken"])
def test_a_capture_that_is_cut_off_takes_once(
    first: SessionType, sandbox: StripeSandbox, cleo: User, fault: str
) -> None:
    booking = reserved(sandbox, book(first, cleo))
    agreement.confirm(booking=booking, by=builder_of(booking))
    sandbox.set_fault(f"{fault} once")
    settle()
    OutboxMessage.objects.filter(channel="payment").update(due_at=clock.now())
    settle()

    assert (payment_of(booking).status, charged(sandbox)) == ("paid", 9000)
    assert list(integrity_findings(clock.now())) == []


def test_a_receipt_cannot_be_recorded_beside_it(first: SessionType, sandbox: StripeSandbox, cleo: User) -> None:
    booking = reserved(sandbox, book(first, cleo))

    with pytest.raises(Refused, match="through Waymark"):
        billing.record_receipt(
            booking=booking, amount=booking.total, method=Method.CASH, received_on=clock.now().date(), note="",
            key=uuid7(), by=builder_of(booking),
        )  # fmt: skip


def test_a_session_of_before_payments_is_not_called_unpaid(done: Booking, ada: User, browser_of: Browser) -> None:
    assert bill_of(done).is_unpaid
    Booking.objects.update(payment_timing="")

    bill = bill_of(now_of(done))

    assert (bill.is_unpaid, bill.label) == (False, "Not recorded")
    assert done.reference not in text_of(browser_of(ada), "/dashboard/payments/?show=unpaid")


def test_a_reservation_that_ends_before_it_is_taken_is_told_to_both_sides(
    first: SessionType, sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    booking = reserved(sandbox, book(first, cleo))
    sandbox.set_fault("500")
    agreement.confirm(booking=booking, by=builder_of(booking))
    settle()
    sandbox.set_fault("none")
    sandbox.advance(8 * 86_400)

    tell(sandbox, times=2)

    titles = [
        list(Notification.objects.filter(person=person, title__startswith="We could not").values_list("title"))
        for person in (cleo, ada)
    ]
    assert titles == [
        [("We could not charge $90.00 to your card",)],
        [("We could not take the payment from Cleo Park",)],
    ]
    assert (now_of(booking).state, charged(sandbox)) == ("CONFIRMED", 0)


def test_what_is_still_reserved_is_taken_after_days_without_stripe(
    first: SessionType, sandbox: StripeSandbox, cleo: User
) -> None:
    booking = reserved(sandbox, book(first, cleo))
    agreement.confirm(booking=booking, by=builder_of(booking))
    OutboxMessage.objects.filter(channel="payment", state="waiting").update(state="dead")

    settle()
    assert charged(sandbox) == 0
    settle_payments_again(clock.now())
    settle()

    assert charged(sandbox) == 9000


def test_a_page_whose_answer_was_lost_is_asked_for_again_with_other_values(
    first: SessionType, sandbox: StripeSandbox, cleo: User
) -> None:
    booking = book(first, cleo)
    sandbox.set_fault("drop once")
    with pytest.raises(Refused):
        page_for(booking)
    User.objects.filter(pk=cleo.pk).update(email="new@example.test")

    checkout = page_for(now_of(booking))

    assert Checkout.objects.get() == checkout
    assert checkout.state == Checkout.State.OPEN
    pay_on(sandbox, checkout)
    tell(sandbox)
    assert payment_of(booking).status == "authorised"


def test_a_page_that_cannot_be_closed_keeps_no_other_waiting(
    first: SessionType, sandbox: StripeSandbox, cleo: User, suri: User
) -> None:
    failing, other = (page_for(book(first, person, soon(at))) for person, at in ((cleo, 9), (suri, 12)))
    now = clock.now()
    for checkout, hours in ((failing, 3), (other, 2)):
        before = now - timedelta(hours=hours)
        Checkout.objects.filter(pk=checkout.pk).update(expires_at=before, changed_at=before)
    assert checkouts.overdue(now, limit=1) == [failing]
    sandbox.set_fault("500 once")

    services.read_overdue_pages(now, limit=1)

    assert checkouts.overdue(now, limit=1) == [other]
