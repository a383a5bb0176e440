"""Tests that bookings, their payments and payouts, the ledger and the books of the stand-in agree, whatever happens in which
order: also disputes about a session and at a bank, shared prices, and reversals of transfers."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from accounts.roles import Role
from bookings.agreement import services as agreement
from bookings.agreement.transitions import Actor
from bookings.billing import services as billing
from bookings.billing.checkout import services as paying
from bookings.billing.payouts import schedule_payouts
from bookings.disputes import services as disputes
from bookings.models import Booking
from bookings.states import Side, State
from coaching.models import SessionType
from core import clock, outbox
from core.ids import uuid7
from core.models import OutboxMessage
from payments.models import Checkout, Payment, PayoutHold, Refund, Transfer
from payments.payouts import holds, releasing
from payments.stripe import refreshing
from payments.stripe.balance import read_balance
from sandbox.server import Sandbox
from sandbox.stripe.wire import Failure, Record
from tests.bookings.billing.checked_life import CHANNELS, CheckedLife
from tests.bookings.cast import book, builder_of, client_of, shop
from tests.cast import make_builder_person, make_person, make_staff
from tests.payments.stripe.captured import captured
from tests.payments.stripe.cast import ASKING, DECLINED, FAILING, GOOD, KEY, SECRET, deliver
from tests.scheduling.cast import soon

PRICES = st.sampled_from([("75.00", "EUR"), ("9001", "JPY"), ("5.130", "KWD"), ("901", "ISK"), ("9900.50", "HUF")])
TIERS = st.sampled_from([[], [[0, 50]], [[0, 35]], [[0, 100]]])
TIMINGS = st.sampled_from(["at_booking", "at_booking", "after_session"])
INDEX = st.integers(0, 99)
MOST_BOOKINGS = 4


class BookingLife(CheckedLife):
    """Bookings that are paid, declined, confirmed, cancelled and refunded, with calls that fail and events that are lost."""

    def teardown(self) -> None:
        try:
            self.settle_everything()
            self.check_everything()
        finally:
            transaction.set_rollback(True)
            self.changes.__exit__(None, None, None)

    # The steps ----------------------------------------------------------------------------------------------

    @initialize(
        price=PRICES, tiers=TIERS, timing=TIMINGS, card=st.sampled_from([FAILING, GOOD]), is_taken=st.booleans()
    )
    def begin_with_a_paid_booking(
        self, price: tuple[str, str], tiers: list[list[int]], timing: str, card: str, is_taken: bool
    ) -> None:
        self.book_and_pay(price, tiers, timing, card)
        if is_taken:
            self.confirm(0)
            self.work()

    @rule(price=PRICES, tiers=TIERS, timing=TIMINGS, card=st.sampled_from([FAILING, GOOD]))
    def book_and_pay(self, price: tuple[str, str], tiers: list[list[int]], timing: str, card: str) -> None:
        """Books and pays as most people do: then Waymark knows of it."""
        if len(self.bookings) == MOST_BOOKINGS:
            return
        self.book(price, tiers, timing)
        index = len(self.bookings) - 1
        if timing == "after_session":
            self.confirm(index)
            self.complete(index)
        self.open_page(index)
        self.pay(-1, card)
        self.come_back(index)

    @rule(price=PRICES, tiers=TIERS, timing=TIMINGS)
    def book(self, price: tuple[str, str], tiers: list[list[int]], timing: str) -> None:
        if len(self.bookings) == MOST_BOOKINGS:
            return
        SessionType.objects.filter(pk=self.hour.pk).update(payment_timing=timing)
        booking = book(self.hour, self.client, soon(9 + 2 * len(self.bookings)))
        total, currency = Decimal(price[0]), price[1]
        splits = [[str(self.partner.pk), "30"]] if len(self.bookings) % 2 else []
        Booking.objects.filter(pk=booking.pk).update(
            total=total, rate=total, currency=currency, tiers=tiers, splits=splits
        )
        self.bookings.append(booking)

    @rule(index=INDEX)
    def open_page(self, index: int) -> None:
        self.attempt(lambda: paying.start_paying(booking=self.booking(index)))

    @rule(index=INDEX, card=st.sampled_from([GOOD, GOOD, DECLINED, ASKING, FAILING]))
    def pay(self, index: int, card: str) -> None:
        sessions = self.sandbox.books.all("checkout.session")
        if sessions:
            with suppress(Failure), self.sandbox.books.lock:
                self.sandbox.checkout.pay(sessions[index % len(sessions)]["id"], card)

    @rule(index=INDEX, succeeds=st.booleans())
    def answer_the_bank(self, index: int, succeeds: bool) -> None:
        sessions = self.sandbox.books.all("checkout.session")
        if sessions:
            with suppress(Failure), self.sandbox.books.lock:
                self.sandbox.checkout.authenticate(sessions[index % len(sessions)]["id"], succeeds=succeeds)

    @rule(index=INDEX)
    def come_back(self, index: int) -> None:
        self.attempt(lambda: paying.check_payment(booking=self.booking(index)))

    @rule(index=INDEX)
    def confirm(self, index: int) -> None:
        booking = self.booking(index)
        self.attempt(lambda: agreement.confirm(booking=booking, by=builder_of(booking)))

    @rule(index=INDEX, by=st.sampled_from(["client", "client", "builder", "nobody"]))
    def end(self, index: int, by: str) -> None:
        """Cancels the booking, declines it, or lets its time to be answered pass."""
        booking = self.booking(index)
        if by == "client":
            self.attempt(lambda: agreement.cancel(booking=booking, by=client_of(booking)))
        elif by == "builder":
            act = agreement.decline if booking.state == State.PENDING else agreement.cancel
            self.attempt(lambda: act(booking=booking, by=builder_of(booking)))
        elif booking.state == State.PENDING and booking.payment_due_at is None:
            Booking.objects.filter(pk=booking.pk).update(answer_by=clock.now())
            self.attempt(lambda: agreement.expire(booking=booking))

    @rule(index=INDEX)
    def complete(self, index: int) -> None:
        booking = self.booking(index)
        self.attempt(lambda: agreement.start(booking=booking, by=builder_of(booking)))
        self.attempt(lambda: agreement.complete(booking=booking, by=builder_of(booking)))

    @rule(index=INDEX, tenths=st.integers(1, 11))
    def refund(self, index: int, tenths: int) -> None:
        booking = self.booking(index)
        step = Decimal("0.01") if booking.currency in ("EUR", "KWD", "HUF") else Decimal(1)
        amount = max(step, (booking.total * tenths / 10).quantize(step))
        for _ in range(2):
            self.attempt(
                lambda: billing.refund(
                    booking=booking, amount=amount, reason="Too short.", key=uuid7(), by=builder_of(booking)
                )
            )

    @rule(index=INDEX, tenths=st.integers(1, 10))
    def refund_as_credit(self, index: int, tenths: int) -> None:
        booking = self.booking(index)
        step = Decimal("0.01") if booking.currency in ("EUR", "KWD", "HUF") else Decimal(1)
        amount = max(step, (booking.total * tenths / 10).quantize(step))
        self.attempt(
            lambda: billing.refund(
                booking=booking, amount=amount, reason="Too short.", key=uuid7(), by=builder_of(booking),
                consent="She asked for it.",
            )
        )  # fmt: skip

    @rule(index=INDEX)
    def use_credit(self, index: int) -> None:
        self.attempt(lambda: paying.use_credit(booking=self.booking(index)))

    @rule(index=INDEX)
    def try_a_refund_again(self, index: int) -> None:
        booking = self.booking(index)
        for payment in Payment.objects.filter(subject_id=booking.pk):
            for failed in payment.refunds.all().to_try_again():
                self.attempt(lambda failed=failed: billing.try_refund_again(refund=failed, by=builder_of(booking)))  # type: ignore[misc]  # a default binds it

    @rule(index=INDEX)
    def give_up_a_refund(self, index: int) -> None:
        booking = self.booking(index)
        for failed in Refund.objects.to_try_again().filter(payment__subject_id=booking.pk):
            billing.give_up_refund(refund=failed, reason="The card was closed.", by=builder_of(booking))

    @rule(index=INDEX)
    def dispute_the_session(self, index: int) -> None:
        booking = self.booking(index)
        self.attempt(lambda: disputes.open_(booking=booking, by=client_of(booking), reason="It was cut short."))

    @rule(index=INDEX, tenths=st.sampled_from([None, 1, 5, 10]))
    def settle_the_dispute(self, index: int, tenths: int | None) -> None:
        """Settles it with a part given back, or by cancelling the session."""
        booking = self.booking(index)
        by = Actor(Side.SUPPORT, self.support)
        step = Decimal("0.01") if booking.currency in ("EUR", "KWD", "HUF") else Decimal(1)
        amount = (booking.total * tenths / 10).quantize(step) if tenths else None
        outcome = State.COMPLETED if tenths else State.CANCELLED
        self.attempt(
            lambda: disputes.resolve(booking=booking, by=by, outcome=outcome, reason="Half.", refund_amount=amount)
        )

    @rule(index=INDEX, is_inquiry=st.booleans())
    def dispute_at_the_bank(self, index: int, is_inquiry: bool) -> None:
        """Asks the bank for what was not given back yet."""
        disputed = {dispute["charge"] for dispute in self.sandbox.books.all("dispute")}
        charges = [row for row in self.sandbox.books.all("charge") if row["captured"] and row["id"] not in disputed]
        if charges:
            charge = charges[index % len(charges)]
            left = charge["amount_captured"] - charge["amount_refunded"]
            if left:
                with self.sandbox.books.lock:
                    self.sandbox.disputes.open(charge["id"], amount=left, is_inquiry=is_inquiry)

    @rule(index=INDEX, act=st.sampled_from(["withdraw", "reinstate", "win", "lose", "lose", "win_on_appeal"]))
    def let_the_bank_decide(self, index: int, act: str) -> None:
        rows = self.sandbox.books.all("dispute")
        if rows:
            row = rows[index % len(rows)]
            is_taken = sum(part["amount"] for part in row["balance_transactions"]) < 0
            if act == "withdraw" and (is_taken or self.is_refunded(row)):
                return
            with suppress(Failure), self.sandbox.books.lock:
                getattr(self.sandbox.disputes, act)(row["id"])

    def is_refunded(self, dispute: Record) -> bool:
        """Whether the payment was given back since its bank has asked about it, so that there is nothing left to take."""
        charge = self.sandbox.books.objects[dispute["charge"]]
        return bool(charge["amount_refunded"] + dispute["amount"] > charge["amount_captured"])

    @rule(index=INDEX)
    def refund_in_the_dashboard(self, index: int) -> None:
        with_credit = Payment.objects.filter(refunds__as_credit=True)  # what is credit is not given back a second time
        known = set(with_credit.values_list("charge_id", flat=True))
        all_charges = self.sandbox.books.all("charge")
        charges = [charge for charge in all_charges if charge["captured"] and charge["id"] not in known]
        if charges:
            charge = charges[index % len(charges)]
            step = 1000 if charge["currency"] == "isk" else 100
            with suppress(Failure), self.sandbox.books.lock:
                self.sandbox.payments.refund({"charge": charge["id"], "amount": str(step)})

    @rule(index=st.integers(0, 999), times=st.sampled_from([1, 1, 1, 10]))
    def deliver_an_event(self, index: int, times: int) -> None:
        events = self.sandbox.books.all("event")
        if events:
            deliver(events[index % len(events)], times)

    @rule()
    def work(self) -> None:
        OutboxMessage.objects.filter(channel__in=CHANNELS, state="waiting").update(
            due_at=clock.now(), leased_until=None
        )
        for channel in CHANNELS:
            outbox.deliver_due(channel)

    @rule(works=st.booleans())
    def pay_the_builder(self, works: bool) -> None:
        """Lets the days until payouts are due pass, and does what happens in the night after them."""
        schedule_payouts()
        Transfer.objects.update(due_at=clock.now())
        releasing.pay_due(clock.now())
        if works:
            self.work()

    @rule()
    def empty_the_account(self) -> None:
        with self.sandbox.books.lock:
            for account in self.accounts:
                self.sandbox.transfers.empty(account.provider_id)

    @rule(index=INDEX, is_released=st.booleans())
    def hold_or_release(self, index: int, is_released: bool) -> None:
        for payment in Payment.objects.filter(subject_id=self.booking(index).pk):
            act = holds.release if is_released else holds.hold
            act(payment=payment, reason=PayoutHold.Reason.SUPPORT)

    @rule(fault=st.sampled_from(["drop", "broken", "500", "garbage", "429"]))
    def fail_once(self, fault: str) -> None:
        cache.clear()  # closes the circuit breaker, so that calls are made
        self.sandbox.set_fault(f"{fault} once")

    @rule(minutes=st.sampled_from([1, 10, 32]))
    def let_time_pass(self, minutes: int) -> None:
        self.sandbox.advance(minutes * 60)
        past = timedelta(minutes=minutes)
        for booking in Booking.objects.filter(state=State.PENDING, payment_due_at__isnull=False):
            due_at = booking.created_at + timedelta(minutes=31) - past
            Booking.objects.filter(pk=booking.pk).update(payment_due_at=due_at, answer_by=due_at)
        self.sweep()

    # At the end ---------------------------------------------------------------------------------------------

    def settle_everything(self) -> None:
        """Lets a day pass in which nothing fails, and events that were lost stay lost."""
        cache.clear()
        self.sandbox.faults_once.clear()
        self.sandbox.advance(24 * 3600)
        past = clock.now() - timedelta(hours=1)
        for _ in range(3):
            Checkout.objects.filter(state__in=["new", "open"]).update(expires_at=past)
            Booking.objects.filter(state=State.PENDING, payment_due_at__isnull=False).update(
                payment_due_at=past, answer_by=past
            )
            self.sweep()
            for booking in self.bookings:
                self.attempt(lambda booking=booking: paying.check_payment(booking=booking))  # type: ignore[misc]  # a default binds it
            read_balance()
            self.work()
        self.sandbox.advance(60)  # a card that takes no refunds says so after a while
        read_balance()
        self.work()
        self.close_disputes()
        for index in range(len(self.bookings)):
            self.give_up_a_refund(index)
        PayoutHold.objects.update(released_at=clock.now())
        self.fill_our_balance()
        for _ in range(2):
            self.pay_the_builder(works=True)
        read_balance()

    def close_disputes(self) -> None:
        for row in self.sandbox.books.all("dispute"):
            with suppress(Failure), self.sandbox.books.lock:
                self.sandbox.disputes.win(row["id"])
        for index in range(len(self.bookings)):
            self.settle_the_dispute(index, 5)
        read_balance()
        for payment in Payment.objects.exclude(intent_id=""):
            refreshing.refresh_payment(payment.intent_id)
        self.work()
        self.sandbox.advance(60)
        read_balance()
        self.work()

    def fill_our_balance(self) -> None:
        """Takes other payments, so that our balance covers what is sent once more and what banks have cost."""
        later, self.sandbox.books.advanced = self.sandbox.books.advanced, 0  # a page is open for a day at most
        for currency in self.sandbox.books.balance():
            units = "90000" if currency in ("jpy", "isk") else "90000.00"
            captured(self.sandbox, self.stranger, self.client, units, currency.upper())
        self.sandbox.books.advanced = later


def check_lives(examples: int, steps: int, *, is_random: bool) -> None:
    options = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck),
        database=None, phases=[Phase.generate],  # to shrink a failure takes minutes
        derandomize=not is_random,
    )  # fmt: skip
    with Sandbox() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        BookingLife.server = server
        BookingLife.hour, BookingLife.client = shop(make_builder_person("Ada Moreno")), make_person("Cleo Park")
        BookingLife.partner, BookingLife.stranger = make_builder_person("Noor Haddad"), make_builder_person("Sam Reed")
        BookingLife.support = make_staff("Suri Rao", Role.SUPPORT)
        with override_settings(
            STRIPE_SECRET_KEY=KEY,
            STRIPE_WEBHOOK_SECRETS=[SECRET],
            STRIPE_API_BASE=f"{server.address}/stripe",
            OUTSIDE_TRUSTED=[*django_settings.OUTSIDE_TRUSTED, server.address.removeprefix("http://")],
        ):
            run_state_machine_as_test(BookingLife, settings=options)
        server.shutdown()
        thread.join()


@pytest.mark.slow
@pytest.mark.django_db
def test_bookings_payments_ledger_and_books_agree_after_any_life() -> None:
    check_lives(7, 25, is_random=False)  # other lives each time are for the deep run


@pytest.mark.deep
@pytest.mark.django_db
def test_bookings_payments_ledger_and_books_agree_for_ten_thousand_steps() -> None:
    check_lives(250, 40, is_random=True)
