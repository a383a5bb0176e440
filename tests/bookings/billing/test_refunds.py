"""What a cancellation costs and gives back: on its page, in the API and in mails, to the cent; and refunds of bookings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Notification, User
from bookings.agreement import emails
from bookings.agreement import services as agreement
from bookings.billing.queries import bill_of
from bookings.models import Booking, Guest
from bookings.states import Side
from coaching.models import SessionType
from core import clock, outbox
from core.ids import uuid7
from core.models import OutboxMessage
from core.registry import integrity_findings
from payments.models import Correction, Payment, Refund
from payments.states import RefundStatus, Status
from sandbox.stripe.service import StripeSandbox
from tests.bookings.billing.cast import form_for, page_of, receive
from tests.bookings.cast import book, builder_of, client_of, confirmed, latest
from tests.bookings.wire import Caller, error
from tests.payments.stripe.captured import captured_for, reserved_for
from tests.payments.stripe.cast import FAILING, deliver_all
from tests.reading import visible_text
from tests.scheduling.cast import soon

pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]
HALF = [[0, 50]]


def session(hour: SessionType, cleo: User, tiers: list[list[int]], **changes: Any) -> Booking:
    """Returns a confirmed session at 90.00 with these terms for cancelling."""
    booking = confirmed(hour, cleo, soon(9))
    Booking.objects.filter(pk=booking.pk).update(tiers=tiers, **changes)
    return Booking.objects.complete().get(pk=booking.pk)


def cost_for(person: User, booking: Booking) -> Any:
    return Caller(person).send("GET", f"/api/bookings/{booking.pk}/cancellation")


# Before the click ------------------------------------------------------------------------------------------


def test_the_page_and_the_api_say_the_same_sum(
    hour: SessionType, cleo: User, sandbox: StripeSandbox, browser_of: Browser
) -> None:
    booking = session(hour, cleo, [[0, 35]])
    captured_for(sandbox, booking)

    page = browser_of(cleo).get(f"{booking.get_absolute_url()}end/").content.decode()
    cost = cost_for(cleo, booking).json()["cost"]

    assert cost == {
        "percent": 35,
        "fee": "31.50",
        "refund": "58.50",
        "currency": "USD",
        "until": None,
        "losesCredit": False,
    }
    assert "$31.50" in page
    assert "You get back" in page
    assert "$58.50" in page


@pytest.mark.parametrize(
    ("currency", "total", "fee", "refund"),
    [("JPY", "9001", "4501", "4500"), ("KWD", "5.130", "2.560", "2.570"), ("ISK", "901", "451", "450")],
)
def test_fees_are_sums_that_can_be_paid(
    hour: SessionType, cleo: User, sandbox: StripeSandbox, currency: str, total: str, fee: str, refund: str
) -> None:
    booking = session(hour, cleo, HALF, currency=currency, total=total, rate=total)
    payment = captured_for(sandbox, booking)

    cost = cost_for(cleo, booking).json()["cost"]
    agreement.cancel(booking=booking, by=client_of(booking))
    outbox.deliver_due("refund")

    assert (cost["fee"], cost["refund"]) == (fee, refund)
    payment.refresh_from_db()
    assert payment.refundable.on_the_wire() == fee
    assert Refund.objects.get().money.on_the_wire() == refund


def test_until_is_when_the_fee_changes(hour: SessionType, cleo: User) -> None:
    booking = session(hour, cleo, [[24, 0], [12, 0], [1, 50], [0, 100]])

    cost = cost_for(cleo, booking).json()["cost"]

    assert cost["percent"] == 0
    assert cost["until"] == (booking.starts_at - timedelta(hours=12)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_each_side_hears_its_own_cost(hour: SessionType, cleo: User, ada: User, suri: User, sam: User) -> None:
    booking = session(hour, cleo, HALF)

    percents = [cost_for(person, booking).json()["cost"]["percent"] for person in (cleo, ada, suri)]

    assert percents == [50, 0, 0]
    assert cost_for(sam, booking).status_code == 404


def test_nothing_costs_anything_once_it_is_over(done: Booking, cleo: User) -> None:
    answer = cost_for(cleo, done)

    assert (answer.status_code, error(answer)["code"]) == (409, "invalid_transition")


def test_a_request_gives_back_all_that_is_reserved(
    hour: SessionType, cleo: User, ada: User, sandbox: StripeSandbox, browser_of: Browser
) -> None:
    booking = book(hour, cleo)
    reserved_for(sandbox, booking)

    page = browser_of(cleo).get(f"{booking.get_absolute_url()}end/").content.decode()

    assert cost_for(cleo, booking).json()["cost"]["refund"] == "90.00"
    assert cost_for(ada, booking).json()["cost"]["refund"] == "90.00"
    assert "Reserved" in page


# Cancelling ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "tiers", "refund"), [("client", HALF, "45.00"), ("client", [[0, 0]], "90.00"), ("builder", HALF, "90.00")]
)
def test_a_cancellation_gives_back_what_is_above_the_fee(
    hour: SessionType, cleo: User, sandbox: StripeSandbox, by: str, tiers: list[list[int]], refund: str
) -> None:
    booking = session(hour, cleo, tiers)
    captured_for(sandbox, booking)

    for _ in range(2):
        agreement.cancel(booking=booking, by=client_of(booking) if by == "client" else builder_of(booking))
    outbox.deliver_due("refund")

    row = Refund.objects.get()
    assert (row.money.on_the_wire(), row.status, row.recorded_by) == (refund, RefundStatus.DONE, None)
    assert list(integrity_findings(clock.now())) == []


def test_a_fee_of_the_whole_price_gives_nothing_back(hour: SessionType, cleo: User, sandbox: StripeSandbox) -> None:
    booking = session(hour, cleo, [[0, 100]])
    payment = captured_for(sandbox, booking)

    agreement.cancel(booking=booking, by=client_of(booking))

    payment.refresh_from_db()
    assert not Refund.objects.exists()
    assert payment.status == Status.PAID


def test_what_was_given_back_before_is_not_given_back_again(
    hour: SessionType, cleo: User, ada: User, sandbox: StripeSandbox, browser_of: Browser
) -> None:
    booking = session(hour, cleo, HALF)
    captured_for(sandbox, booking)
    form_for(browser_of(ada), booking, "refund", amount="60", reason="A gift.")

    assert cost_for(cleo, booking).json()["cost"]["refund"] == "0.00"
    page = visible_text(browser_of(cleo).get(f"{booking.get_absolute_url()}end/"))
    assert "Paid $90.00" in page
    assert "Given back already $60.00" in page
    agreement.cancel(booking=booking, by=client_of(booking))

    assert [refund.amount for refund in Refund.objects.all()] == [60]


def test_the_mail_says_what_comes_back(hour: SessionType, cleo: User, sandbox: StripeSandbox) -> None:
    booking = session(hour, cleo, HALF)
    captured_for(sandbox, booking)
    agreement.cancel(booking=booking, by=client_of(booking))

    event = latest(booking)
    event.booking = Booking.objects.complete().get(pk=booking.pk)

    for side in (Side.CLIENT, Side.BUILDER):
        assert dict(emails.about(event, side).facts)["Refund"] == "$45.00 to visa 4242, usually within 10 days"


def test_the_mail_about_a_session_paid_directly_says_who_gives_back(hour: SessionType, cleo: User) -> None:
    booking = session(hour, cleo, HALF)
    receive(booking)
    agreement.cancel(booking=booking, by=client_of(booking))

    event = latest(booking)
    event.booking = Booking.objects.complete().get(pk=booking.pk)

    assert dict(emails.about(event, Side.CLIENT).facts)["Refund"] == "$45.00 from Ada Moreno, the way it was paid"
    assert "which you give back" in dict(emails.about(event, Side.BUILDER).facts)["Refund"]


# Refunds by the builder and support ------------------------------------------------------------------------


def test_the_builder_refunds_a_part_and_both_sides_read_it(
    hour: SessionType, cleo: User, ada: User, sandbox: StripeSandbox, browser_of: Browser
) -> None:
    booking = session(hour, cleo, HALF)
    captured_for(sandbox, booking)

    answer = form_for(browser_of(ada), booking, "refund", amount="20", reason="We start later.")
    assert answer.status_code == 302
    before = page_of(browser_of(cleo), booking)
    outbox.deliver_due("refund")

    assert "On its way" in before
    for person in (ada, cleo):
        assert "$20.00 given back" in page_of(browser_of(person), booking)
    assert Notification.objects.get(person=cleo, event__startswith="refund:").title.startswith("Refund of $20.00")
    (mail,) = OutboxMessage.objects.filter(recipient=cleo.email, event__startswith="refund:")
    assert "visa 4242" in mail.payload["text"]


def test_the_form_of_another_booking_gives_nothing_back(
    hour: SessionType, cleo: User, ada: User, browser_of: Browser
) -> None:
    first, second = (confirmed(hour, cleo, soon(at)) for at in (9, 12))
    receive(first)
    receive(second)
    key = str(uuid7())
    form_for(browser_of(ada), first, "refund", amount="20", reason="We start later.", key=key)

    answer = form_for(browser_of(ada), second, "refund", amount="20", reason="We start later.", key=key)

    assert answer.status_code == 422
    assert "This form has already been used for another booking." in answer.content.decode()
    assert [refund.payment.subject_id for refund in Refund.objects.all()] == [first.pk]


def test_support_refunds_and_the_builder_is_told(
    hour: SessionType, cleo: User, ada: User, suri: User, sandbox: StripeSandbox, browser_of: Browser
) -> None:
    booking = session(hour, cleo, HALF)
    captured_for(sandbox, booking)

    assert form_for(browser_of(suri), booking, "refund", amount="90", reason="Settled.").status_code == 302

    assert bill_of(booking).status == Status.REFUNDED
    assert Notification.objects.filter(person=ada, event__startswith="refund:").exists()


def test_the_api_refunds_through_stripe_and_shows_its_entries(
    hour: SessionType, cleo: User, ada: User, suri: User, sandbox: StripeSandbox
) -> None:
    booking = session(hour, cleo, HALF)
    address = f"/api/payments/{captured_for(sandbox, booking).pk}"

    refund = Caller(ada).post(f"{address}/refunds", {"amount": "20", "reason": "Late."}).json()["refund"]
    outbox.deliver_due("refund")

    assert (refund["amount"], refund["status"]) == ("20.00", "pending")
    own, support, client = (Caller(p).send("GET", address).json()["payment"] for p in (ada, suri, cleo))
    assert [row["status"] for row in own["refunds"]] == ["done"]
    assert {(entry["kind"], entry["amount"]) for entry in own["entries"]} == {("capture", "90.00"), ("refund", "20.00")}
    assert {entry["kind"] for entry in support["entries"]} == {"capture", "fee", "refund"}
    assert client["entries"] == []


def test_a_refund_that_fails_is_shown_and_tried_again(
    hour: SessionType, cleo: User, ada: User, sam: User, sandbox: StripeSandbox, browser_of: Browser
) -> None:
    booking = session(hour, cleo, HALF)
    captured_for(sandbox, booking, card=FAILING)
    agreement.cancel(booking=booking, by=client_of(booking))
    outbox.deliver_due("refund")
    sandbox.advance(60)
    deliver_all(sandbox)

    failed = Refund.objects.get()
    again = f"{booking.get_absolute_url()}refund/{failed.pk}/again/"
    assert "Refund of $45.00 failed" in page_of(browser_of(cleo), booking)
    assert "Try this refund again" in page_of(browser_of(ada), booking)
    assert "Try this refund again" not in page_of(browser_of(cleo), booking)
    for person in (cleo, ada):
        assert Notification.objects.filter(person=person, event=f"refund_failed:{failed.pk}").exists()

    statuses = [browser_of(person).post(again).status_code for person in (cleo, sam, ada)]

    assert statuses == [404, 404, 302]
    assert Refund.objects.get(retry_of=failed).amount == 45
    assert "Try this refund again" not in page_of(browser_of(ada), booking)


def test_a_refund_that_fails_is_given_up_with_a_reason_for_the_client(
    hour: SessionType, cleo: User, ada: User, sam: User, suri: User, sandbox: StripeSandbox, browser_of: Browser
) -> None:
    booking = session(hour, cleo, HALF)
    captured_for(sandbox, booking, card=FAILING)
    agreement.cancel(booking=booking, by=client_of(booking))
    outbox.deliver_due("refund")
    sandbox.advance(60)
    deliver_all(sandbox)
    failed = Refund.objects.get()
    address = f"{booking.get_absolute_url()}refund/{failed.pk}/give-up/"
    assert [browser_of(person).get(address).status_code for person in (cleo, sam, ada, suri)] == [404, 404, 200, 200]
    assert address in browser_of(suri).get(f"/admin/payments/payment/{failed.payment_id}/change/").content.decode()

    assert browser_of(ada).post(address, {"reason": " "}).status_code == 422
    assert browser_of(suri).post(address, {"reason": "Paid back in cash."}).status_code == 302

    page = page_of(browser_of(cleo), booking)
    assert "Refund of $45.00 given up" in page
    assert "We will not try it again: Paid back in cash." in page
    assert "Try this refund again" not in page_of(browser_of(ada), booking)
    for person in (cleo, ada):
        assert Notification.objects.filter(person=person, event=f"refund_given_up:{failed.pk}").exists()
    deliver_all(sandbox)
    assert Refund.objects.count() == 1


# Corrections -----------------------------------------------------------------------------------------------


def test_a_builder_takes_back_a_payment_recorded_by_mistake(
    done: Booking, ada: User, cleo: User, sam: User, browser_of: Browser
) -> None:
    receipt = receive(done).receipts.get()
    address = f"{done.get_absolute_url()}payment/{receipt.pk}/correct/"
    assert [browser_of(person).get(address).status_code for person in (cleo, sam, ada)] == [404, 404, 200]

    assert browser_of(ada).post(address, {"reason": ""}).status_code == 422
    assert browser_of(ada).post(address, {"reason": "That was another client"}).status_code == 302

    assert Correction.objects.get().reason == "That was another client"
    assert bill_of(done).is_unpaid
    page = page_of(browser_of(cleo), done)
    assert "$90.00 was recorded by mistake" in page
    assert "Unpaid" in page
    assert Notification.objects.filter(person=cleo, title__contains="recorded by mistake").exists()
    assert Payment.objects.get().amount_paid == 0


def test_a_guest_is_told_by_mail_with_a_link_that_works_without_an_account(
    hour: SessionType, cleo: User, ada: User, sandbox: StripeSandbox, browser_of: Browser
) -> None:
    booking = session(hour, cleo, HALF)
    captured_for(sandbox, booking)
    guest = Guest.objects.create(name="Gwen Guest", email="gwen@guests.test")
    Booking.objects.filter(pk=booking.pk).update(client=None, guest=guest)

    form_for(browser_of(ada), booking, "refund", amount="20", reason="We start later.")

    (mail,) = OutboxMessage.objects.filter(recipient=guest.email, event__startswith="refund:")
    assert "Refund of $20.00" in mail.payload["subject"]
    assert "/bookings/guest/" in mail.payload["text"]
