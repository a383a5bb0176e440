"""Tests what is posted to the ledger for a payment at Stripe, and who is told."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from accounts.models import User
from core.money import Money
from payments import ledger
from payments.models import LedgerAccount, LedgerEntry
from payments.stripe import listeners, operations, refreshing
from payments.stripe.objects import (
    ProviderCheckout,
    ProviderCheckoutState,
    ProviderPayment,
    ProviderPaymentState,
)
from sandbox.stripe.service import StripeSandbox
from tests.at_once import at_once
from tests.cast import make_builder_person
from tests.payments.stripe.cast import FAILING, deliver_all, make_checkout, paid, pay

Kind = LedgerAccount.Kind


class Listener:
    """Records what it is told, and fails if a test wants it."""

    def __init__(self) -> None:
        self.payments: list[ProviderPayment] = []
        self.checkouts: list[ProviderCheckout] = []
        self.fails = False

    def payment(self, payment: ProviderPayment) -> None:
        if self.fails:
            raise RuntimeError("a listener failed")
        self.payments.append(payment)


@pytest.fixture
def listener() -> Iterator[Listener]:
    recorder = Listener()
    listeners.on_payment(recorder.payment)
    listeners.on_checkout(recorder.checkouts.append)
    yield recorder
    listeners.payment_listeners.pop()
    listeners.checkout_listeners.pop()


@pytest.mark.django_db
def test_a_payment_with_a_refund_that_failed(sandbox: StripeSandbox, ada: User) -> None:
    payment_id = pay(sandbox, make_checkout(ada), FAILING)
    operations.capture(payment_id)
    operations.refund(key="r1", payment_id=payment_id, money=Money(Decimal("30.00"), "EUR"))
    refreshing.refresh_payment(payment_id)
    assert ledger.balances(ada.pk)[Kind.CLIENT_FUNDS]["EUR"].on_the_wire() == "-45.00"

    sandbox.advance(6)
    refreshing.refresh_payment(payment_id)

    assert list(LedgerEntry.objects.order_by("created_at", "id").values_list("kind", flat=True)) == [
        "capture",
        "fee",
        "refund",
        "refund_failed",
    ]
    assert ledger.balances(ada.pk)[Kind.CLIENT_FUNDS]["EUR"].on_the_wire() == "-75.00"
    assert ledger.balances(None)[Kind.PROVIDER_FEES]["EUR"].on_the_wire() == "2.47"
    assert ledger.balances(None)[Kind.PROVIDER]["EUR"].on_the_wire() == "72.53"


@pytest.mark.django_db
def test_what_is_reserved_or_cancelled_is_not_posted(sandbox: StripeSandbox, ada: User, listener: Listener) -> None:
    payment_id = paid(sandbox, ada)
    refreshing.refresh_payment(payment_id)
    operations.cancel(payment_id)
    refreshing.refresh_payment(payment_id)

    assert not LedgerEntry.objects.exists()
    assert [payment.state for payment in listener.payments] == [
        ProviderPaymentState.AUTHORISED,
        ProviderPaymentState.CANCELLED,
    ]


@pytest.mark.django_db
def test_events_tell_the_listeners_of_the_present_state(sandbox: StripeSandbox, ada: User, listener: Listener) -> None:
    checkout = make_checkout(ada, reference="B-7")
    operations.capture(pay(sandbox, checkout))

    deliver_all(sandbox)

    assert {(payment.reference, payment.state) for payment in listener.payments} == {
        ("B-7", ProviderPaymentState.CAPTURED)
    }
    assert {(seen.id, seen.state) for seen in listener.checkouts} == {(checkout.id, ProviderCheckoutState.COMPLETE)}


@pytest.mark.django_db
def test_an_expired_checkout_is_told(sandbox: StripeSandbox, ada: User, listener: Listener) -> None:
    make_checkout(ada)

    sandbox.advance(32 * 60)
    deliver_all(sandbox)

    assert [checkout.state for checkout in listener.checkouts] == [ProviderCheckoutState.EXPIRED]


@pytest.mark.django_db
def test_nothing_is_posted_if_a_listener_fails(sandbox: StripeSandbox, ada: User, listener: Listener) -> None:
    payment_id = paid(sandbox, ada, is_held=False)
    listener.fails = True

    with pytest.raises(RuntimeError):
        refreshing.refresh_payment(payment_id)

    assert not LedgerEntry.objects.exists()


def test_a_payment_that_is_read_six_times_at_once_is_posted_once(committed: None, sandbox: StripeSandbox) -> None:
    payment_id = paid(sandbox, make_builder_person("Ada Moreno"), is_held=False)

    assert at_once(*[lambda: refreshing.refresh_payment(payment_id)] * 6) == ["done"] * 6

    assert LedgerEntry.objects.count() == 2
