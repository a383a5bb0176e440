"""The ledger of accounts, entries and legs.

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
        DISPUTED = "disputed", "Taken back by banks, not decided"
        PAYABLE = "payable", "Earned, to be transferred to the builder"
        PLATFORM_FEES = "platform_fees", "Fees of Waymark"
        PAID_OUT = "paid_out", "Transferred to the builder"
        SETTLED = "settled", "Earned and transferred"  # the other side of PAID_OUT
        DEBT = "debt", "Owed by the builder after refunds"
        CLIENT_CREDIT = "client_credit", "Credit of a client"  # money that pays for what they book next
        REWARDS = "rewards", "Rewards for referrals"  # what Waymark gave as credit
        CREDITS = "credits", "Credits of a client"  # in the unit of credits, as those below
        CREDITS_ISSUED = "credits_issued", "Credits that were bought"
        CREDITS_USED = "credits_used", "Credits that were used"
        CREDITS_EXPIRED = "credits_expired", "Credits that have expired"
        CREDITS_REFUNDED = "credits_refunded", "Credits that were refunded"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3, validators=[validate_currency])  # or the unit of credits

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
        DISPUTED = "disputed", "Taken back by the client's bank"
        REINSTATED = "reinstated", "Returned by the client's bank"
        DISPUTE_LOST = "dispute_lost", "Dispute that was lost"
        DISPUTE_WON = "dispute_won", "Lost dispute that was won on appeal"
        RECEIVED = "received", "Payment to the builder directly"
        RETURNED = "returned", "Refund by the builder directly"
        CORRECTED = "corrected", "Payment to the builder directly that was recorded by mistake"
        EARNED = "earned", "Share that became payable"
        EARNED_LESS = "earned_less", "Share that became smaller by a refund"
        COVERED = "covered", "Share that covers a debt"
        TRANSFER = "transfer", "Transfer to the builder"
        REVERSAL = "reversal", "Transfer that was taken back"
        REFUND_AS_CREDIT = "refund_as_credit", "Refund as credit"
        PAID_WITH_CREDIT = "paid_with_credit", "Payment with credit"
        REWARD = "reward", "Reward for a referral"
        REWARD_TAKEN_BACK = "reward_taken_back", "Reward for a referral that was taken back"
        CREDITS_ISSUED = "credits_issued", "Credits that were bought"
        CREDIT_USED = "credit_used", "Credit that was used"
        CREDIT_RETURNED = "credit_returned", "Credit that came back"
        CREDITS_GIVEN = "credits_given", "Credits that were claimed as a gift"
        CREDITS_EXPIRED = "credits_expired", "Credits that have expired"
        CREDITS_REFUNDED = "credits_refunded", "Credits that were refunded"

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
    debit = models.BigIntegerField(default=0)  # minor units
    credit = models.BigIntegerField(default=0)  # minor units

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


class LedgerClosing(models.Model):
    """The sum of an account's legs up to one of them; balances add only later legs. `audit_integrity` recomputes it."""

    account = models.OneToOneField(LedgerAccount, primary_key=True, on_delete=models.CASCADE, related_name="closing")
    through_leg_id = models.BigIntegerField()
    balance = models.BigIntegerField()  # debits minus credits
    closed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.account} through {self.through_leg_id}"
