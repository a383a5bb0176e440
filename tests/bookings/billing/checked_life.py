"""What holds for bookings, their payments and payouts, the ledger and the books of the stand-in, after whatever happened."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine, invariant

from accounts.models import User
from bookings.billing.checkout import services as paying
from bookings.billing.rules import KIND
from bookings.models import Booking
from bookings.states import State
from coaching.models import SessionType
from core import clock
from core.errors import Refused
from core.models import OutboxMessage
from core.money import in_minor_units
from core.registry import integrity_findings
from core.service_calls import ServiceDown
from payments import ledger
from payments.account_credit.queries import credit_of
from payments.models import LedgerAccount, Payment, Transfer
from payments.stripe.amounts import from_stripe_units
from payments.stripe.errors import PaymentRefused
from sandbox.server import Sandbox
from sandbox.stripe.wire import Failure, Record
from tests.payments.payouts.cast import onboarded

REFUSALS = (Refused, ServiceDown, PaymentRefused, Failure)
CHECKS = ("payments", "payouts", "stripe", "ledger", "bookings: payments")
CHANNELS = ("webhook", "payment", "refund", "transfer", "reversal")


class CheckedLife(RuleBasedStateMachine):
    """Begins without bookings and with empty books, and checks what always holds and what holds at the end."""

    server: Sandbox
    hour: SessionType
    client: User
    support: User
    stranger: User  # a builder who is paid by card, and never paid out
    partner: User  # who gets a part of every other booking

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
        self.bookings: list[Booking] = []
        self.accounts = [onboarded(self.sandbox, person) for person in (self.hour.builder, self.partner)]

    # What always holds --------------------------------------------------------------------------------------

    @invariant()
    def nobody_has_less_credit_than_none(self) -> None:
        assert all(money.amount > 0 for money in credit_of(self.client.pk))

    @invariant()
    def nothing_is_refunded_that_was_not_paid(self) -> None:
        for charge in self.sandbox.books.all("charge"):
            assert charge["amount_refunded"] <= charge["amount_captured"] or not charge["captured"]
        for payment in Payment.objects.filter(subject_kind=KIND):
            counting = sum((refund.amount for refund in payment.refunds.all().counting()), Decimal(0))
            assert payment.amount_refunded == counting <= payment.amount_paid <= self.price_of(payment)

    @invariant()
    def the_ledger_has_no_more_than_the_books(self) -> None:
        funds = ledger.balances(self.hour.builder_id).get(LedgerAccount.Kind.CLIENT_FUNDS, {})
        for currency, money in funds.items():
            charges = self.sandbox.books.all("charge")
            units = sum(charge["amount_captured"] for charge in charges if charge["currency"] == currency.lower())
            assert -in_minor_units(money) <= in_minor_units(from_stripe_units(units, currency))

    @invariant()
    def no_builder_gets_more_than_was_paid(self) -> None:
        for charge in self.sandbox.books.all("charge"):
            transfers = [row for row in self.sandbox.books.all("transfer") if row["source_transaction"] == charge["id"]]
            assert sum(row["amount"] for row in transfers) <= charge["amount_captured"]

    # At the end ----------------------------------------------------------------------------------------------

    def check_everything(self) -> None:
        assert self.posted() == self.in_the_books()
        findings = [finding for finding in integrity_findings(clock.now()) if finding.check.startswith(CHECKS)]
        assert findings == []
        assert not OutboxMessage.objects.filter(channel__in=CHANNELS[1:]).exclude(state="delivered").exists()
        assert not Transfer.objects.exclude(state__in=["paid", "nothing"]).exists()
        assert self.paid_out() == self.sent_to_the_builder()
        for booking in self.bookings:
            self.check_booking(Booking.objects.get(pk=booking.pk))

    def check_booking(self, booking: Booking) -> None:
        payment = Payment.objects.filter(subject_id=booking.pk).first()
        if payment is None:
            return
        intents = [
            intent
            for intent in self.sandbox.books.all("payment_intent")
            if intent["metadata"].get("waymark_payment") == str(payment.pk)
        ]
        kept = payment.amount_paid - payment.amount_refunded
        net = sum((self.net_of(intent) for intent in intents), Decimal(0))
        as_credit = sum((refund.amount for refund in payment.refunds.filter(as_credit=True)), Decimal(0))
        assert kept + as_credit - payment.amount_from_credit == net, booking
        failed = sum((refund.amount for refund in payment.refunds.all().not_replaced()), Decimal(0))
        owed = booking.cancel_fee if booking.state == State.CANCELLED else booking.total
        assert kept - payment.amount_lost <= owed + failed, booking
        reserved = [intent for intent in intents if intent["status"] == "requires_capture"]
        assert not reserved or (booking.state == State.PENDING and len(reserved) == 1), booking

    def net_of(self, intent: Record) -> Decimal:
        charge = self.sandbox.books.objects.get(str(intent["latest_charge"]))
        if charge is None or not charge["captured"]:
            return Decimal(0)
        return from_stripe_units(charge["amount_captured"] - charge["amount_refunded"], charge["currency"]).amount

    def posted(self) -> dict[str, int]:
        balances = ledger.balances(None).get(LedgerAccount.Kind.PROVIDER, {})
        return {currency: in_minor_units(money) for currency, money in balances.items() if money.amount}

    def paid_out(self) -> dict[str, int]:
        sums: dict[str, int] = {}
        for person in (self.hour.builder, self.partner):
            for currency, money in ledger.balances(person.pk).get(LedgerAccount.Kind.PAID_OUT, {}).items():
                sums[currency] = sums.get(currency, 0) + in_minor_units(money)
        return {currency: units for currency, units in sums.items() if units}

    def sent_to_the_builder(self) -> dict[str, int]:
        sums: dict[str, int] = {}
        for row in self.sandbox.books.all("transfer"):
            units, currency = row["amount"] - row["amount_reversed"], row["currency"].upper()
            sums[currency] = sums.get(currency, 0) + in_minor_units(from_stripe_units(units, currency))
        return {currency: units for currency, units in sums.items() if units}

    def in_the_books(self) -> dict[str, int]:
        return {
            currency.upper(): in_minor_units(from_stripe_units(units, currency))
            for currency, units in self.sandbox.books.balance().items()
            if units
        }

    # Helpers ------------------------------------------------------------------------------------------------

    def booking(self, index: int) -> Booking:
        return Booking.objects.complete().get(pk=self.bookings[index % len(self.bookings)].pk)

    def price_of(self, payment: Payment) -> Decimal:
        return Booking.objects.get(pk=payment.subject_id).total

    def attempt(self, act: Callable[[], Any]) -> None:
        with suppress(*REFUSALS), transaction.atomic():
            act()

    def sweep(self) -> None:
        now = clock.now()
        paying.read_overdue_pages(now)
        paying.end_all_unpaid(now)
