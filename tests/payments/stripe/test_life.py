"""Tests that the ledger and the books of the stand-in agree, whatever happens to payments and to the calls about them."""

from __future__ import annotations

import threading
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.models import User
from core import clock
from core.ids import uuid7
from core.money import Money, in_minor_units
from core.registry import integrity_findings
from core.service_calls import ServiceDown
from payments import ledger
from payments.models import LedgerAccount
from payments.stripe import operations
from payments.stripe.amounts import from_stripe_units
from payments.stripe.balance import read_balance
from payments.stripe.errors import PaymentRefused
from sandbox.server import Sandbox
from sandbox.stripe.wire import Failure
from tests.cast import make_builder_person
from tests.payments.stripe.cast import ASKING, DECLINED, FAILING, GOOD, KEY, SECRET, deliver, new_checkout

PRICES = st.sampled_from([("75.00", "EUR"), ("9000", "JPY"), ("5.120", "KWD"), ("900", "ISK"), ("9900.50", "HUF")])
CUT_OFF = (ServiceDown, PaymentRefused, Failure)


class PaymentLife(RuleBasedStateMachine):
    """Payments that are made, declined, captured, cancelled and refunded, with events that are lost or come ten times."""

    server: Sandbox
    payee: User

    def __init__(self) -> None:
        super().__init__()
        self.changes = transaction.atomic()
        self.changes.__enter__()
        cache.clear()
        self.sandbox = self.server.stripe
        self.sandbox.set_fault("none")
        self.sandbox.faults_once.clear()
        with self.sandbox.books.lock:
            self.sandbox.books.objects.clear()
            self.sandbox.books.kept_answers.clear()
            self.sandbox.books.advanced = 0
        self.refunds: list[tuple[str, str, Money]] = []

    def teardown(self) -> None:
        try:
            self.compare()
        finally:
            transaction.set_rollback(True)
            self.changes.__exit__(None, None, None)

    @initialize(price=PRICES, card=st.sampled_from([FAILING, GOOD]), is_held=st.booleans())
    def begin_with_a_payment(self, price: tuple[str, str], card: str, is_held: bool) -> None:
        self.open_a_checkout(price, is_held)
        self.pay(0, card)

    def payment_at(self, index: int) -> dict[str, Any] | None:
        intents = self.sandbox.books.all("payment_intent")
        return intents[index % len(intents)] if intents else None

    @rule(price=PRICES, is_held=st.booleans())
    def open_a_checkout(self, price: tuple[str, str], is_held: bool) -> None:
        checkout = new_checkout(self.payee, *price, is_held=is_held, key=str(uuid7()))
        for _ in range(2):  # a click that is repeated
            with suppress(*CUT_OFF):
                operations.create_checkout(checkout)

    @rule(index=st.integers(0, 99), card=st.sampled_from([GOOD, DECLINED, ASKING, FAILING]))
    def pay(self, index: int, card: str) -> None:
        sessions = self.sandbox.books.all("checkout.session")
        if sessions:
            with suppress(Failure), self.sandbox.books.lock:
                self.sandbox.checkout.pay(sessions[index % len(sessions)]["id"], card)

    @rule(index=st.integers(0, 99), succeeds=st.booleans())
    def answer_the_bank(self, index: int, succeeds: bool) -> None:
        sessions = self.sandbox.books.all("checkout.session")
        if sessions:
            with suppress(Failure), self.sandbox.books.lock:
                self.sandbox.checkout.pay(sessions[index % len(sessions)]["id"], ASKING)
                self.sandbox.checkout.authenticate(sessions[index % len(sessions)]["id"], succeeds=succeeds)

    @rule(index=st.integers(0, 99))
    def capture(self, index: int) -> None:
        if payment := self.payment_at(index):
            with suppress(*CUT_OFF):
                operations.capture(payment["id"])

    @rule(index=st.integers(0, 99))
    def cancel(self, index: int) -> None:
        if payment := self.payment_at(index):
            with suppress(*CUT_OFF):
                operations.cancel(payment["id"])

    @rule(index=st.integers(0, 99), tenths=st.integers(1, 11))
    def refund(self, index: int, tenths: int) -> None:
        if payment := self.payment_at(index):
            step = 1000 if payment["currency"] == "isk" else 100  # so that every part is an amount of its currency
            units = max(step, payment["amount"] * tenths // 10 // step * step)
            refund = (str(uuid7()), payment["id"], from_stripe_units(units, payment["currency"]))
            self.refunds.append(refund)
            self.make_refund(refund)

    @rule(index=st.integers(0, 99))
    def ask_for_a_refund_again(self, index: int) -> None:
        if self.refunds:
            self.make_refund(self.refunds[index % len(self.refunds)])

    def make_refund(self, refund: tuple[str, str, Money]) -> None:
        key, payment_id, money = refund
        with suppress(*CUT_OFF):
            operations.refund(key=key, payment_id=payment_id, money=money)

    @rule(index=st.integers(0, 999), times=st.sampled_from([1, 1, 10]))
    def deliver_an_event(self, index: int, times: int) -> None:
        events = self.sandbox.books.all("event")
        if events:
            deliver(events[index % len(events)], times)

    @rule(fault=st.sampled_from(["drop", "broken", "500", "garbage"]))
    def fail_once(self, fault: str) -> None:
        cache.clear()  # closes the circuit breaker, so that calls are made
        self.sandbox.set_fault(f"{fault} once")

    @rule(hours=st.sampled_from([1, 24, 24, 24 * 7]))
    def let_time_pass(self, hours: int) -> None:
        self.sandbox.advance(hours * 3600)

    @rule()
    def compare(self) -> None:
        """The night's comparison posts what events that were lost would have."""
        cache.clear()
        self.sandbox.faults_once.clear()
        read_balance()
        assert self.posted() == self.in_the_books()
        assert [row for row in integrity_findings(clock.now()) if row.check.startswith(("stripe", "ledger"))] == []

    @invariant()
    def nothing_is_refunded_that_was_not_paid(self) -> None:
        for charge in self.sandbox.books.all("charge"):
            assert charge["amount_refunded"] <= charge["amount_captured"] or not charge["captured"]
        keys = [refund["metadata"]["waymark_refund"] for refund in self.sandbox.books.all("refund")]
        assert len(keys) == len(set(keys))

    @invariant()
    def the_ledger_has_nothing_that_the_books_do_not_have(self) -> None:
        """Each account is the sum of its entries at Stripe, at most as many as there are."""
        balances = ledger.balances(self.payee.pk).get(LedgerAccount.Kind.CLIENT_FUNDS, {})
        for currency, money in balances.items():
            total = sum(
                charge["amount_captured"]
                for charge in self.sandbox.books.all("charge")
                if charge["currency"] == currency.lower()
            )
            assert -in_minor_units(money) <= in_minor_units(from_stripe_units(total, currency))

    def posted(self) -> dict[str, int]:
        balances = ledger.balances(None).get(LedgerAccount.Kind.PROVIDER, {})
        return {currency: in_minor_units(money) for currency, money in balances.items() if money.amount}

    def in_the_books(self) -> dict[str, int]:
        balances = self.sandbox.books.balance().items()
        return {
            currency.upper(): in_minor_units(from_stripe_units(units, currency))
            for currency, units in balances
            if units
        }


def check_lives(examples: int, steps: int, *, is_random: bool) -> None:
    options = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck),
        database=None, phases=[Phase.generate],  # to shrink a failure takes minutes
        derandomize=not is_random,
    )  # fmt: skip
    with Sandbox() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        PaymentLife.server, PaymentLife.payee = server, make_builder_person("Ada Moreno")
        with override_settings(
            STRIPE_SECRET_KEY=KEY,
            STRIPE_WEBHOOK_SECRETS=[SECRET],
            STRIPE_API_BASE=f"{server.address}/stripe",
            OUTSIDE_TRUSTED=[*django_settings.OUTSIDE_TRUSTED, server.address.removeprefix("http://")],
        ):
            run_state_machine_as_test(PaymentLife, settings=options)
        server.shutdown()
        thread.join()


@pytest.mark.slow
@pytest.mark.django_db
def test_the_ledger_agrees_with_the_books_after_any_life() -> None:
    check_lives(8, 40, is_random=False)  # other lives each time are for the deep run
    assert Decimal(0) == sum(
        money.amount for money in ledger.balances(None).get(LedgerAccount.Kind.PROVIDER, {}).values()
    )


@pytest.mark.deep
@pytest.mark.django_db
def test_the_ledger_agrees_with_the_books_for_ten_thousand_steps() -> None:
    check_lives(200, 50, is_random=True)
    assert not ledger.balances(None)
