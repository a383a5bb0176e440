"""Sessions that are paid when they are booked: from the booking to the money, whatever goes wrong in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Notification, User
from bookings.agreement import emails
from bookings.agreement import services as agreement
from bookings.billing.checkout import services
from bookings.models import Booking
from bookings.states import Side
from coaching.models import SessionType
from core import clock
from core.errors import Refused
from core.models import OutboxMessage
from core.registry import integrity_findings
from payments.models import Checkout
from sandbox.stripe.service import StripeSandbox
from tests.bookings.billing.checkout.cast import (
    charged,
    intents,
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
from tests.bookings.cast import book, builder_of, client_of, latest
from tests.payments.stripe.cast import ASKING, DECLINED, GOOD
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]


def status(booking: Booking) -> str:
    return payment_of(booking).status


# Before it is paid ------------------------------------------------------------------------------------------


def test_the_time_is_kept_for_half_an_hour(first: SessionType, cleo: User) -> None:
    booking = book(first, cleo)

    assert booking.state == "PENDING"
    assert booking.payment_due_at is not None
    assert timedelta(minutes=30) < booking.payment_due_at - clock.now() <= timedelta(minutes=31)
    with pytest.raises(Refused):
        book(first, cleo, soon())


def test_the_builder_sees_and_hears_nothing_of_it(
    first: SessionType, ada: User, cleo: User, browser_of: Browser
) -> None:
    booking = book(first, cleo)
    as_ada = browser_of(ada)

    assert as_ada.get(booking.get_absolute_url()).status_code == 404
    assert booking.reference not in text_of(as_ada, "/dashboard/bookings/?show=to-answer")
    assert booking.title not in text_of(as_ada, "/dashboard/bookings/")
    assert not Notification.objects.filter(person=ada).exists()
    assert not OutboxMessage.objects.filter(channel="booking", recipient=ada.email).exists()


def test_the_builder_cannot_confirm_it(first: SessionType, cleo: User) -> None:
    booking = book(first, cleo)

    with pytest.raises(Refused, match="The client has to pay first"):
        agreement.confirm(booking=booking, by=builder_of(booking))


def test_somebody_who_does_not_pay_cannot_keep_many_times(first: SessionType, cleo: User, suri: User) -> None:
    unpaid = [book(first, cleo, soon(10 + place)) for place in range(3)]

    with pytest.raises(Refused, match="3 bookings that are not paid yet"):
        book(first, cleo, soon(13))

    assert book(first, suri, soon(13)).state == "PENDING"
    agreement.cancel(booking=unpaid[0], by=client_of(unpaid[0]))
    assert book(first, cleo, soon(14)).state == "PENDING"


def test_the_client_is_asked_by_mail_to_pay(first: SessionType, cleo: User) -> None:
    booking = book(first, cleo)

    mail = emails.about(latest(booking), Side.CLIENT)

    assert mail.subject.startswith("Pay to book:")
    assert mail.button is not None
    assert mail.button[1].endswith(pay_page(booking))


def test_without_a_provider_the_builder_is_paid_directly(hour: SessionType, cleo: User) -> None:
    booking = book(paid_when(hour, "at_booking"), cleo)

    assert (booking.payment_timing, booking.payment_due_at) == ("outside", None)


def test_with_the_flag_off_new_bookings_are_paid_directly_and_others_go_on(
    first: SessionType, sandbox: StripeSandbox, cleo: User, settings: Any, browser_of: Browser
) -> None:
    running = book(first, cleo)
    checkout = page_for(running)
    settings.USE_PAYMENTS = False

    assert book(first, cleo, soon(12)).payment_timing == "outside"
    pay_on(sandbox, checkout)
    assert browser_of(None).get(pay_page(running)).status_code == 200
    tell(sandbox)
    assert now_of(running).payment_due_at is None


# Paid -------------------------------------------------------------------------------------------------------


def test_once_it_is_reserved_the_builder_has_two_days_to_answer(
    first: SessionType, sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    booking = reserved(sandbox, book(first, cleo))

    assert (booking.state, booking.payment_due_at, status(booking)) == ("PENDING", None, "authorised")
    assert booking.answer_by is not None
    assert booking.answer_by - clock.now() > timedelta(hours=20)
    assert Notification.objects.get(person=ada).title.startswith("New request")
    assert charged(sandbox) == 0


def test_it_is_taken_when_the_builder_confirms(first: SessionType, sandbox: StripeSandbox, cleo: User) -> None:
    booking = reserved(sandbox, book(first, cleo))

    agreement.confirm(booking=booking, by=builder_of(booking))
    settle()

    payment = payment_of(booking)
    assert (payment.status, payment.refundable.on_the_wire()) == ("paid", "90.00")
    assert payment.method.startswith("visa")
    assert charged(sandbox) == 9000
    assert list(integrity_findings(clock.now())) == []


def test_the_history_says_what_was_reserved_and_what_was_taken(
    first: SessionType, sandbox: StripeSandbox, cleo: User, ada: User, browser_of: Browser
) -> None:
    booking = reserved(sandbox, book(first, cleo))
    address = booking.get_absolute_url()
    assert "<strong>$90.00 reserved with visa 4242</strong>" in text_of(browser_of(ada), address)

    agreement.confirm(booking=booking, by=builder_of(booking))
    settle()

    page = text_of(browser_of(cleo), address)
    assert page.count("$90.00 reserved with visa 4242") == 1
    assert "<strong>$90.00 paid with visa 4242</strong>" in page
    assert "Payment authorised" not in page


def test_a_type_that_confirms_by_itself_is_taken_at_once(
    first: SessionType, sandbox: StripeSandbox, cleo: User
) -> None:
    booking = reserved(sandbox, book(paid_when(first, "at_booking", auto_confirm=True), cleo))

    assert (booking.state, status(booking), charged(sandbox)) == ("CONFIRMED", "paid", 9000)


@pytest.mark.parametrize("end", ["decline", "withdraw", "expire"])
def test_what_is_reserved_is_given_up_when_it_does_not_take_place(
    first: SessionType, sandbox: StripeSandbox, cleo: User, end: str
) -> None:
    booking = reserved(sandbox, book(first, cleo))

    if end == "decline":
        agreement.decline(booking=booking, by=builder_of(booking), reason="I am away.")
    elif end == "withdraw":
        agreement.cancel(booking=booking, by=client_of(booking))
    else:
        Booking.objects.update(answer_by=clock.now())
        agreement.expire(booking=booking)
    settle()

    assert (now_of(booking).state, status(booking), charged(sandbox)) == ("CANCELLED", "cancelled", 0)
    assert [intent["status"] for intent in intents(sandbox)] == ["canceled"]


def test_events_ten_times_over_are_one_charge_and_one_notification(
    first: SessionType, sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    booking = book(paid_when(first, "at_booking", auto_confirm=True), cleo)
    pay_on(sandbox, page_for(booking))

    tell(sandbox, times=3)
    tell(sandbox, times=3)

    assert (now_of(booking).state, charged(sandbox), len(intents(sandbox))) == ("CONFIRMED", 9000, 1)
    assert Notification.objects.filter(person=ada, kind="booking").count() == 1
    assert list(booking.events.values_list("verb", flat=True)) == ["request", "pay"]


def test_the_page_to_return_to_changes_nothing_until_its_button_is_pressed(
    first: SessionType, sandbox: StripeSandbox, cleo: User, browser_of: Browser
) -> None:
    booking = book(first, cleo)
    pay_on(sandbox, page_for(booking))
    client, address = browser_of(None), f"{pay_page(booking)}?returned=yes"

    assert "Checking your payment" in text_of(client, address)
    assert now_of(booking).payment_due_at is not None
    client.post(address, {"act": "check"})

    assert "is reserved on your card" in text_of(client, address)
    assert (now_of(booking).payment_due_at, status(booking)) == (None, "authorised")


def test_two_tabs_pay_on_one_page(first: SessionType, sandbox: StripeSandbox, cleo: User) -> None:
    booking = book(first, cleo)

    pages = {page_for(booking).provider_id, page_for(booking).provider_id}

    assert len(pages) == len(sandbox.books.all("checkout.session")) == Checkout.objects.count() == 1


def test_it_cannot_be_paid_again(first: SessionType, sandbox: StripeSandbox, cleo: User) -> None:
    booking = reserved(sandbox, book(first, cleo))

    with pytest.raises(Refused) as refused:
        page_for(booking)

    assert refused.value.refusal.code == "nothing_due"


def test_a_declined_card_is_said_and_another_one_pays(
    first: SessionType, sandbox: StripeSandbox, cleo: User, browser_of: Browser
) -> None:
    booking = book(first, cleo)
    checkout = page_for(booking)
    with pytest.raises(Exception, match="declined"):
        pay_on(sandbox, checkout, DECLINED)
    tell(sandbox)

    assert status(booking) == "failed"
    assert "Your card was declined. Nothing was charged." in text_of(browser_of(None), pay_page(booking))
    pay_on(sandbox, checkout, GOOD)
    tell(sandbox)

    assert (status(booking), payment_of(booking).problem, len(intents(sandbox))) == ("authorised", "", 1)


def test_a_card_that_asks_for_authentication(first: SessionType, sandbox: StripeSandbox, cleo: User) -> None:
    booking = book(first, cleo)
    checkout = page_for(booking)
    pay_on(sandbox, checkout, ASKING)
    tell(sandbox)
    assert now_of(booking).payment_due_at is not None

    with sandbox.books.lock:
        sandbox.checkout.authenticate(checkout.provider_id, succeeds=True)
    tell(sandbox)

    assert (now_of(booking).payment_due_at, status(booking)) == (None, "authorised")


# Not paid, or too late --------------------------------------------------------------------------------------


def test_what_is_not_paid_in_time_ends_and_says_so(
    first: SessionType, sandbox: StripeSandbox, ada: User, cleo: User, browser_of: Browser
) -> None:
    booking = book(first, cleo)
    page_for(booking)
    over(booking, clock.now())

    assert services.end_all_unpaid(clock.now()) == 1

    ended = now_of(booking)
    assert (ended.state, latest(ended).verb, ended.cancelled_by) == ("CANCELLED", "unpaid", "system")
    assert [session["status"] for session in sandbox.books.all("checkout.session")] == ["expired"]
    assert "no longer held for you" in text_of(browser_of(None), pay_page(booking))
    assert Notification.objects.filter(person=cleo, title__startswith="Not paid").exists()
    assert not Notification.objects.filter(person=ada).exists()
    assert book(first, cleo, soon()).state == "PENDING"  # the time is free again


def test_one_that_was_paid_at_the_last_moment_counts(first: SessionType, sandbox: StripeSandbox, cleo: User) -> None:
    booking = book(first, cleo)
    pay_on(sandbox, page_for(booking))
    over(booking, clock.now())

    services.end_all_unpaid(clock.now())

    assert (now_of(booking).state, now_of(booking).payment_due_at, status(booking)) == ("PENDING", None, "authorised")


def test_a_booking_that_nobody_began_to_pay_ends_too(first: SessionType, cleo: User) -> None:
    booking = over(book(first, cleo), clock.now())

    services.end_all_unpaid(clock.now())

    assert now_of(booking).state == "CANCELLED"


def test_a_payment_that_arrives_too_late_is_given_up(first: SessionType, sandbox: StripeSandbox, cleo: User) -> None:
    booking = book(first, cleo)
    pay_on(sandbox, page_for(booking))
    over(booking, clock.now())
    agreement.end_unpaid(booking=booking)

    tell(sandbox)

    assert (now_of(booking).state, status(booking), charged(sandbox)) == ("CANCELLED", "cancelled", 0)


def test_withdrawing_closes_the_page(first: SessionType, sandbox: StripeSandbox, cleo: User) -> None:
    booking = book(first, cleo)
    page_for(booking)

    agreement.cancel(booking=booking, by=client_of(booking))
    settle()

    assert [session["status"] for session in sandbox.books.all("checkout.session")] == ["expired"]
    assert Checkout.objects.get().state == "expired"


def test_while_stripe_is_away_an_unpaid_booking_waits_a_little(
    first: SessionType, sandbox: StripeSandbox, cleo: User
) -> None:
    booking = book(first, cleo)
    page_for(booking)
    over(booking, clock.now())
    sandbox.set_fault("500")

    assert services.end_all_unpaid(clock.now()) == 0
    assert now_of(booking).state == "PENDING"
    assert services.end_all_unpaid(clock.now() + services.WAIT_FOR_PROVIDER) == 1
    assert now_of(booking).state == "CANCELLED"


def test_a_reservation_that_ends_by_itself_ends_the_request(
    first: SessionType, sandbox: StripeSandbox, cleo: User
) -> None:
    booking = reserved(sandbox, book(first, cleo))
    sandbox.advance(8 * 86_400)

    tell(sandbox)

    assert (now_of(booking).state, charged(sandbox)) == ("CANCELLED", 0)
