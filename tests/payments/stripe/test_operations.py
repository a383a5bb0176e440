"""Tests what Waymark asks of Stripe, with cards that are declined and calls that are cut off."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from core import clock
from core.money import BadMoney, Money
from core.service_calls import ServiceDown
from payments.stripe import operations
from payments.stripe.client import call
from payments.stripe.errors import KeyRejected, PaymentRefused
from payments.stripe.objects import ProviderCheckoutState, ProviderPaymentState
from sandbox.stripe.service import StripeSandbox
from sandbox.stripe.wire import Failure
from tests.payments.stripe.cast import DECLINED, FAILING, KEY, make_checkout, new_checkout, paid, pay

pytestmark = pytest.mark.django_db


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def test_a_checkout_is_paid_and_its_payment_captured(sandbox: StripeSandbox, ada: User) -> None:
    checkout = make_checkout(ada)
    assert (checkout.state, checkout.reference, checkout.payment_id) == (ProviderCheckoutState.OPEN, "B-1", None)
    assert checkout.address == f"{sandbox.checkout.address}/pay/{checkout.id}"

    payment_id = pay(sandbox, checkout)

    assert operations.fetch_checkout(checkout.id).payment_id == payment_id
    payment = operations.fetch_payment(payment_id)
    assert (payment.state, payment.reference, payment.payee_id) == (ProviderPaymentState.AUTHORISED, "B-1", ada.pk)
    assert (payment.money, payment.captured, payment.method) == (euros("75.00"), euros("0.00"), "visa 4242")
    assert payment.capture_before is not None
    assert timedelta(days=6) < payment.capture_before - clock.now() <= timedelta(days=7)
    taken = operations.capture(payment_id)
    assert (taken.state, taken.captured) == (ProviderPaymentState.CAPTURED, euros("75.00"))
    assert taken.transfer is not None
    assert taken.transfer.fee == euros("2.47")


def test_a_checkout_without_a_hold_is_taken_at_once(sandbox: StripeSandbox, ada: User) -> None:
    payment = operations.fetch_payment(paid(sandbox, ada, is_held=False))

    assert (payment.state, payment.capture_before) == (ProviderPaymentState.CAPTURED, None)


def test_a_declined_card_leaves_the_checkout_open(sandbox: StripeSandbox, ada: User) -> None:
    checkout = make_checkout(ada)

    with pytest.raises(Failure):
        pay(sandbox, checkout, DECLINED)

    current = operations.fetch_checkout(checkout.id)
    assert current.state is ProviderCheckoutState.OPEN
    payment = operations.fetch_payment(str(current.payment_id))
    assert (payment.state, payment.problem) == (ProviderPaymentState.OPEN, "Your card was declined.")


@pytest.mark.parametrize(
    ("amount", "currency"), [("9000", "JPY"), ("5.120", "KWD"), ("900", "ISK"), ("9900.50", "HUF")]
)
def test_special_currencies_from_checkout_to_refund(
    sandbox: StripeSandbox, ada: User, amount: str, currency: str
) -> None:
    payment_id = paid(sandbox, ada, amount, currency)
    money = Money(Decimal(amount), currency)

    assert operations.capture(payment_id).captured == money
    assert operations.refund(key="r1", payment_id=payment_id, money=money).money == money
    assert operations.fetch_payment(payment_id).refunded == money


def test_a_currency_that_is_not_offered_is_never_sent(sandbox: StripeSandbox, ada: User) -> None:
    with pytest.raises(BadMoney):
        make_checkout(ada, "100", "UGX")
    assert sandbox.books.objects == {}


def test_an_expired_checkout_takes_no_payment(sandbox: StripeSandbox, ada: User) -> None:
    checkout = make_checkout(ada)

    assert operations.expire_checkout(checkout.id).state is ProviderCheckoutState.EXPIRED
    assert operations.expire_checkout(checkout.id).state is ProviderCheckoutState.EXPIRED
    with pytest.raises(Failure):
        pay(sandbox, checkout)


def test_a_checkout_that_was_paid_is_not_expired(sandbox: StripeSandbox, ada: User) -> None:
    checkout = make_checkout(ada)
    pay(sandbox, checkout)

    assert operations.expire_checkout(checkout.id).state is ProviderCheckoutState.COMPLETE


def test_a_cancelled_payment_is_cancelled_again_without_harm_and_cannot_be_captured(
    sandbox: StripeSandbox, ada: User
) -> None:
    payment_id = paid(sandbox, ada)

    for _ in range(2):
        assert operations.cancel(payment_id).state is ProviderPaymentState.CANCELLED
    with pytest.raises(PaymentRefused) as refused:
        operations.capture(payment_id)
    assert str(refused.value) == "Stripe can no longer do this with the payment."


def test_a_captured_payment_cannot_be_cancelled(sandbox: StripeSandbox, ada: User) -> None:
    payment_id = paid(sandbox, ada)
    operations.capture(payment_id)

    with pytest.raises(PaymentRefused):
        operations.cancel(payment_id)
    assert operations.capture(payment_id).state is ProviderPaymentState.CAPTURED


def test_a_capture_that_was_refused_works_once_the_payment_is_reserved(sandbox: StripeSandbox, ada: User) -> None:
    checkout = make_checkout(ada)
    with pytest.raises(Failure):
        pay(sandbox, checkout, DECLINED)
    payment_id = str(operations.fetch_checkout(checkout.id).payment_id)
    with pytest.raises(PaymentRefused):
        operations.capture(payment_id)

    pay(sandbox, checkout)

    assert operations.capture(payment_id).state is ProviderPaymentState.CAPTURED


def test_refunds_in_parts_never_exceed_the_payment(sandbox: StripeSandbox, ada: User) -> None:
    payment_id = paid(sandbox, ada)
    operations.capture(payment_id)

    operations.refund(key="r1", payment_id=payment_id, money=euros("50.00"))
    with pytest.raises(PaymentRefused):
        operations.refund(key="r2", payment_id=payment_id, money=euros("25.01"))
    operations.refund(key="r3", payment_id=payment_id, money=euros("25.00"))

    payment = operations.fetch_payment(payment_id)
    assert (payment.refunded, [refund.key for refund in payment.refunds]) == (euros("75.00"), ["r3", "r1"])
    with pytest.raises(PaymentRefused) as refused:
        operations.refund(key="r4", payment_id=payment_id, money=euros("0.01"))
    assert str(refused.value) == "This payment has already been refunded in full."


def test_the_same_refund_is_made_once(sandbox: StripeSandbox, ada: User) -> None:
    payment_id = paid(sandbox, ada)
    operations.capture(payment_id)

    ids = {operations.refund(key="r1", payment_id=payment_id, money=euros("10.00")).id for _ in range(3)}

    assert len(ids) == len(sandbox.books.all("refund")) == 1
    with pytest.raises(PaymentRefused) as refused:
        operations.refund(key="r1", payment_id=payment_id, money=euros("11.00"))
    assert refused.value.code == "idempotency_mismatch"


def test_the_same_refund_is_made_once_even_after_stripe_has_forgotten_its_key(
    sandbox: StripeSandbox, ada: User
) -> None:
    payment_id = paid(sandbox, ada)
    operations.capture(payment_id)

    first = operations.refund(key="r1", payment_id=payment_id, money=euros("10.00"))
    sandbox.advance(7 * 24 * 3600)
    again = operations.refund(key="r1", payment_id=payment_id, money=euros("10.00"))

    assert first.id == again.id
    assert len(sandbox.books.all("refund")) == 1
    with pytest.raises(PaymentRefused):
        operations.refund(key="r1", payment_id=payment_id, money=euros("11.00"))


def test_a_refund_that_failed_counts_no_more(sandbox: StripeSandbox, ada: User) -> None:
    checkout = make_checkout(ada)
    payment_id = pay(sandbox, checkout, FAILING)
    operations.capture(payment_id)
    operations.refund(key="r1", payment_id=payment_id, money=euros("75.00"))

    sandbox.advance(6)

    payment = operations.fetch_payment(payment_id)
    assert (payment.refunded, payment.refunds[0].status) == (euros("0.00"), "failed")
    assert payment.refunds[0].failure is not None


# Calls that are cut off


@pytest.mark.parametrize("fault", ["drop", "broken", "500", "429", "garbage"])
def test_a_call_that_was_cut_off_is_repeated_without_a_second_effect(
    sandbox: StripeSandbox, ada: User, fault: str
) -> None:
    request = new_checkout(ada)
    sandbox.set_fault(f"{fault} once")
    with pytest.raises(ServiceDown):
        operations.create_checkout(request)
    payment_id = pay(sandbox, operations.create_checkout(request))

    sandbox.set_fault(f"{fault} once")
    with pytest.raises(ServiceDown):
        operations.capture(payment_id)
    assert operations.capture(payment_id).captured == euros("75.00")

    sandbox.set_fault(f"{fault} once")
    with pytest.raises(ServiceDown):
        operations.refund(key="r1", payment_id=payment_id, money=euros("20.00"))
    refund = operations.refund(key="r1", payment_id=payment_id, money=euros("20.00"))

    assert [row["id"] for row in sandbox.books.all("refund")] == [refund.id]
    assert sandbox.books.balance() == {"eur": 7500 - 247 - 2000}


def test_a_cancellation_that_was_cut_off_is_repeated(sandbox: StripeSandbox, ada: User) -> None:
    payment_id = paid(sandbox, ada)
    sandbox.set_fault("drop once")

    with pytest.raises(ServiceDown) as down:
        operations.cancel(payment_id)
    assert down.value.is_outcome_unknown

    assert operations.cancel(payment_id).state is ProviderPaymentState.CANCELLED


def test_a_slow_answer_is_not_waited_for(sandbox: StripeSandbox) -> None:
    sandbox.slow_seconds = 2
    sandbox.set_fault("slow once")

    with pytest.raises(ServiceDown, match="took too long"):
        call(lambda client: client.v1.charges.list(), seconds=0.3)


def test_after_five_faults_stripe_is_left_alone(sandbox: StripeSandbox) -> None:
    sandbox.set_fault("500")
    for _ in range(5):
        with pytest.raises(ServiceDown, match="has a problem"):
            operations.fetch_payment("pi_1")
    sandbox.set_fault("none")

    with pytest.raises(ServiceDown, match="waits a minute"):
        operations.fetch_payment("pi_1")


def test_a_refusal_is_not_counted_as_a_fault(sandbox: StripeSandbox) -> None:
    for _ in range(7):
        with pytest.raises(PaymentRefused, match="does not know this payment"):
            operations.fetch_payment("pi_1")


def test_a_waiting_time_is_passed_on(sandbox: StripeSandbox) -> None:
    sandbox.set_fault("429 once")

    with pytest.raises(ServiceDown) as down:
        operations.fetch_payment("pi_1")
    assert down.value.wait == timedelta(seconds=0.1)


def test_a_key_that_stripe_does_not_accept_is_named_as_the_reason(sandbox: StripeSandbox, settings: Any) -> None:
    for key in ("sk_live_other", ""):
        settings.STRIPE_SECRET_KEY = key
        with pytest.raises(KeyRejected, match="STRIPE_SECRET_KEY") as rejected:
            operations.fetch_payment("pi_1")
        assert "sk_live" not in str(rejected.value)


def test_logs_hold_no_key_and_nobodys_address(
    sandbox: StripeSandbox, ada: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        payment_id = paid(sandbox, ada)
        sandbox.set_fault("500 once")
        with pytest.raises(ServiceDown):
            operations.capture(payment_id)

    assert KEY not in caplog.text
    assert "cleo@example.test" not in caplog.text


def test_a_checkout_with_other_values_under_the_same_key_is_another_page(sandbox: StripeSandbox, ada: User) -> None:
    request = new_checkout(ada)
    former = operations.create_checkout(request)

    later = operations.create_checkout(replace(request, money=euros("80.00")))

    assert later.id != former.id
    assert sandbox.books.objects[later.id]["amount_total"] == 8000
