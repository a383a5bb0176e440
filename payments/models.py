"""The ledger: accounts, entries and the legs that move money between accounts.

The database refuses to change or delete entries and legs, and refuses an entry whose debits and credits differ in any
currency (migration 0002). Balances are sums of legs and are stored nowhere.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from core.ids import uuid7
from core.models import BaseModel, validate_currency


class LedgerAccount(BaseModel):
    """Where money of one currency lies, or to whom it is owed."""

    class Kind(models.TextChoices):
        PROVIDER = "provider", "With the payment provider"  # the platform's balance there
        PROVIDER_FEES = "provider_fees", "Fees of the payment provider"
        CLIENT_FUNDS = "client_funds", "Paid by clients, not yet earned"  # owed to the builder or back to the client
        RECEIVED_DIRECTLY = "received_directly", "Received by the builder directly"
        PAID_DIRECTLY = "paid_directly", "Paid to the builder directly"  # the other side of RECEIVED_DIRECTLY

    kind = models.CharField(max_length=20, choices=Kind.choices)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3, validators=[validate_currency])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "owner", "currency"], nulls_distinct=False, name="one_ledger_account_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.currency}"


class LedgerEntry(models.Model):
    """One event that moved money, such as a capture. `reference` names the event, so that it is posted only once."""

    class Kind(models.TextChoices):
        CAPTURE = "capture", "Payment"
        FEE = "fee", "Provider's fee"
        REFUND = "refund", "Refund"
        REFUND_FAILED = "refund_failed", "Refund that failed"
        RECEIVED = "received", "Payment to the builder directly"
        RETURNED = "returned", "Refund by the builder directly"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    reference = models.CharField(max_length=120, unique=True)  # such as "capture:pi_123"
    kind = models.CharField(max_length=20, choices=Kind.choices)
    occurred_at = models.DateTimeField()
    provider_id = models.CharField(max_length=120, blank=True, db_index=True)
    leg_count = models.PositiveSmallIntegerField()  # so that no leg can be added later

    class Meta:
        verbose_name_plural = "ledger entries"
        ordering = ["-occurred_at", "-id"]
        constraints = [models.CheckConstraint(condition=Q(leg_count__gte=2), name="at_least_two_legs")]

    def __str__(self) -> str:
        return self.reference


class LedgerLeg(models.Model):
    """A debit or a credit of one account, in minor units of the account's currency."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="legs")
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="legs", db_index=False)
    debit = models.BigIntegerField(default=0)
    credit = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(debit__gt=0, credit=0) | Q(debit=0, credit__gt=0), name="either_debit_or_credit"
            )
        ]
        # The balance of an account is read from this index alone, from the last closing on.
        indexes = [models.Index(fields=["account", "id"], include=["debit", "credit"], name="legs_of_an_account")]

    def __str__(self) -> str:
        return f"{self.debit} debit" if self.debit else f"{self.credit} credit"

    @property
    def is_debit(self) -> bool:
        return self.debit > 0


class LedgerClosing(models.Model):
    """The sum of an account's legs up to one of them, so that a balance adds up only the legs after it.

    It can be computed again from the legs at any time; `audit_integrity` compares the two.
    """

    account = models.OneToOneField(LedgerAccount, primary_key=True, on_delete=models.CASCADE, related_name="closing")
    through_leg_id = models.BigIntegerField()
    balance = models.BigIntegerField()  # debits minus credits
    closed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.account} through {self.through_leg_id}"


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
