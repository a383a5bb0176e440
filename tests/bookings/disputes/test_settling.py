"""What settling a dispute gives back: on the page before the click, in the API, and for both sides afterwards."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Notification, User
from bookings.agreement import emails
from bookings.agreement.transitions import Actor
from bookings.billing.payouts import schedule_payouts
from bookings.billing.queries import bill_of
from bookings.disputes import services as disputes
from bookings.models import Booking
from bookings.states import Side, State
from core import clock, outbox
from core.errors import Refusal
from core.models import AuditEntry, OutboxMessage
from core.registry import Finding, integrity_findings
from payments.models import Payment, Refund, Transfer
from payments.payouts import releasing
from payments.payouts.holds import frozen_reason
from payments.refusals import PaymentRefusal
from payments.states import Status
from sandbox.stripe.service import StripeSandbox
from tests.bookings.billing.cast import receive
from tests.bookings.cast import client_of, latest, state_of
from tests.bookings.wire import Caller, error
from tests.payments.disputes.cast import opened, read
from tests.payments.stripe.captured import captured_for
from tests.payments.stripe.conftest import sandbox, server
from tests.reading import visible_text
from tests.scheduling.cast import refused

__all__ = ["sandbox", "server"]
pytestmark = pytest.mark.django_db
Browser = Callable[[User | None], Client]


def url(booking: Booking) -> str:
    return reverse("bookings:dispute", args=[booking.reference])


def in_dispute(booking: Booking) -> Booking:
    return disputes.open_(booking=booking, by=client_of(booking), reason="It was cut short.")


def decide(client: Client, booking: Booking, outcome: str, amount: str = "", reason: str = "Half took place.") -> Any:
    values = {"act": "resolve", "outcome": outcome, "reason": reason, "refund_amount": amount}
    return client.post(url(booking), values)


def money_findings() -> list[Finding]:
    checks = ("payments", "stripe", "ledger", "bookings: payments")
    return [finding for finding in integrity_findings(clock.now()) if finding.check.startswith(checks)]


def refunded(booking: Booking) -> str:
    return bill_of(booking).refunded.on_the_wire()


def test_support_reads_what_each_decision_gives_back(
    sandbox: StripeSandbox, done: Booking, suri: User, cleo: User, browser_of: Browser
) -> None:
    captured_for(sandbox, done)
    in_dispute(done)

    shown = visible_text(browser_of(suri).get(url(done)))

    assert "The client gets back $90.00, the rest of the payment." in shown
    assert "Amount in USD that the client gets back" in shown
    assert "Up to $90.00" in shown
    assert "Settle dispute" not in visible_text(browser_of(cleo).get(url(done)))


def test_half_back_ends_completed_and_both_sides_are_told(
    sandbox: StripeSandbox, done: Booking, suri: User, cleo: User, ada: User, browser_of: Browser
) -> None:
    captured_for(sandbox, done)
    in_dispute(done)

    for _ in range(2):
        assert decide(browser_of(suri), done, "COMPLETED", "45").status_code == 302
    outbox.deliver_due("refund")

    assert (state_of(done), refunded(done)) == (State.COMPLETED, "45.00")
    assert Refund.objects.get().recorded_by == suri
    assert Payment.objects.get().status == Status.PARTLY_REFUNDED
    for person in (cleo, ada):
        assert Notification.objects.filter(person=person, title__startswith="Refund of $45.00").exists()
    event = latest(done)
    event.booking = Booking.objects.complete().get(pk=done.pk)
    for side in (Side.CLIENT, Side.BUILDER):
        facts = dict(emails.about(event, side).facts)
        assert facts["Refund"] == "$45.00 to visa 4242, usually within 10 days"
    assert not OutboxMessage.objects.filter(channel="mail", event__startswith="refund:").exists()
    assert (AuditEntry.objects.get(action="dispute settled").after or {})["refund"] == "45"
    assert money_findings() == []


@pytest.mark.parametrize(
    ("outcome", "amount", "back"),
    [("COMPLETED", "", "0.00"), ("COMPLETED", "90", "90.00"), ("CANCELLED", "", "90.00"), ("CANCELLED", "90", "90.00")],
)
def test_each_decision_gives_back_its_sum(
    sandbox: StripeSandbox, done: Booking, suri: User, browser_of: Browser, outcome: str, amount: str, back: str
) -> None:
    captured_for(sandbox, done)
    in_dispute(done)

    assert decide(browser_of(suri), done, outcome, amount).status_code == 302
    outbox.deliver_due("refund")

    assert (state_of(done), refunded(done)) == (outcome, back)


@pytest.mark.parametrize(
    ("outcome", "amount", "sentence"),
    [
        ("CANCELLED", "45", "Cancelling gives back the whole amount"),
        ("COMPLETED", "90.01", "more than is left"),
        ("COMPLETED", "1.001", "decimals"),
        ("COMPLETED", "-1", "greater than or equal to 0"),
        ("COMPLETED", "half", "Enter a number"),
    ],
)
def test_sums_that_cannot_be_are_refused_on_the_page(
    sandbox: StripeSandbox, done: Booking, suri: User, browser_of: Browser, outcome: str, amount: str, sentence: str
) -> None:
    captured_for(sandbox, done)
    in_dispute(done)

    answer = decide(browser_of(suri), done, outcome, amount)

    assert answer.status_code == 422
    assert sentence in visible_text(answer)
    assert (state_of(done), Refund.objects.count()) == (State.DISPUTED, 0)


def test_the_api_takes_a_refund_amount(sandbox: StripeSandbox, done: Booking, suri: User, ada: User) -> None:
    captured_for(sandbox, done)
    in_dispute(done)
    address = f"/api/bookings/{done.pk}"

    over = Caller(suri).send("PATCH", address, {"status": "COMPLETED", "refundAmount": "91", "reason": "x"})
    half = Caller(suri).send("PATCH", address, {"status": "COMPLETED", "refundAmount": "45", "reason": "Half."})
    late = Caller(ada).send("PATCH", address, {"status": "DISPUTED", "refundAmount": "45", "reason": "x"})

    assert (over.status_code, error(over)["code"]) == (409, "over_refund")
    assert (half.status_code, half.json()["booking"]["status"]) == (200, "COMPLETED")
    assert half.json()["booking"]["payment"]["amountRefunded"] == "45.00"
    assert (late.status_code, list(error(late)["fields"])) == (422, ["refundAmount"])


def test_a_session_paid_directly_gives_nothing_back_here(done: Booking, suri: User, browser_of: Browser) -> None:
    receive(done)
    in_dispute(done)

    shown = visible_text(browser_of(suri).get(url(done)))
    answer = Caller(suri).send(
        "PATCH", f"/api/bookings/{done.pk}", {"status": "COMPLETED", "refundAmount": "45", "reason": "Half."}
    )

    assert "was paid $90.00 directly" in shown
    assert "Amount in USD" not in shown
    assert error(answer)["code"] == Refusal.INVALID.code


def test_while_the_bank_decides_support_gives_nothing_back_and_can_still_settle(
    sandbox: StripeSandbox, done: Booking, suri: User, browser_of: Browser
) -> None:
    payment = captured_for(sandbox, done)
    in_dispute(done)
    bank_dispute = opened(sandbox, payment)
    by = Actor(Side.SUPPORT, suri)

    shown = visible_text(browser_of(suri).get(url(done)))
    refusal = refused(
        lambda: disputes.resolve(
            booking=done_again(done), by=by, outcome=State.COMPLETED, reason="x", refund_amount=payment.amount
        )
    ).refusal
    decide(browser_of(suri), done, "CANCELLED")

    assert "The bank decides about the money" in shown
    assert refusal == PaymentRefusal.PAYMENT_DISPUTED
    assert (state_of(done), Refund.objects.count()) == (State.CANCELLED, 0)
    sandbox.disputes.win(bank_dispute.provider_id)
    read(payment)
    outbox.deliver_due("refund")
    assert refunded(done) == "90.00"
    assert money_findings() == []


def done_again(booking: Booking) -> Booking:
    return Booking.objects.get(pk=booking.pk)


def test_a_bank_dispute_never_changes_the_booking(sandbox: StripeSandbox, done: Booking, cleo: User) -> None:
    payment = captured_for(sandbox, done)

    bank_dispute = opened(sandbox, payment)
    states = [state_of(done)]
    sandbox.disputes.lose(bank_dispute.provider_id)
    read(payment)
    states.append(state_of(done))

    assert states == [State.COMPLETED, State.COMPLETED]
    assert Caller(cleo).send("GET", f"/api/bookings/{done.pk}").json()["booking"]["payment"]["status"] == "disputed"
    assert money_findings() == []


def test_a_dispute_keeps_the_transfer_until_support_has_settled_it(
    sandbox: StripeSandbox, done: Booking, suri: User, browser_of: Browser
) -> None:
    payment = captured_for(sandbox, done)
    schedule_payouts()
    in_dispute(done)
    Transfer.objects.update(due_at=clock.now())
    before = (frozen_reason(payment), releasing.release_due(clock.now()))

    decide(browser_of(suri), done, "COMPLETED", "45")
    outbox.deliver_due("refund")

    assert before == ("The client disputes the session.", 0)
    assert (frozen_reason(payment), releasing.release_due(clock.now())) == ("", 1)
    assert Transfer.objects.get().amount == Decimal("40.50")


def test_two_decisions_at_once_give_the_amount_back_once(
    sandbox: StripeSandbox, done: Booking, suri: User, alex: User
) -> None:
    captured_for(sandbox, done)
    first, second = (Booking.objects.complete().get(pk=in_dispute(done).pk) for _ in range(2))

    for read_before, staff in ((first, suri), (second, alex)):
        disputes.resolve(
            booking=read_before, by=Actor(Side.SUPPORT, staff), outcome=State.COMPLETED, reason="Half took place.",
            refund_amount=Decimal(30),
        )  # fmt: skip

    assert (state_of(done), refunded(done)) == (State.COMPLETED, "30.00")
    assert AuditEntry.objects.filter(action="dispute settled").count() == 1


def test_support_gives_an_amount_back_in_the_admin(
    sandbox: StripeSandbox, done: Booking, suri: User, browser_of: Browser
) -> None:
    captured_for(sandbox, done)
    in_dispute(done)
    values = {"action": "settle_as_completed", "_selected_action": str(done.pk), "reason": "Half of it."}
    bookings = reverse("admin:bookings_booking_changelist")

    wrong = browser_of(suri).post(bookings, values | {"refund_amount": "half"}, follow=True)
    before = state_of(done)
    browser_of(suri).post(bookings, values | {"refund_amount": "45"})

    assert "Enter a number." in visible_text(wrong)
    assert (before, state_of(done), refunded(done)) == (State.DISPUTED, State.COMPLETED, "45.00")
