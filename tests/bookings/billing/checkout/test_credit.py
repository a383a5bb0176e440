"""Refunds that clients keep as credit, and payments that are made with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.test import Client

from accounts.models import Notification, User
from bookings.agreement import services as agreement
from bookings.billing import services as billing
from bookings.billing.checkout import services
from bookings.billing.checkout.rules import can_be_paid_directly
from bookings.billing.payouts import schedule_payouts
from bookings.billing.queries import bill_of
from bookings.models import Booking
from coaching.models import SessionType
from coaching.packages import services as packages
from core import clock, outbox
from core.errors import Refused
from core.ids import uuid7
from core.money import Money
from core.registry import integrity_findings
from payments.account_credit.queries import credit_of
from payments.account_credit.rules import usable_for
from payments.models import Refund
from payments.payouts import releasing
from sandbox.stripe.service import StripeSandbox
from tests.at_once import DONE, at_once
from tests.bookings.billing.cast import form_for, receive
from tests.bookings.billing.checkout.cast import (
    charged,
    now_of,
    over,
    page_for,
    paid_when,
    pay_on,
    pay_page,
    payment_of,
    reserved,
    settle,
    tell,
    text_of,
)
from tests.bookings.cast import book, builder_of, client_of, finished, shop
from tests.bookings.wire import Caller
from tests.cast import make_builder_person, make_person
from tests.factories.coaching import PackageFactory
from tests.payments.stripe.captured import captured_for
from tests.scheduling.cast import soon

Browser = Callable[[User | None], Client]
CONSENT = "In a message on 3 May"


def with_credit(sandbox: StripeSandbox, hour: SessionType, person: User, amount: str, start: int = 9) -> Booking:
    """Returns a session that was paid, of which the person has got this much as credit."""
    timing = hour.payment_timing
    booking = finished(paid_when(hour, "after_session"), person, soon(start, days=9))
    paid_when(hour, timing)
    captured_for(sandbox, booking)
    billing.refund(
        booking=booking, amount=Decimal(amount), reason="Too short.", key=uuid7(), by=builder_of(booking),
        consent=CONSENT,
    )  # fmt: skip
    return now_of(booking)


def credit(person: User) -> list[str]:
    return [money.shown() for money in credit_of(person.pk)]


def check_sums() -> None:
    checks = ("payments", "payouts", "ledger", "bookings: payments")
    assert [row for row in integrity_findings(clock.now()) if row.check.startswith(checks)] == []


@pytest.mark.django_db
def test_a_refund_becomes_credit_that_pays_for_a_part_of_the_next_session(
    after: SessionType, ada: User, cleo: User, sandbox: StripeSandbox, browser_of: Browser
) -> None:
    paid = finished(after, cleo)
    captured_for(sandbox, paid)
    as_ada, as_cleo = browser_of(ada), browser_of(cleo)

    without_words = form_for(as_ada, paid, "refund", amount="30", reason="Too short.", target="credit")
    assert without_words.status_code == 422
    assert "Say how the client agreed" in without_words.content.decode()
    form_for(as_ada, paid, "refund", amount="30", reason="Too short.", target="credit", consent=CONSENT)

    assert credit(cleo) == ["$30.00"]
    assert Refund.objects.get().status == "done"
    assert charged(sandbox) == 9000  # the money stays with Waymark
    notification = Notification.objects.get(person=cleo, title__startswith="$30.00 of credit")
    assert CONSENT in notification.text
    mine = text_of(as_cleo, "/credits/")
    assert "You have $30.00 of credit" in mine
    assert "Refund of WM-222222" in mine
    assert f"The client has agreed: {CONSENT}" in text_of(as_cleo, paid.get_absolute_url())

    due = finished(after, cleo, soon(14, days=3))
    page_for(due)  # the page for the whole sum is closed once credit is used
    text = text_of(as_cleo, pay_page(due))
    assert "You have $30.00 of credit." in text
    assert "Then $60.00 is left to pay by card." in text
    as_cleo.post(pay_page(due), {"act": "credit"})
    assert "Pay $60.00" in text_of(as_cleo, pay_page(due))
    pay_on(sandbox, page_for(due))
    tell(sandbox)

    payment = payment_of(due)
    assert (payment.status, payment.amount_paid, payment.amount_from_credit) == ("paid", Decimal(90), Decimal(30))
    assert charged(sandbox) == 9000 + 6000
    assert credit(cleo) == []
    check_sums()

    billing.refund(booking=due, amount=Decimal(70), reason="Ill.", key=uuid7(), by=builder_of(due))
    outbox.deliver_due("refund")
    tell(sandbox)

    parts = Refund.objects.filter(payment=payment).order_by("amount").values_list("amount", "as_credit")
    assert list(parts) == [(Decimal(10), True), (Decimal(60), False)]
    assert credit(cleo) == ["$10.00"]
    assert sum(row["amount"] for row in sandbox.books.all("refund")) == 6000
    check_sums()


@pytest.mark.django_db
def test_credit_for_a_request_comes_back_when_it_ends(first: SessionType, cleo: User, sandbox: StripeSandbox) -> None:
    with_credit(sandbox, first, cleo, "88")
    cancelled, unpaid, declined = (book(first, cleo, soon(hour, days=5)) for hour in (9, 11, 13))

    services.use_credit(booking=cancelled)
    assert payment_of(cancelled).status == "due"
    assert now_of(cancelled).payment_due_at is not None  # the builder does not have it yet
    assert bill_of(reserved(sandbox, cancelled)).reserved.amount == 2
    agreement.cancel(booking=now_of(cancelled), by=client_of(cancelled))
    settle()
    tell(sandbox)
    assert (payment_of(cancelled).status, credit(cleo), charged(sandbox)) == ("refunded", ["$88.00"], 9000)

    services.use_credit(booking=unpaid)
    past = clock.now() - timedelta(minutes=1)
    services.end_unpaid(booking=over(unpaid, past), now=clock.now())
    assert (now_of(unpaid).state, credit(cleo)) == ("CANCELLED", ["$88.00"])

    with_credit(sandbox, first, cleo, "2", start=12)
    services.use_credit(booking=declined)
    assert now_of(declined).payment_due_at is None
    with pytest.raises(Refused, match="no credit"):
        services.use_credit(booking=book(first, cleo, soon(15, days=5)))
    agreement.decline(booking=now_of(declined), by=builder_of(declined))
    settle()
    assert (payment_of(declined).status, credit(cleo)) == ("refunded", ["$90.00"])
    check_sums()


@pytest.mark.django_db
def test_credit_comes_back_to_a_client_whose_account_is_switched_off(
    first: SessionType, cleo: User, sandbox: StripeSandbox
) -> None:
    with_credit(sandbox, first, cleo, "90")
    booking = book(first, cleo, soon(9, days=5))
    services.use_credit(booking=booking)
    User.objects.filter(pk=cleo.pk).update(is_active=False)

    agreement.decline(booking=now_of(booking), by=builder_of(booking))

    assert (now_of(booking).state, credit(cleo)) == ("CANCELLED", ["$90.00"])
    check_sums()


@pytest.mark.django_db
def test_the_builder_gets_the_rest_that_is_paid_with_credit_after_the_first_payout(
    after: SessionType, cleo: User, sandbox: StripeSandbox
) -> None:
    with_credit(sandbox, after, cleo, "30")
    due = finished(after, cleo, soon(14, days=3))
    services.use_credit(booking=due)
    schedule_payouts()
    releasing.release_due(clock.now() + timedelta(days=60))
    with_credit(sandbox, after, cleo, "60", start=12)

    services.use_credit(booking=due)

    payment = payment_of(due)
    shares = [transfer.amount + transfer.fee for transfer in payment.transfers.order_by("number")]
    assert (payment.status, shares) == ("paid", [Decimal(30), Decimal(60)])
    check_sums()


@pytest.mark.django_db
def test_what_is_paid_in_part_with_credit_cannot_be_paid_to_the_builder_directly(
    after: SessionType, cleo: User, sandbox: StripeSandbox
) -> None:
    with_credit(sandbox, after, cleo, "30")
    due = finished(after, cleo, soon(14, days=3))
    services.use_credit(booking=due)

    assert not can_be_paid_directly(now_of(due), payment_of(due))
    with pytest.raises(Refused, match="paid by card through Waymark"):
        receive(due, "60")


@pytest.mark.django_db
def test_credit_is_kept_while_the_page_to_pay_on_cannot_be_closed(
    after: SessionType, cleo: User, sandbox: StripeSandbox, browser_of: Browser
) -> None:
    with_credit(sandbox, after, cleo, "30")
    due = finished(after, cleo, soon(14, days=3))
    page_for(due)
    sandbox.set_fault("500")

    answer = browser_of(cleo).post(pay_page(due), {"act": "credit"}, follow=True)

    assert "payment provider is not answering" in answer.content.decode()
    assert credit(cleo) == ["$30.00"]


@pytest.mark.django_db
def test_a_booking_that_somebody_else_began_to_pay_does_not_use_their_credit(
    after: SessionType, cleo: User, sam: User, sandbox: StripeSandbox, browser_of: Browser
) -> None:
    for person, start in ((sam, 9), (cleo, 11)):
        with_credit(sandbox, after, person, "30", start=start)
    due = finished(after, sam, soon(14, days=3))
    page_for(due)
    Booking.objects.filter(pk=due.pk).update(client=cleo)

    with pytest.raises(Refused, match="no credit"):
        services.use_credit(booking=now_of(due))

    assert (credit(sam), credit(cleo)) == (["$30.00"], ["$30.00"])
    assert "of credit" not in text_of(browser_of(cleo), pay_page(due))


@pytest.mark.django_db
def test_credit_pays_for_a_package_that_it_covers_and_through_the_api(
    after: SessionType, cleo: User, sandbox: StripeSandbox, browser_of: Browser
) -> None:
    with_credit(sandbox, after, cleo, "90")
    package = PackageFactory.create(builder=after.builder, price=Decimal(80), currency="USD")
    purchase = packages.buy(package=package, buyer=cleo, is_gift=False)
    page = f"/packages/bought/{purchase.pk}/"
    as_cleo = browser_of(cleo)

    assert "You have $90.00 of credit." in text_of(as_cleo, page)
    as_cleo.post(page, {"act": "credit"})
    purchase.refresh_from_db()
    assert purchase.grant is not None
    assert credit(cleo) == ["$10.00"]

    refunded = packages.refund(purchase=purchase, reason="Moving.", key=uuid7(), by=after.builder, consent=None)
    assert refunded.as_credit  # it was paid with credit
    assert credit(cleo) == ["$90.00"]

    due = finished(after, cleo, soon(14, days=3))
    api = Caller(cleo)
    assert api.send("GET", "/api/credits").json()["balances"] == [{"amount": "90.00", "currency": "USD"}]
    assert api.post(f"/api/bookings/{due.pk}/credit", {}).json()["credit"] == {
        "paid": "90.00", "due": "0.00", "currency": "USD",
    }  # fmt: skip
    assert payment_of(due).status == "paid"
    assert api.post(f"/api/bookings/{due.pk}/credit", {}).status_code == 409
    check_sums()


@pytest.mark.django_db
def test_what_was_paid_to_the_builder_directly_cannot_become_credit(done: Booking) -> None:
    receive(done)

    with pytest.raises(Refused, match="directly"):
        billing.refund(booking=done, amount=Decimal(5), reason="x", key=uuid7(), by=builder_of(done), consent=CONSENT)


def test_credit_leaves_nothing_or_what_a_card_can_pay() -> None:
    def used(credit: str, due: str, currency: str = "EUR") -> Decimal:
        return usable_for(Money(Decimal(credit), currency), Money(Decimal(due), currency)).amount

    assert used("30", "90") == 30
    assert used("90", "30") == 30
    assert used("89.80", "90") == Decimal("89.50")  # the rest is the smallest payment by card
    assert used("0.10", "0.30") == 0
    assert used("149", "150", "JPY") == 100
    assert used("1.005", "9.000", "KWD") == Decimal("1.000")


def test_two_bookings_at_once_use_the_same_credit_once(committed: None, sandbox: StripeSandbox) -> None:
    cleo, hour = make_person("Cleo Park"), shop(make_builder_person("Ada Moreno"))
    with_credit(sandbox, hour, cleo, "90")
    SessionType.objects.filter(pk=hour.pk).update(payment_timing="after_session")
    hour.refresh_from_db()
    bookings = [finished(hour, cleo, soon(start, days=3)) for start in (9, 11)]

    outcomes = at_once(*(partial(services.use_credit, booking=booking) for booking in bookings))

    assert outcomes == [DONE, "no_account_credit"]
    assert credit(cleo) == []
    check_sums()
