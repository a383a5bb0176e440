"""Payments with their receipts, corrections, refunds and pages of the provider."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from accounts.roles import STAFF
from core.fields import LineField
from core.models import BaseModel, validate_currency
from core.money import Money, rounded
from payments.states import Method, Provider, RefundStatus, Status


class PaymentQuerySet(models.QuerySet["Payment"]):
    def about(self, kind: str, ids: Iterable[UUID]) -> PaymentQuerySet:
        return self.filter(subject_kind=kind, subject_id__in=ids)

    def visible_to(self, person: User) -> PaymentQuerySet:
        """Payments to or from the person; all of them for staff."""
        if set(person.roles) & STAFF:
            return self
        return self.filter(Q(payer=person) | Q(payee=person))


class Payment(BaseModel):
    """What is paid for one subject, such as a booking. Its sums equal those of its receipts and refunds, which the
    ledger has as well; `audit_integrity` compares them.

    A subject without a row is one for which nothing was recorded yet.
    """

    subject_kind = models.CharField(max_length=20)  # "booking"
    subject_id = models.UUIDField()
    subject_reference = models.CharField(max_length=20)  # what people call it, such as WM-7K2M9P
    # None for what is paid to Waymark itself, such as for one of its plans.
    payee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="payments_received"
    )
    payer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="payments_made"
    )
    provider = models.CharField(max_length=10, choices=Provider.choices)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.DUE)
    amount = models.DecimalField(max_digits=14, decimal_places=4)  # the whole sum, whatever has been paid of it
    currency = models.CharField(max_length=3, validators=[validate_currency])
    amount_paid = models.DecimalField(max_digits=14, decimal_places=4, default=Decimal(0))
    amount_refunded = models.DecimalField(max_digits=14, decimal_places=4, default=Decimal(0))
    # How much of what was paid came from the client's credit, and so not through the provider.
    amount_from_credit = models.DecimalField(max_digits=14, decimal_places=4, default=Decimal(0), db_default=Decimal(0))
    # What banks have taken back for good, after disputes that were lost.
    amount_lost = models.DecimalField(max_digits=14, decimal_places=4, default=Decimal(0), db_default=Decimal(0))
    method = models.CharField(max_length=20, blank=True)  # of the last receipt
    paid_at = models.DateTimeField(null=True)  # when all of it was paid for the first time
    refunded_at = models.DateTimeField(null=True)  # when something was given back for the last time
    # Of a payment through a provider: its id there, until when what is reserved can be taken, and why the last attempt
    # to pay failed.
    intent_id = models.CharField(max_length=120, blank=True, default="", db_default="")
    authorised_at = models.DateTimeField(null=True)
    capture_before = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True, default="", db_default="")
    charge_id = models.CharField(max_length=120, blank=True, default="", db_default="")  # what transfers are made from
    # The provider's own name of the card, the same wherever that card pays, by which two accounts with one card are seen.
    card_fingerprint = models.CharField(max_length=40, blank=True, default="", db_default="")
    shared_at = models.DateTimeField(null=True)  # when its transfers to builders were scheduled
    # What Waymark keeps of it, as it was when the client began to pay; None for what is paid to the builder directly.
    fee_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["subject_id", "subject_kind"], name="one_payment_of_a_subject"),
            models.CheckConstraint(
                condition=Q(amount__gte=0, amount_paid__gte=0, amount_refunded__gte=0)
                & Q(amount_refunded__lte=F("amount_paid")),
                name="payment_sums_are_possible",
            ),
            models.CheckConstraint(
                condition=Q(amount_from_credit=0)
                | Q(amount_from_credit__gt=0, amount_from_credit__lte=F("amount_paid"), provider=Provider.STRIPE),
                name="payment_from_credit_is_possible",
            ),
            models.UniqueConstraint(
                fields=["intent_id"], condition=~Q(intent_id=""), name="one_payment_of_a_provider_payment"
            ),
        ]
        indexes = [
            models.Index(fields=["payee", "-created_at", "-id"], name="payments_of_payee"),
            models.Index(fields=["payer", "-created_at", "-id"], name="payments_of_payer"),
            models.Index(
                fields=["subject_id"], condition=Q(provider="stripe", shared_at__isnull=True, amount_paid__gt=0), name="payments_to_share",
            ),
            models.Index(fields=["paid_at"], condition=Q(paid_at__isnull=False), name="payments_by_time"),
            models.Index(fields=["changed_at"], condition=~Q(problem=""), name="payments_that_failed"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.subject_reference}, {self.get_status_display()}"

    def money(self, amount: Decimal) -> Money:
        return Money(rounded(amount, self.currency), self.currency)

    @property
    def payee_name(self) -> str:
        return self.payee.display_name if self.payee else "Waymark"

    @property
    def due(self) -> Money:
        """What has not been paid yet."""
        return self.money(max(self.amount - self.amount_paid, Decimal(0)))

    @property
    def refundable(self) -> Money:
        """What was paid, not given back, and not taken back by a bank."""
        return self.money(max(self.amount_paid - self.amount_refunded - self.amount_lost, Decimal(0)))

    @property
    def from_credit(self) -> Money:
        """What was paid with the client's credit."""
        return self.money(self.amount_from_credit)


class Receipt(BaseModel):
    """Money that the builder says has come in for a payment: all of it or a part. Never changed."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="receipts")
    key = models.UUIDField(unique=True)  # of the form it was recorded with, so that a form sent twice records one
    amount = models.DecimalField(max_digits=14, decimal_places=4)
    method = models.CharField(max_length=20, choices=Method.choices)
    received_on = models.DateField()
    note = LineField(max_length=200, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="a_receipt_has_an_amount")]

    def __str__(self) -> str:
        return f"{self.amount} received on {self.received_on}"

    @property
    def money(self) -> Money:
        return self.payment.money(self.amount)


class Correction(BaseModel):
    """Marks a receipt as recorded by mistake, so that it no longer counts. Never changed."""

    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="correction")
    reason = LineField(max_length=200)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.receipt}, by mistake"


class RefundQuerySet(models.QuerySet["Refund"]):
    def counting(self) -> RefundQuerySet:
        """Refunds that have not failed, of which the refunded sum of a payment is made."""
        return self.exclude(status=RefundStatus.FAILED)

    def to_arrive(self) -> RefundQuerySet:
        """Refunds that are on their way, and failed ones of which nobody has decided yet what becomes of them."""
        return self.filter(Q(status=RefundStatus.PENDING) | Q(status=RefundStatus.FAILED, retry=None, given_up_at=None))

    def settled(self) -> RefundQuerySet:
        """Refunds whose money builders no longer get a share of: the provider knows of them, or they are credit."""
        return self.counting().exclude(provider_id="", as_credit=False)

    def not_replaced(self) -> RefundQuerySet:
        """Refunds that have failed and that no other was made in the place of."""
        return self.filter(status=RefundStatus.FAILED, retry=None)

    def to_try_again(self) -> RefundQuerySet:
        """Failed refunds that wait for somebody to try them again or to give them up."""
        return self.not_replaced().filter(given_up_at=None)


class Refund(BaseModel):
    """Money of a payment that was given back, or is on its way. Its amount and reason never change.

    A refund of a payment to the builder directly is done when it is recorded. One through Stripe is pending until
    Stripe has made it, and can fail later too; then another refund can be tried in its place.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    key = models.UUIDField(unique=True)  # as that of a receipt
    amount = models.DecimalField(max_digits=14, decimal_places=4)
    reason = models.CharField(max_length=500)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(
        max_length=10, choices=RefundStatus.choices, default=RefundStatus.DONE, db_default=RefundStatus.DONE.value
    )
    provider_id = models.CharField(max_length=120, blank=True, default="", db_default="")  # Stripe's, such as re_123
    problem = models.CharField(max_length=300, blank=True, default="", db_default="")  # why it failed, for people
    # Whether the client keeps the money as credit for what they book next. `consent` says in words how they agreed; it is
    # empty where the sum was paid with credit and so goes back to it.
    as_credit = models.BooleanField(default=False, db_default=False)
    consent = models.CharField(max_length=500, blank=True, default="", db_default="")
    retry_of = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="retry")
    # Of a refund that has failed and is not to be tried again: who decided that, and why.
    given_up_at = models.DateTimeField(null=True)
    given_up_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    given_up_reason = models.CharField(max_length=500, blank=True, default="", db_default="")

    objects = RefundQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["created_at"], condition=Q(status="failed"), name="refunds_failed")]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_refund_has_an_amount"),
            models.CheckConstraint(
                condition=Q(as_credit=False, consent="") | Q(as_credit=True, status=RefundStatus.DONE, provider_id=""),
                name="a_refund_as_credit_is_done",
            ),
            models.UniqueConstraint(
                fields=["provider_id"], condition=~Q(provider_id=""), name="one_refund_of_a_provider_id"
            ),
            models.CheckConstraint(
                condition=Q(given_up_at=None, given_up_by=None, given_up_reason="")
                | Q(given_up_at__isnull=False, given_up_by__isnull=False, status=RefundStatus.FAILED)
                & ~Q(given_up_reason=""),
                name="a_refund_is_given_up_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} given back"

    @property
    def money(self) -> Money:
        return self.payment.money(self.amount)


class Checkout(BaseModel):
    """A page of the provider on which a payment can be paid once. Its id is the idempotency key of its creation."""

    class State(models.TextChoices):
        NEW = "new", "Not created yet"
        OPEN = "open", "Open"
        COMPLETE = "complete", "Paid"
        EXPIRED = "expired", "Expired"

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="checkouts")
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    amount = models.DecimalField(max_digits=14, decimal_places=4)
    is_held = models.BooleanField()  # whether the money is only reserved, and taken later
    expires_at = (
        models.DateTimeField()
    )  # as sent to the provider, which has to get the same again when a call is repeated
    provider_id = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=2000, blank=True)  # of the page, while it is open

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            # Two tabs pay on the same page, so that there is one charge.
            models.UniqueConstraint(
                fields=["payment"], condition=Q(state__in=["new", "open"]), name="one_open_checkout_of_a_payment"
            ),
            models.UniqueConstraint(
                fields=["provider_id"], condition=~Q(provider_id=""), name="one_checkout_of_a_provider_page"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_checkout_has_an_amount"),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state__in=["new", "open"]), name="open_checkouts_by_end")
        ]

    def __str__(self) -> str:
        return f"{self.payment}, {self.get_state_display()}"

    @property
    def money(self) -> Money:
        return self.payment.money(self.amount)


class ProviderTransaction(models.Model):
    """A movement of our balance at the payment provider, as it was last read, to compare the ledger with."""

    id = models.CharField(primary_key=True, max_length=120)
    kind = models.CharField(max_length=60)  # the provider's own word
    source = models.CharField(max_length=120, blank=True)
    payment = models.CharField(max_length=120, blank=True)
    currency = models.CharField(max_length=3)
    net = models.BigIntegerField(null=True)  # in minor units; None if the currency cannot have such an amount
    occurred_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-occurred_at", "-id"]

    def __str__(self) -> str:
        return self.id
