"""Factories for the models of payments."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from factory.declarations import LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from core import clock
from core.ids import uuid7
from core.money import Money
from payments import ledger
from payments.credits import services as credit_services
from payments.disputes.states import DisputeStatus
from payments.models import (
    CardPage,
    Checkout,
    Correction,
    CreditGrant,
    DisputeEvidence,
    DisputeFile,
    LedgerAccount,
    LedgerClosing,
    LedgerEntry,
    LedgerLeg,
    Payment,
    PaymentDispute,
    PayoutHold,
    Plan,
    ProviderAccount,
    ProviderCheck,
    ProviderCustomer,
    ProviderTransaction,
    Receipt,
    Refund,
    SavedCard,
    Subscription,
    SubscriptionCharge,
    Transfer,
    TransferReversal,
)
from payments.states import Method, Provider, Status
from tests.factories.accounts import UserFactory

Kind = LedgerAccount.Kind


class LedgerAccountFactory(DjangoModelFactory[LedgerAccount]):
    """Makes one of the platform's accounts."""

    class Meta:
        model = LedgerAccount

    kind = Kind.PROVIDER
    currency = Sequence(lambda number: ["EUR", "USD", "GBP", "CHF", "JPY"][number % 5])


class LedgerEntryFactory(DjangoModelFactory[LedgerEntry]):
    """Posts an entry of 50 euros, because the database refuses an entry without its legs."""

    class Meta:
        model = LedgerEntry

    reference = Sequence(lambda number: f"fee:test_{number}")
    kind = LedgerEntry.Kind.FEE
    occurred_at = LazyFunction(clock.now)

    @classmethod
    def _create(cls, model_class: type[LedgerEntry], *_: Any, **values: Any) -> LedgerEntry:
        movement = ledger.Movement(ledger.PROVIDER_FEES, ledger.PROVIDER, Money(Decimal(50), "EUR"))
        ledger.post(movements=[movement], **values)
        return model_class.objects.get(reference=values["reference"])


class LedgerLegFactory(DjangoModelFactory[LedgerLeg]):
    """Posts an entry and returns one of its legs."""

    class Meta:
        model = LedgerLeg

    @classmethod
    def _create(cls, model_class: type[LedgerLeg], *_: Any, **values: Any) -> LedgerLeg:
        return model_class.objects.filter(entry=LedgerEntryFactory.create(**values)).earliest("id")


class LedgerClosingFactory(DjangoModelFactory[LedgerClosing]):
    """Closes an account before its first leg."""

    class Meta:
        model = LedgerClosing

    account = SubFactory(LedgerAccountFactory)
    through_leg_id = 0
    balance = 0
    closed_at = LazyFunction(clock.now)


class PaymentFactory(DjangoModelFactory[Payment]):
    """Makes a payment of 75 euros that is due."""

    class Meta:
        model = Payment

    subject_kind = "booking"
    subject_id = LazyFunction(uuid7)
    subject_reference = Sequence(lambda number: f"WM-{number:06}")
    payee = SubFactory(UserFactory)
    payer = SubFactory(UserFactory)
    provider = Provider.MANUAL
    amount = Decimal(75)
    currency = "EUR"


class CheckoutFactory(DjangoModelFactory[Checkout]):
    """Makes a page that the provider has not created yet."""

    class Meta:
        model = Checkout

    payment = SubFactory(PaymentFactory, provider=Provider.STRIPE)
    amount = Decimal(75)
    is_held = True
    expires_at = LazyFunction(lambda: clock.now() + timedelta(minutes=31))


class ReceiptFactory(DjangoModelFactory[Receipt]):
    """Makes a receipt of a payment's whole sum, past the ledger."""

    class Meta:
        model = Receipt

    payment = SubFactory(PaymentFactory, amount_paid=Decimal(75), status=Status.PAID)
    key = LazyFunction(uuid7)
    amount = Decimal(75)
    method = Method.CASH
    received_on = LazyFunction(lambda: clock.now().date())


class CorrectionFactory(DjangoModelFactory[Correction]):
    """Makes a correction of a receipt, past the ledger and the sums of its payment."""

    class Meta:
        model = Correction

    receipt = SubFactory(ReceiptFactory)
    reason = "A typing error"


class RefundFactory(DjangoModelFactory[Refund]):
    """Makes a refund of a payment's whole sum, past the ledger."""

    class Meta:
        model = Refund

    payment = SubFactory(PaymentFactory, amount_paid=Decimal(75), amount_refunded=Decimal(75), status=Status.REFUNDED)
    key = LazyFunction(uuid7)
    amount = Decimal(75)
    reason = "The session was too short."


class ProviderTransactionFactory(DjangoModelFactory[ProviderTransaction]):
    """Makes the transaction of a payment of 75 euros."""

    class Meta:
        model = ProviderTransaction

    id = Sequence(lambda number: f"txn_{number}")
    kind = "charge"
    source = Sequence(lambda number: f"ch_{number}")
    payment = Sequence(lambda number: f"pi_{number}")
    currency = "EUR"
    net = 7500
    occurred_at = LazyFunction(clock.now)


class PaymentDisputeFactory(DjangoModelFactory[PaymentDispute]):
    """Makes a dispute that a client has just opened at their bank, past the ledger."""

    class Meta:
        model = PaymentDispute

    payment = SubFactory(
        PaymentFactory, provider=Provider.STRIPE, amount_paid=Decimal(75), status=Status.DISPUTED,
        intent_id=Sequence(lambda number: f"pi_disputed_{number}"),
    )  # fmt: skip
    provider_id = Sequence(lambda number: f"dp_{number}")
    status = DisputeStatus.NEEDS_RESPONSE
    reason = "product_not_received"
    amount = Decimal(75)
    currency = "EUR"
    opened_at = LazyFunction(clock.now)
    evidence_due_at = LazyFunction(lambda: clock.now() + timedelta(days=7))
    builder_until = LazyFunction(lambda: clock.now() + timedelta(days=3))


class CreditGrantFactory(DjangoModelFactory[CreditGrant]):
    """Gives somebody five credits for sessions of an hour, through the ledger."""

    class Meta:
        model = CreditGrant

    holder = SubFactory(UserFactory)
    builder = SubFactory(UserFactory)
    source_kind = "package"
    source_id = LazyFunction(uuid7)
    title = "Five hours"
    sessions = 5
    minutes = 60
    usable_for = LazyFunction(list)
    price = Decimal(400)
    currency = "USD"
    expires_at = LazyFunction(lambda: clock.now() + timedelta(days=100))
    is_waiting = False

    @classmethod
    def _create(cls, model_class: type[CreditGrant], *_: Any, **values: Any) -> CreditGrant:
        money = Money(values.pop("price"), values.pop("currency"))
        builder_id = values.pop("builder").pk
        grant = credit_services.issue(credit_services.NewCredits(price=money, builder_id=builder_id, **values))
        return model_class.objects.get(pk=grant.pk)


class DisputeEvidenceFactory(DjangoModelFactory[DisputeEvidence]):
    """Makes the evidence of a dispute's first version."""

    class Meta:
        model = DisputeEvidence

    dispute = SubFactory(PaymentDisputeFactory)
    version = 1
    document = LazyFunction(lambda: ContentFile(b"%PDF-1.4 evidence", name="evidence.pdf"))
    size = 17


class DisputeFileFactory(DjangoModelFactory[DisputeFile]):
    """Makes a file that the builder has added."""

    class Meta:
        model = DisputeFile

    dispute = SubFactory(PaymentDisputeFactory)
    added_by = SubFactory(UserFactory)
    file = LazyFunction(lambda: ContentFile(b"%PDF-1.4 notes", name="notes.pdf"))
    name = "notes.pdf"
    size = 14


class ProviderAccountFactory(DjangoModelFactory[ProviderAccount]):
    """Makes an account that is ready to be paid."""

    class Meta:
        model = ProviderAccount

    owner = SubFactory(UserFactory)
    provider_id = Sequence(lambda number: f"acct_{number}")
    country = "US"
    status = ProviderAccount.Status.READY


class PayoutHoldFactory(DjangoModelFactory[PayoutHold]):
    """Makes a hold for a dispute of the client's."""

    class Meta:
        model = PayoutHold

    payment = SubFactory(PaymentFactory)
    reason = PayoutHold.Reason.DISPUTE


class TransferFactory(DjangoModelFactory[Transfer]):
    """Makes the transfer of a whole payment that is not due yet."""

    class Meta:
        model = Transfer

    payment = SubFactory(PaymentFactory, provider=Provider.STRIPE)
    owner = SelfAttribute("payment.payee")
    percent = Decimal(100)
    fee_percent = Decimal(10)
    due_at = LazyFunction(lambda: clock.now() + timedelta(days=3))


class TransferReversalFactory(DjangoModelFactory[TransferReversal]):
    """Makes a reversal of ten euros, past the ledger."""

    class Meta:
        model = TransferReversal

    transfer = SubFactory(TransferFactory)
    amount = Decimal(10)
    sent_amount = Decimal(10)


class ProviderCheckFactory(DjangoModelFactory[ProviderCheck]):
    """Makes the check of our balance at Stripe, with nothing wrong."""

    class Meta:
        model = ProviderCheck
        django_get_or_create = ("name",)

    name = ProviderCheck.Name.OWN_BALANCE
    checked_at = LazyFunction(clock.now)


class PlanFactory(DjangoModelFactory[Plan]):
    """Makes a plan of the platform."""

    class Meta:
        model = Plan

    name = Sequence(lambda number: f"Pro {number}")
    price = Decimal(20)
    currency = "EUR"
    features = LazyFunction(lambda: {"fee_percent": "5"})


class ProviderCustomerFactory(DjangoModelFactory[ProviderCustomer]):
    class Meta:
        model = ProviderCustomer

    person = SubFactory(UserFactory)
    provider_id = Sequence(lambda number: f"cus_test{number}")


class SavedCardFactory(DjangoModelFactory[SavedCard]):
    class Meta:
        model = SavedCard

    person = SubFactory(UserFactory)
    provider_id = Sequence(lambda number: f"pm_test{number}")
    brand = "visa"
    last4 = "4242"
    expires_month = 12
    expires_year = 2034


class SubscriptionFactory(DjangoModelFactory[Subscription]):
    """Makes a subscription that was not paid yet."""

    class Meta:
        model = Subscription

    subscriber = SubFactory(UserFactory)
    plan = SubFactory(PlanFactory)
    timezone = "UTC"


class SubscriptionChargeFactory(DjangoModelFactory[SubscriptionCharge]):
    class Meta:
        model = SubscriptionCharge

    subscription = SubFactory(SubscriptionFactory)
    number = 1
    kind = "start"
    plan = SelfAttribute("subscription.plan")
    period_start = LazyFunction(clock.now)
    period_end = LazyFunction(lambda: clock.now() + timedelta(days=30))
    price = Decimal(20)
    amount = Decimal(20)
    currency = "EUR"
    due_at = LazyFunction(clock.now)


class CardPageFactory(DjangoModelFactory[CardPage]):
    class Meta:
        model = CardPage

    person = SubFactory(UserFactory)
    expires_at = LazyFunction(lambda: clock.now() + timedelta(hours=23))
