"""Buying a package: from the page to the credits, whatever comes in between, and refunds of what is unused."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from accounts.models import Notification, User
from bookings.billing.payouts import schedule_payouts
from bookings.models import Booking
from coaching.models import SessionType
from coaching.packages import checkout, services
from coaching.packages.models import Package, PackagePurchase
from core import clock, outbox
from core.errors import Refused
from core.ids import uuid7
from core.models import OutboxMessage
from core.registry import integrity_findings
from payments.credits.models import CreditGrant
from payments.credits.queries import left_of
from payments.credits.services import claim_gift
from payments.invoices.subjects import sold_with
from payments.models import Payment, Refund, Transfer
from sandbox.stripe.service import StripeSandbox
from sandbox.stripe.wire import Failure
from tests.bookings.cast import book
from tests.bookings.wire import Caller
from tests.payments.disputes.cast import opened, read
from tests.payments.stripe.cast import DECLINED, GOOD, deliver

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]


def pay(sandbox: StripeSandbox, purchase: PackagePurchase, card: str = GOOD, times: int = 1) -> PackagePurchase:
    page = checkout.start_paying(purchase=purchase)
    with sandbox.books.lock, suppress(Failure):
        sandbox.checkout.pay(page.provider_id, card)
    for event in sandbox.books.all("event"):
        deliver(event, times)
    purchase.refresh_from_db()
    return purchase


def bought(sandbox: StripeSandbox, package: Package, buyer: User, **options: Any) -> PackagePurchase:
    return pay(sandbox, services.buy(package=package, buyer=buyer, is_gift=False), **options)


def left(purchase: PackagePurchase) -> int:
    assert purchase.grant is not None
    return left_of([purchase.grant])[purchase.grant.pk]


def test_a_client_buys_a_package(five: Package, cleo: User, sandbox: StripeSandbox, browser_of: Browser) -> None:
    browser = browser_of(cleo)
    assert "Each unused session is worth its part of the price, $81" in browser.get(
        f"/packages/{five.pk}/"
    ).content.decode().replace("\n", " ")

    answer = browser.post(f"/packages/{five.pk}/", {"price": "405.00", "currency": "USD"}, follow=True)
    assert "Continue to payment, $405" in " ".join(answer.content.decode().split())
    purchase = pay(sandbox, PackagePurchase.objects.get())

    assert left(purchase) == 5
    assert "You have bought 5 sessions" in browser.get(f"/packages/bought/{purchase.pk}/").content.decode()
    assert "5 of 5 left" in browser.get("/credits/").content.decode()
    assert Notification.objects.filter(person=five.builder, title="Cleo Park has bought “Five hours”").exists()
    assert list(integrity_findings(clock.now())) == []


def test_news_of_the_payment_ten_times_gives_the_credits_once(
    five: Package, cleo: User, sandbox: StripeSandbox
) -> None:
    purchase = bought(sandbox, five, cleo, times=10)

    assert left(purchase) == 5
    assert CreditGrant.objects.count() == 1
    assert OutboxMessage.objects.filter(channel="mail", event=f"package:{purchase.pk}").count() == 1


def test_a_card_that_is_declined_gives_none(five: Package, cleo: User, sandbox: StripeSandbox) -> None:
    purchase = bought(sandbox, five, cleo, card=DECLINED)

    assert purchase.grant is None


def test_buying_again_before_paying_leads_to_the_same_page(five: Package, cleo: User, sandbox: StripeSandbox) -> None:
    first = services.buy(package=five, buyer=cleo, is_gift=False)

    assert services.buy(package=five, buyer=cleo, is_gift=False) == first
    assert services.buy(package=five, buyer=cleo, is_gift=True) != first


def test_a_price_that_has_changed_is_not_charged(five: Package, cleo: User, sandbox: StripeSandbox) -> None:
    refused = Caller(cleo).post(f"/api/packages/{five.pk}/buy", {"price": "300.00"})

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "package_changed")
    assert not PackagePurchase.objects.exists()


def test_nobody_buys_their_own(five: Package, sandbox: StripeSandbox) -> None:
    with pytest.raises(Refused):
        services.buy(package=five, buyer=five.builder, is_gift=False)


def test_what_was_bought_keeps_its_terms(five: Package, cleo: User, sandbox: StripeSandbox) -> None:
    purchase = services.buy(package=five, buyer=cleo, is_gift=False)
    Package.objects.filter(pk=five.pk).update(sessions=3, price=Decimal(300))

    assert left(pay(sandbox, purchase)) == 5


def test_buying_over_the_api(five: Package, cleo: User, sandbox: StripeSandbox) -> None:
    answer = Caller(cleo).post(f"/api/packages/{five.pk}/buy", {})

    assert answer.status_code == 200
    assert answer.json()["checkout"]["url"].startswith("http")


def test_the_invoice_says_what_was_bought_and_until_when(five: Package, cleo: User, sandbox: StripeSandbox) -> None:
    purchase = bought(sandbox, five, cleo)

    subject = sold_with(Payment.objects.get())

    assert subject is not None
    assert subject.text == f"Five hours, 5 sessions ({purchase.reference})"
    assert purchase.grant is not None
    assert purchase.grant.expires_at is not None
    assert subject.supplied_until is not None
    assert abs((subject.supplied_until - purchase.grant.expires_at.date()).days) <= 1
    assert OutboxMessage.objects.filter(channel="invoice").exists()


# Refunds ------------------------------------------------------------------------------------------------------


def test_unused_sessions_are_refunded_at_their_part_of_the_price(
    five: Package, hour: SessionType, cleo: User, sandbox: StripeSandbox, browser_of: Browser
) -> None:
    purchase = bought(sandbox, five, cleo)
    book(hour, cleo, use_credit=True)
    address = f"/dashboard/packages/sold/{purchase.pk}/refund/"
    assert "$324" in browser_of(five.builder).get(address).content.decode()

    form = {"key": str(UUID(int=5)), "reason": "She moves away.", "target": "method"}
    for _ in range(2):
        browser_of(five.builder).post(address, form)
    outbox.deliver_due("refund")

    refund = Refund.objects.get()
    assert (refund.amount, refund.status) == (Decimal(324), "done")
    assert left(purchase) == 0
    assert Notification.objects.filter(person=cleo, title="Refund of $324.00 for “Five hours”").exists()
    assert list(integrity_findings(clock.now())) == []


def test_over_the_api_a_package_is_refunded_by_its_unused_sessions(
    five: Package, cleo: User, sandbox: StripeSandbox
) -> None:
    purchase = bought(sandbox, five, cleo)
    address = f"/api/payments/{Payment.objects.get().pk}/refunds"

    part = Caller(five.builder).post(address, {"amount": "10.00", "reason": "A part"})
    assert part.json()["error"]["code"] == "whole_package_only"

    assert Caller(five.builder).post(address, {"reason": "All"}).json()["refund"]["amount"] == "405.00"
    assert left(purchase) == 0


def refund_in_dashboard(sandbox: StripeSandbox, amount: str) -> Payment:
    payment = Payment.objects.get()
    with sandbox.books.lock:
        sandbox.payments.refund({"payment_intent": payment.intent_id, "amount": amount})
    for event in sandbox.books.all("event"):
        deliver(event, 2)
    payment.refresh_from_db()
    return payment


def test_refunding_all_of_it_in_stripes_dashboard_ends_the_unused_credits(
    five: Package, hour: SessionType, cleo: User, sandbox: StripeSandbox
) -> None:
    purchase = bought(sandbox, five, cleo)
    booking = book(hour, cleo, use_credit=True)

    refund_in_dashboard(sandbox, "40500")

    assert left(purchase) == 0
    assert Booking.objects.get(pk=booking.pk).state == booking.state, "what is booked stays booked"
    assert list(integrity_findings(clock.now())) == []


def test_after_a_part_was_refunded_in_the_dashboard_the_rest_can_be_refunded(
    five: Package, cleo: User, sandbox: StripeSandbox, browser_of: Browser
) -> None:
    purchase = bought(sandbox, five, cleo)
    refund_in_dashboard(sandbox, "5000")
    assert left(purchase) == 5

    address = f"/dashboard/packages/sold/{purchase.pk}/refund/"
    assert "Refund $355" in browser_of(five.builder).get(address).content.decode()
    services.refund(purchase=purchase, reason="Moves away", key=uuid7(), by=five.builder)

    assert left(purchase) == 0
    assert Payment.objects.get().refundable.amount == 0


def test_a_dispute_that_the_bank_decides_for_the_client_ends_the_unused_credits(
    five: Package, cleo: User, sandbox: StripeSandbox
) -> None:
    purchase = bought(sandbox, five, cleo)
    dispute = opened(sandbox, Payment.objects.get())
    assert left(purchase) == 5, "the bank has not decided"

    sandbox.disputes.lose(dispute.provider_id)
    for _ in range(2):
        read(dispute.payment)

    assert left(purchase) == 0
    assert list(integrity_findings(clock.now())) == []


def test_unused_sessions_in_dinars_are_refunded_by_a_sum_that_stripe_takes(
    five: Package, cleo: User, sandbox: StripeSandbox
) -> None:
    Package.objects.filter(pk=five.pk).update(price=Decimal("100.010"), currency="KWD", sessions=3)
    five.refresh_from_db()
    purchase = bought(sandbox, five, cleo)
    assert purchase.grant is not None

    assert purchase.refund_of_one.on_the_wire() == purchase.grant.worth(1).on_the_wire() == "33.330"
    assert services.refund(purchase=purchase, reason="All", key=uuid7(), by=five.builder).amount == Decimal("100.010")


def test_somebody_else_cannot_refund_it(five: Package, cleo: User, sandbox: StripeSandbox, browser_of: Browser) -> None:
    purchase = bought(sandbox, five, cleo)

    assert browser_of(cleo).get(f"/dashboard/packages/sold/{purchase.pk}/refund/").status_code == 403


# Payouts -------------------------------------------------------------------------------------------------------


def test_the_builder_is_paid_once_all_sessions_are_over(
    five: Package, hour: SessionType, cleo: User, sandbox: StripeSandbox
) -> None:
    purchase = bought(sandbox, five, cleo)
    booking = book(hour, cleo, use_credit=True)
    schedule_payouts()
    assert not Transfer.objects.exists(), "sessions are left"

    services.refund(purchase=purchase, reason="Moves away", key=uuid7(), by=five.builder)
    schedule_payouts()
    assert not Transfer.objects.exists(), "a session is ahead"

    Booking.objects.filter(pk=booking.pk).update(
        state="COMPLETED", answer_by=None, confirmed_at=clock.now(), completed_at=clock.now()
    )
    schedule_payouts()
    assert Transfer.objects.get().owner == five.builder


def test_whoever_has_claimed_a_gift_is_told_of_its_refund(
    five: Package, cleo: User, suri: User, sandbox: StripeSandbox
) -> None:
    purchase = pay(sandbox, services.buy(package=five, buyer=cleo, is_gift=True))
    assert purchase.grant_id is not None
    claim_gift(grant_id=purchase.grant_id, by=suri)

    services.refund(purchase=purchase, reason="Moves away", key=uuid7(), by=five.builder)

    notification = Notification.objects.get(person=suri)
    assert "have ended" in notification.title
    assert "$" not in notification.text
