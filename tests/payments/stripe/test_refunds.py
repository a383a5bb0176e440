"""Refunds through Stripe: never more than is left, made once whatever fails, and tried again where one did not arrive."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from config.embedded.paths import PROJECT
from core import clock, outbox
from core.errors import Refused
from core.models import OutboxMessage
from core.money import from_minor_units
from core.registry import integrity_findings
from payments import ledger, refund_delivery, refunds
from payments.models import LedgerAccount, Payment, Refund
from payments.states import RefundStatus, Status
from payments.stripe import refreshing
from payments.stripe.amounts import in_stripe_units
from sandbox.stripe.service import StripeSandbox
from tests import environment
from tests.at_once import at_once
from tests.cast import make_builder_person, make_person
from tests.payments.stripe.captured import captured
from tests.payments.stripe.cast import FAILING, KEY, deliver_all

FUNDS = LedgerAccount.Kind.CLIENT_FUNDS


def ask(payment: Payment, amount: str | None, by: User, reason: str = "Too short.") -> Refund:
    return refunds.refund(payment=payment, amount=Decimal(amount) if amount else None, reason=reason, by=by)


def remote_refunds(sandbox: StripeSandbox) -> list[int]:
    return [refund["amount"] for refund in sandbox.books.all("refund")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("currency", "price", "part", "left"),
    [
        ("EUR", "75.00", "0.01", "74.99"),
        ("JPY", "9000", "1", "8999"),
        ("KWD", "5.120", "0.010", "5.110"),
        ("ISK", "900", "1", "899"),
        ("HUF", "9900.50", "0.50", "9900.00"),
    ],
)
def test_a_part_then_the_rest_goes_back(
    sandbox: StripeSandbox, ada: User, cleo: User, currency: str, price: str, part: str, left: str
) -> None:
    payment = captured(sandbox, ada, cleo, price, currency)

    first = ask(payment, part, ada)
    payment.refresh_from_db()
    assert (first.status, payment.status) == (RefundStatus.PENDING, Status.PARTLY_REFUNDED)
    assert payment.refundable.on_the_wire() == left
    outbox.deliver_due("refund")
    first.refresh_from_db()
    rest = ask(payment, None, ada)
    outbox.deliver_due("refund")

    rest.refresh_from_db()
    payment.refresh_from_db()
    assert (first.status, rest.status, payment.status) == (RefundStatus.DONE, RefundStatus.DONE, Status.REFUNDED)
    assert remote_refunds(sandbox) == [in_stripe_units(first.money), in_stripe_units(rest.money)]
    assert ledger.balances(ada.pk)[FUNDS][currency].amount == 0
    assert [row for row in integrity_findings(clock.now()) if row.check.startswith(("payments", "ledger"))] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("currency", "price", "amount", "code"),
    [
        ("EUR", "75.00", "75.01", "over_refund"),
        ("KWD", "5.120", "0.005", "invalid"),
        ("JPY", "9000", "0.5", "invalid"),
        ("EUR", "75.00", "-1", "invalid"),
    ],
)
def test_sums_that_cannot_go_back_are_refused(
    sandbox: StripeSandbox, ada: User, cleo: User, currency: str, price: str, amount: str, code: str
) -> None:
    payment = captured(sandbox, ada, cleo, price, currency)

    with pytest.raises(Refused) as refused:
        ask(payment, amount, ada)

    assert refused.value.refusal.code == code
    assert not OutboxMessage.objects.filter(channel="refund").exists()


@pytest.mark.django_db
def test_the_builder_and_support_refund_and_nobody_else(
    sandbox: StripeSandbox, ada: User, cleo: User, suri: User
) -> None:
    payment, other = captured(sandbox, ada, cleo), make_builder_person("Otto Other")

    for person in (cleo, other):
        with pytest.raises(Refused) as refused:
            ask(payment, "5", person)
        assert refused.value.refusal.code == "forbidden"

    ask(payment, "5", ada)
    ask(payment, "5", suri)
    assert Payment.objects.get().amount_refunded == 10


def test_of_two_refunds_at_once_one_is_refused(committed: None, sandbox: StripeSandbox) -> None:
    ada, cleo = make_builder_person("Ada Moreno"), make_person("Cleo Park")
    payment = captured(sandbox, ada, cleo)

    assert at_once(*[lambda: ask(payment, "50", ada)] * 2) == ["done", "over_refund"]
    outbox.deliver_due("refund")

    assert remote_refunds(sandbox) == [5000]
    assert Payment.objects.get().amount_refunded == 50


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["drop", "broken", "500", "garbage", "429"])
def test_a_call_that_fails_is_repeated_and_refunds_once(
    sandbox: StripeSandbox, ada: User, cleo: User, fault: str
) -> None:
    refund = ask(captured(sandbox, ada, cleo), "20", ada)
    sandbox.set_fault(f"{fault} once")

    outbox.deliver_due("refund")
    OutboxMessage.objects.filter(channel="refund").update(due_at=clock.now())
    outbox.deliver_due("refund")

    refund.refresh_from_db()
    assert refund.status == RefundStatus.DONE
    assert remote_refunds(sandbox) == [2000]


@pytest.mark.django_db
def test_a_refund_that_fails_later_counts_no_more_and_is_tried_again(
    sandbox: StripeSandbox, ada: User, cleo: User
) -> None:
    payment = captured(sandbox, ada, cleo, card=FAILING)
    failed = ask(payment, "75", ada)
    outbox.deliver_due("refund")
    sandbox.advance(60)
    deliver_all(sandbox)

    failed.refresh_from_db()
    payment.refresh_from_db()
    assert (failed.status, payment.status) == (RefundStatus.FAILED, Status.PAID)
    assert payment.amount_refunded == 0
    assert "did not accept" in failed.problem
    assert ledger.balances(ada.pk)[FUNDS]["EUR"].amount == -75

    again, twice = (refunds.try_again(refund=failed, by=ada) for _ in range(2))
    assert again == twice
    outbox.deliver_due("refund")
    assert remote_refunds(sandbox) == [7500, 7500]
    assert Refund.objects.get(pk=again.pk).status == RefundStatus.DONE


@pytest.mark.django_db
def test_only_a_failed_refund_is_tried_again(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    refund = ask(captured(sandbox, ada, cleo), "20", ada)

    with pytest.raises(Refused) as refused:
        refunds.try_again(refund=refund, by=ada)

    assert refused.value.refusal.code == "refund_not_failed"


@pytest.mark.django_db
def test_a_late_event_does_not_bring_a_failed_refund_back(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    refund = ask(captured(sandbox, ada, cleo, card=FAILING), "75", ada)
    outbox.deliver_due("refund")
    sandbox.advance(60)
    deliver_all(sandbox)
    before = refreshing.refresh_payment(Payment.objects.get().intent_id)

    earlier = before.refunds[0].__class__(**vars(before.refunds[0]) | {"status": "succeeded", "failure": None})
    refunds.follow(before.__class__(**vars(before) | {"refunds": (earlier,)}))

    refund.refresh_from_db()
    assert refund.status == RefundStatus.FAILED


@pytest.mark.django_db
def test_a_refund_in_stripes_dashboard_is_recorded(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    payment = captured(sandbox, ada, cleo)
    with sandbox.books.lock:
        sandbox.payments.refund({"payment_intent": payment.intent_id, "amount": "2500"})

    for _ in range(3):
        deliver_all(sandbox)

    refund = Refund.objects.get()
    assert (refund.status, refund.recorded_by) == (RefundStatus.DONE, None)
    assert refund.amount == 25
    payment.refresh_from_db()
    assert payment.refundable.on_the_wire() == "50.00"


@pytest.mark.django_db
def test_a_refund_that_stripe_refuses_has_failed(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    payment = captured(sandbox, ada, cleo)
    refund = ask(payment, None, ada)
    with sandbox.books.lock:
        sandbox.payments.refund({"payment_intent": payment.intent_id})

    outbox.deliver_due("refund")

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert (refund.status, refund.problem) == (RefundStatus.FAILED, "This payment has already been refunded in full.")
    assert payment.status == Status.REFUNDED
    assert payment.amount_refunded == 75
    assert remote_refunds(sandbox) == [7500]


@pytest.mark.django_db
def test_a_refund_that_the_outbox_gave_up_is_asked_for_again(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    refund = ask(captured(sandbox, ada, cleo), "20", ada)
    OutboxMessage.objects.filter(channel="refund").update(state="dead")

    assert refund_delivery.ask_again() == 1
    outbox.deliver_due("refund")

    refund.refresh_from_db()
    assert refund.status == RefundStatus.DONE
    assert refund_delivery.ask_again() == 0


@pytest.mark.slow
def test_a_worker_that_is_killed_refunds_once(committed: None, sandbox: StripeSandbox, settings: Any) -> None:
    ada, cleo = make_builder_person("Ada Moreno"), make_person("Cleo Park")
    payment = captured(sandbox, ada, cleo)
    sandbox.set_fault("500 once")  # so that the refund waits for another worker
    refund = ask(payment, "20", ada)
    OutboxMessage.objects.filter(channel="refund").update(due_at=clock.now())
    variables = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": environment.database_url(f"waymark_{environment.WORKER}"),
        "STRIPE_SECRET_KEY": KEY,
        "STRIPE_API_BASE": settings.STRIPE_API_BASE,
        "OUTSIDE_TRUSTED": ",".join(settings.OUTSIDE_TRUSTED),
    }

    command = [sys.executable, "-m", "tests.payments.stripe.killed_refunder"]
    worker = subprocess.run(command, cwd=PROJECT, env=os.environ | variables, timeout=120, check=False)

    assert worker.returncode == -signal.SIGKILL
    assert remote_refunds(sandbox) == [2000]
    refund.refresh_from_db()
    assert refund.status == RefundStatus.PENDING
    OutboxMessage.objects.filter(channel="refund").update(leased_until=None, due_at=clock.now())
    outbox.deliver_due("refund")
    refund.refresh_from_db()
    assert (refund.status, remote_refunds(sandbox)) == (RefundStatus.DONE, [2000])
    assert from_minor_units(2000, "EUR") == refund.money


@pytest.mark.django_db
def test_a_refund_that_waits_fails_if_the_dashboard_was_quicker(sandbox: StripeSandbox, ada: User, cleo: User) -> None:
    payment = captured(sandbox, ada, cleo)
    refund = ask(payment, "50", ada)
    with sandbox.books.lock:
        sandbox.payments.refund({"payment_intent": payment.intent_id, "amount": "6000"})

    deliver_all(sandbox)
    outbox.deliver_due("refund")

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert refund.status == RefundStatus.FAILED
    assert payment.amount_refunded == 60
    assert remote_refunds(sandbox) == [6000]
