"""Credits that a person has, with what was paid for them and until when they can be used."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.fields import LineField
from core.models import BaseModel, validate_currency
from core.money import Money, decimals_of, rounded
from payments.stripe.amounts import payable

OF_PLAN = "subscription"  # the source of the sessions that a period of a plan brings


class CreditGrant(BaseModel):
    """Credits that were paid for together, each for one session. How many are left is the sum of their legs in the
    ledger, which has the grant in `LedgerEntry.provider_id`."""

    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="credit_grants")
    builder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="credits_granted")
    source_kind = models.CharField(max_length=20)  # what was paid for, as in `Payment.subject_kind`
    source_id = models.UUIDField()
    title = LineField(max_length=80)
    sessions = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField(null=True)  # how long each session is; None: of any length
    usable_for = ArrayField(models.UUIDField(), default=list)  # ids of session types; empty: all of the builder's
    price = models.DecimalField(max_digits=14, decimal_places=4)  # paid for all of them
    currency = models.CharField(max_length=3, validators=[validate_currency])
    expires_at = models.DateTimeField(null=True)
    # A gift that nobody has claimed yet: the holder is who paid for it, and the credits cannot be used.
    is_waiting = models.BooleanField(default=False)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source_id", "source_kind"], name="one_credit_grant_of_a_source"),
            models.CheckConstraint(condition=Q(sessions__gte=1, price__gte=0), name="credit_grant_is_possible"),
        ]
        indexes = [
            models.Index(fields=["holder", "builder"], name="credit_grants_of_holder"),
            models.Index(fields=["expires_at"], name="credit_grants_by_end"),
        ]
        ordering = ["expires_at", "id"]

    def __str__(self) -> str:
        return f"{self.sessions} × {self.title}"

    @property
    def ledger_key(self) -> str:
        """The text by which the ledger's entries of these credits are found."""
        return f"credits:{self.pk}"

    @property
    def is_of_plan(self) -> bool:
        """Whether they are the sessions of one period of a plan, which lapse with it."""
        return self.source_kind == OF_PLAN

    def fits(self, session_type_id: UUID, minutes: int) -> bool:
        """Whether a credit pays for a session of this type and length."""
        return self.minutes in (None, minutes) and (not self.usable_for or session_type_id in self.usable_for)

    def worth(self, count: int) -> Money:
        """Returns what so many of these credits are worth when they are given back."""
        return part_of(Money(rounded(self.price, self.currency), self.currency), count, self.sessions)


def part_of(price: Money, count: int, sessions: int) -> Money:
    """Returns what so many of these sessions are worth: their part of the price, rounded down to an amount that the
    provider takes, so that parts never add up to more than the whole."""
    step = Decimal(1).scaleb(-decimals_of(price.currency))
    part = (price.amount * count / sessions).quantize(step, rounding=ROUND_DOWN)
    return payable(Money(part, price.currency))
