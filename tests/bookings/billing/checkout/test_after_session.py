"""Sessions that are paid once they are over, and those that a builder books for a client."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import Notification, User
from bookings.agreement import services as agreement
from bookings.billing.checkout import services
from bookings.billing.checkout.timing import timing_for_client
from bookings.billing.queries import bill_of
from bookings.models import Booking
from coaching.models import SessionType
from core import clock, outbox
from core.errors import Refused
from core.models import OutboxMessage
from core.money import Money
from core.registry import integrity_findings
from sandbox.stripe.service import StripeSandbox
from tests.bookings.billing.cast import form_for
from tests.bookings.billing.checkout.cast import (
    charged,
    intents,
    now_of,
    page_for,
    paid_when,
    pay_on,
    pay_page,
    payment_of,
    tell,
    text_of,
)
from tests.bookings.cast import builder_of, client_of, confirmed, finished
from tests.payments.stripe.cast import DECLINED

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]


def ask() -> None:
    """Sends what asks clients to pay, reminders too, as if their time had come."""
    OutboxMessage.objects.filter(channel="payment_request").update(due_at=clock.now())
    outbox.deliver_due("payment_request")


def asked(cleo: User) -> list[str]:
    return list(
        Notification.objects.filter(person=cleo, kind="payment").order_by("title").values_list("title", flat=True)
    )


def test_nothing_can_be_paid_before_it_is_over(after: SessionType, cleo: User, browser_of: Browser) -> None:
    booking = confirmed(after, cleo)

    with pytest.raises(Refused, match="once the session is over"):
        page_for(booking)
    assert "You pay with your card after the session" not in text_of(browser_of(cleo), pay_page(booking))
    assert "This is paid once the session is over." in text_of(browser_of(cleo), pay_page(booking))


def test_once_it_is_completed_the_client_is_asked_to_pay(after: SessionType, cleo: User) -> None:
    booking = finished(after, cleo)
    outbox.deliver_due("payment_request")

    assert bill_of(booking).is_unpaid
    assert asked(cleo) == ["Please pay $90.00 for Coaching hour with Ada Moreno"]
    assert Notification.objects.get(person=cleo, kind="payment").url == pay_page(booking)


def test_the_link_works_without_signing_in(
    after: SessionType, sandbox: StripeSandbox, cleo: User, browser_of: Browser
) -> None:
    booking = finished(after, cleo)
    anybody = browser_of(None)

    answer = anybody.post(pay_page(booking), {"act": "pay"})

    assert answer["Location"] == pay_page(booking)
    page = text_of(anybody, pay_page(booking))
    session = sandbox.books.all("checkout.session")[0]
    assert f'href="{session["url"]}"' in page
    assert session["customer_email"] == cleo.email


def test_what_is_paid_is_taken_at_once_and_reminders_stop(
    after: SessionType, sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    booking = finished(after, cleo)
    pay_on(sandbox, page_for(booking))
    tell(sandbox, times=2)

    ask()

    payment = payment_of(booking)
    assert (payment.status, payment.refundable.on_the_wire(), charged(sandbox)) == ("paid", "90.00", 9000)
    assert asked(cleo) == ["You have paid $90.00 for your session with Ada Moreno"]
    assert Notification.objects.filter(person=ada, title="Cleo Park has paid $90.00").count() == 1
    assert list(integrity_findings(clock.now())) == []


def test_nobody_is_asked_to_begin_to_pay_while_payments_are_switched_off(
    after: SessionType, cleo: User, settings: Any
) -> None:
    finished(after, cleo)
    settings.USE_PAYMENTS = False

    ask()

    assert asked(cleo) == []


def test_those_who_have_begun_to_pay_are_still_asked_then(after: SessionType, cleo: User, settings: Any) -> None:
    page_for(finished(after, cleo))
    settings.USE_PAYMENTS = False

    ask()

    assert len(asked(cleo)) == 4


def test_reminders_go_on_until_it_is_paid(after: SessionType, cleo: User) -> None:
    finished(after, cleo)

    ask()

    assert len(asked(cleo)) == 4


def test_a_new_page_replaces_one_that_has_expired(after: SessionType, sandbox: StripeSandbox, cleo: User) -> None:
    booking = finished(after, cleo)
    first = page_for(booking)
    with sandbox.books.lock:
        sandbox.checkout.expire(first.provider_id, {})
    type(first).objects.update(expires_at=clock.now())

    second = page_for(booking)

    assert first.provider_id != second.provider_id
    assert [session["status"] for session in sandbox.books.all("checkout.session")] == ["expired", "open"]


def test_a_page_that_the_provider_has_forgotten_is_replaced(
    after: SessionType, sandbox: StripeSandbox, cleo: User
) -> None:
    booking = finished(after, cleo)
    first = page_for(booking)
    with sandbox.books.lock:
        del sandbox.books.objects[first.provider_id]  # as after a change from test keys to live ones
    type(first).objects.update(expires_at=clock.now() - timedelta(minutes=3))

    assert services.read_overdue_pages(clock.now()) == 1

    first.refresh_from_db()
    assert (first.state, page_for(booking).state) == ("expired", "open")


def test_a_declined_card_leaves_it_unpaid(after: SessionType, sandbox: StripeSandbox, cleo: User) -> None:
    booking = finished(after, cleo)
    with pytest.raises(Exception, match="declined"):
        pay_on(sandbox, page_for(booking), DECLINED)
    tell(sandbox)

    assert (payment_of(booking).status, bill_of(booking).is_unpaid, charged(sandbox)) == ("failed", True, 0)


def test_nobody_pays_first_for_what_a_builder_books_for_them(first: SessionType, ada: User) -> None:
    assert timing_for_client(first, Money(Decimal(90), "USD"), ada) == "after_session"


def test_a_fee_for_cancelling_is_paid_by_the_same_link(after: SessionType, sandbox: StripeSandbox, cleo: User) -> None:
    booking = confirmed(after, cleo)
    Booking.objects.update(tiers=[[0, 100]])
    agreement.cancel(booking=now_of(booking), by=client_of(booking))

    pay_on(sandbox, page_for(now_of(booking)))
    tell(sandbox)

    assert (payment_of(booking).status, charged(sandbox), len(intents(sandbox))) == ("paid", 9000, 1)


def test_the_client_is_asked_for_the_fee_of_a_cancellation(after: SessionType, cleo: User) -> None:
    booking = confirmed(after, cleo)
    Booking.objects.update(tiers=[[0, 50]])
    agreement.cancel(booking=now_of(booking), by=client_of(booking))

    outbox.deliver_due("payment_request")

    assert asked(cleo) == ["Please pay $45.00 for cancelling Coaching hour with Ada Moreno"]


def test_nobody_is_asked_for_a_cancellation_without_a_fee(after: SessionType, cleo: User) -> None:
    booking = confirmed(after, cleo)
    Booking.objects.update(tiers=[])
    agreement.cancel(booking=now_of(booking), by=client_of(booking))

    ask()

    assert asked(cleo) == []


def test_the_builder_reads_when_it_is_paid(after: SessionType, ada: User, cleo: User, browser_of: Browser) -> None:
    booking = confirmed(after, cleo)

    page = text_of(browser_of(ada), booking.get_absolute_url())

    assert "After the session, with a card." in page
    assert "Mark as paid" not in page
    assert builder_of(booking).person == ada


def test_a_type_of_another_timing_is_not_touched(hour: SessionType, cleo: User) -> None:
    booking = finished(paid_when(hour, "outside"), cleo)

    ask()

    assert booking.payment_timing == "outside"
    assert asked(cleo) == []


# Paid directly after all -----------------------------------------------------------------------------------


def test_the_builder_marks_it_as_paid_directly_and_reminders_stop(
    after: SessionType, sandbox: StripeSandbox, ada: User, cleo: User, browser_of: Browser
) -> None:
    booking = finished(after, cleo)
    page_for(booking)  # the client has opened the page to pay on
    assert "If they have paid you directly, mark it as paid" in text_of(browser_of(ada), booking.get_absolute_url())

    form_for(browser_of(ada), booking)
    ask()

    assert (payment_of(booking).status, payment_of(booking).provider) == ("paid", "manual")
    assert not any("pay" in title.lower() for title in asked(cleo) if "has received" not in title)
    assert sandbox.books.all("checkout.session")[0]["status"] == "expired"
    assert 'value="pay"' not in text_of(browser_of(cleo), pay_page(booking))
    assert list(integrity_findings(clock.now())) == []


def test_that_is_taken_back_and_the_client_can_pay_by_card_again(
    after: SessionType, sandbox: StripeSandbox, ada: User, cleo: User, browser_of: Browser
) -> None:
    booking = finished(after, cleo)
    form_for(browser_of(ada), booking)
    receipt = payment_of(booking).receipts.get()
    address = f"{booking.get_absolute_url()}payment/{receipt.pk}/correct/"
    assert address in browser_of(ada).get(booking.get_absolute_url()).content.decode()

    browser_of(ada).post(address, {"reason": "That was another client."})

    assert (payment_of(booking).provider, payment_of(booking).fee_percent) == ("stripe", Decimal(10))
    ask()
    assert any(title.startswith("Still to pay") for title in asked(cleo))
    pay_on(sandbox, page_for(booking))
    tell(sandbox)
    assert (payment_of(booking).status, charged(sandbox)) == ("paid", 9000)
    assert list(integrity_findings(clock.now())) == []


def test_a_client_who_pays_by_card_just_before_is_not_paid_for_twice(
    after: SessionType, sandbox: StripeSandbox, ada: User, cleo: User, browser_of: Browser
) -> None:
    booking = finished(after, cleo)
    checkout = page_for(booking)
    form = browser_of(ada).get(f"{booking.get_absolute_url()}payment/").context["form"].initial
    pay_on(sandbox, checkout)  # Waymark has not heard of it yet

    answer = browser_of(ada).post(f"{booking.get_absolute_url()}payment/", form | {"method": "cash"})

    assert answer.status_code == 422
    payment = payment_of(booking)
    assert (payment.status, payment.provider, payment.receipts.count()) == ("paid", "stripe", 0)


def test_while_stripe_does_not_answer_nothing_is_recorded(
    after: SessionType, sandbox: StripeSandbox, ada: User, cleo: User, browser_of: Browser
) -> None:
    booking = finished(after, cleo)
    page_for(booking)
    sandbox.set_fault("500")

    answer = form_for(browser_of(ada), booking)

    assert answer.status_code == 422
    assert "could not be closed" in answer.content.decode()
    assert payment_of(booking).amount_paid == 0


def test_the_signed_in_client_can_pay_after_the_link_has_expired(
    after: SessionType, cleo: User, client: Client, browser_of: Browser
) -> None:
    booking = finished(after, cleo)
    end = clock.now() - timedelta(days=40)
    Booking.objects.filter(pk=booking.pk).update(starts_at=end - timedelta(hours=1), ends_at=end)

    assert client.get(pay_page(booking)).status_code == 410
    assert "Pay $90.00" in text_of(browser_of(cleo), pay_page(booking))
