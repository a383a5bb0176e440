"""Builders' accounts with the payment provider, the transfers to them, and what holds a transfer back."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from core.models import BaseModel
from core.money import Money, rounded
from payments.models.payments import Payment, Refund


class ProviderAccount(BaseModel):
    """A builder's account with the payment provider, to which their shares are transferred."""

    class Status(models.TextChoices):
        NEW = "new", "Not set up yet"
        INCOMPLETE = "incomplete", "Details are missing"
        CHECKING = "checking", "Being checked"
        READY = "ready", "Ready"
        CLOSED = "closed", "Closed"

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="provider_account")
    provider_id = models.CharField(max_length=120, blank=True)  # such as acct_123; empty until it was created there
    country = models.CharField(max_length=2)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.NEW)
    requirements = ArrayField(models.CharField(max_length=200), default=list)  # the provider's names of what is missing
    checked_at = models.DateTimeField(null=True)  # when the provider was asked for what is saved here
    former_ids = ArrayField(models.CharField(max_length=120), default=list)  # of accounts that were closed and replaced

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider_id"], condition=~Q(provider_id=""), name="one_account_of_a_provider_id"
            ),
            models.CheckConstraint(
                condition=Q(status="new") | ~Q(provider_id=""), name="a_provider_account_that_is_known_has_its_id"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner}, {self.get_status_display()}"

    @property
    def is_ready(self) -> bool:
        return self.status == self.Status.READY


class PayoutHold(BaseModel):
    """Keeps a payment from being transferred until it is released. There is one open hold for each reason and key."""

    class Reason(models.TextChoices):
        DISPUTE = "dispute", "The client disputes the session."
        BANK_DISPUTE = "bank_dispute", "The client’s bank disputes the payment."
        SUPPORT = "support", "Waymark’s support is looking into it."

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="payout_holds")
    reason = models.CharField(max_length=14, choices=Reason.choices)
    key = models.CharField(max_length=120, blank=True)  # such as the provider's id of a dispute
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "reason", "key"], condition=Q(released_at=None), name="one_open_hold_of_a_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.payment}: {self.get_reason_display()}"


class TransferQuerySet(models.QuerySet["Transfer"]):
    def visible_to(self, person: User) -> TransferQuerySet:
        return self.filter(owner=person)

    def listed(self) -> TransferQuerySet:
        """With their payments, without those of which nothing was left from the beginning, such as after a cancellation."""
        return self.select_related("payment", "owner").exclude(state=Transfer.State.NOTHING, amount=0)


class Transfer(BaseModel):
    """A builder's share of one payment. It becomes payable when it is due and nothing holds it back, and is then sent.

    `amount` and `fee` are fixed when it becomes payable. What a refund takes back later is counted beside them. A share
    that grows again, after a refund that failed, is a further transfer with the next number.
    """

    class State(models.TextChoices):
        SCHEDULED = "scheduled", "Scheduled"
        PAYABLE = "payable", "About to be sent"
        SENDING = "sending", "Being sent"
        PAID = "paid", "Paid out"
        NOTHING = "nothing", "Nothing to pay out"

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="transfers")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="transfers")
    number = models.PositiveSmallIntegerField(default=1)
    percent = models.DecimalField(max_digits=5, decimal_places=2)  # of the payment less the fee
    fee_percent = models.DecimalField(max_digits=5, decimal_places=2)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.SCHEDULED)
    amount = models.DecimalField(max_digits=14, decimal_places=4, default=Decimal(0))
    fee = models.DecimalField(max_digits=14, decimal_places=4, default=Decimal(0))
    amount_back = models.DecimalField(max_digits=14, decimal_places=4, default=Decimal(0))  # taken back after refunds
    fee_back = models.DecimalField(max_digits=14, decimal_places=4, default=Decimal(0))
    covered = models.DecimalField(max_digits=14, decimal_places=4, default=Decimal(0))  # kept for a debt of the builder
    attempts = models.PositiveSmallIntegerField(default=0)  # how often it was queued for the provider
    changes = models.PositiveSmallIntegerField(default=0)  # how often a refund has changed it, for its ledger entries
    problem = models.CharField(max_length=300, blank=True)  # why the provider refused the last attempt, for people
    waits_for_balance = models.BooleanField(default=False, db_default=False)  # it was refused because ours was too low
    asked_amount = models.DecimalField(max_digits=14, decimal_places=4, null=True)  # what the provider is asked to send
    # As the provider made it. Its currency can be another than that of the payment, and reversals are in it.
    provider_id = models.CharField(max_length=120, blank=True)
    sent_amount = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    sent_currency = models.CharField(max_length=3, blank=True)
    paid_at = models.DateTimeField(null=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        ordering = ["-due_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["payment", "owner", "number"], name="one_transfer_of_a_number"),
            models.UniqueConstraint(
                fields=["provider_id"], condition=~Q(provider_id=""), name="one_transfer_of_a_provider_id"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0, fee__gte=0, amount_back__gte=0, fee_back__gte=0, covered__gte=0)
                & Q(amount_back__lte=F("amount"), fee_back__lte=F("fee"), covered__lte=F("amount")),
                name="transfer_sums_are_possible",
            ),
            models.CheckConstraint(
                condition=Q(sent_amount=None, sent_currency="", provider_id="")
                | Q(sent_amount__gt=0) & ~Q(sent_currency="") & ~Q(provider_id=""),
                name="sent_amount_with_its_currency",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-due_at", "-id"], name="transfers_of_owner"),
            models.Index(fields=["due_at"], condition=Q(state="scheduled"), name="transfers_to_release"),
            models.Index(fields=["due_at"], condition=Q(state__in=["payable", "sending"]), name="transfers_to_send"),
        ]

    def __str__(self) -> str:
        return f"{self.payment.subject_reference}, {self.get_state_display()}"

    @property
    def share(self) -> Money:
        """What the builder has earned of it by now."""
        return self.payment.money(self.amount - self.amount_back)

    @property
    def gross(self) -> Money:
        """The share before the fee."""
        return self.payment.money(self.amount - self.amount_back + self.fee - self.fee_back)

    @property
    def kept_fee(self) -> Money:
        return self.payment.money(self.fee - self.fee_back)

    @property
    def covered_money(self) -> Money:
        return self.payment.money(self.covered)

    @property
    def asked(self) -> Money:
        """What the provider was asked to send, in the currency of the payment."""
        return self.payment.money(self.asked_amount or Decimal(0))

    @property
    def sent(self) -> Money | None:
        """What the provider has sent; None if nothing was."""
        if self.sent_amount is None:
            return None
        return Money(rounded(self.sent_amount, self.sent_currency), self.sent_currency)

    @property
    def unsent(self) -> Decimal:
        """What is left to send of a share that was not sent yet."""
        return max(self.amount - self.amount_back - self.covered, Decimal(0))


class TransferReversal(BaseModel):
    """A part of a transfer that is taken back after a refund. Its amounts never change.

    What the provider refuses to take back stays a debt of the builder, which later transfers cover.
    """

    class Status(models.TextChoices):
        PENDING = "pending", "On its way"
        DONE = "done", "Taken back"
        FAILED = "failed", "Not taken back"

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="reversals")
    refund = models.ForeignKey(Refund, null=True, on_delete=models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=14, decimal_places=4)  # in the currency of the payment
    sent_amount = models.DecimalField(max_digits=14, decimal_places=4)  # in that of the transfer
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PENDING)
    provider_id = models.CharField(max_length=120, blank=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, sent_amount__gt=0), name="a_reversal_has_an_amount"),
            models.UniqueConstraint(
                fields=["provider_id"], condition=~Q(provider_id=""), name="one_reversal_of_a_provider_id"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transfer}: {self.money.shown()} taken back"

    @property
    def money(self) -> Money:
        return self.transfer.payment.money(self.amount)


class ProviderCheck(models.Model):
    """What was last found to be wrong at the payment provider: a setting of our account, or differences of its balance."""

    class Name(models.TextChoices):
        OWN_BALANCE = "own_balance", "Our balance is not paid out by itself"
        ENOUGH = "enough", "Our balance covers what is to be transferred"
        LEDGER = "ledger", "The ledger agrees with our balance"

    name = models.CharField(primary_key=True, max_length=20, choices=Name.choices)
    problem = models.CharField(max_length=300, blank=True)  # empty if all is well
    count = models.PositiveIntegerField(default=0, db_default=0)  # how many differences there are
    checked_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.get_name_display()
