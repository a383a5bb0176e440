"""Plans, subscriptions with what was charged for them, and the cards that people have saved with the provider."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from core.fields import LineField
from core.models import BaseModel, TimedModel, validate_currency
from core.money import Money, rounded
from payments.plans.states import LIVE, ChargeKind, ChargeState, EndReason, SubscriptionStatus


class PlanQuerySet(models.QuerySet["Plan"]):
    def offered(self) -> PlanQuerySet:
        """Plans that can be subscribed to."""
        return self.filter(archived_at=None)

    def of_platform(self) -> PlanQuerySet:
        return self.filter(owner=None)


class Plan(BaseModel):
    """What can be subscribed to. Without an owner it is one of the platform's, for builders.

    Price, currency, interval and sessions stay as they are once somebody has subscribed: a new price is a new plan.
    """

    class Interval(models.TextChoices):
        MONTH = "month", "a month"
        YEAR = "year", "a year"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="plans")
    name = LineField(max_length=60)
    description = LineField(max_length=200, blank=True)
    price = models.DecimalField(max_digits=14, decimal_places=4)
    currency = models.CharField(max_length=3, validators=[validate_currency])
    interval = models.CharField(max_length=5, choices=Interval.choices, default=Interval.MONTH)
    trial_days = models.PositiveSmallIntegerField(default=0)
    sessions_per_period = models.PositiveSmallIntegerField(null=True)
    features = models.JSONField(default=dict, blank=True)  # as `payments.plans.features` declares them
    archived_at = models.DateTimeField(null=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["price", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(price__gt=0), name="a_plan_has_a_price"),
            models.CheckConstraint(
                condition=Q(owner=None, sessions_per_period=None)
                | Q(owner__isnull=False, sessions_per_period__gt=0, features={}, interval="month"),
                name="plan_of_the_platform_or_of_a_builder",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def money(self) -> Money:
        return Money(rounded(self.price, self.currency), self.currency)

    @property
    def price_text(self) -> str:
        """The price as people read it, such as "€20.00 a month"."""
        return f"{self.money.shown()} {self.get_interval_display()}"

    @property
    def is_offered(self) -> bool:
        return self.archived_at is None


class ProviderCustomer(TimedModel):
    """A person as the provider knows them, so that it can keep their cards."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="provider_customer"
    )
    provider_id = models.CharField(max_length=120, unique=True)

    def __str__(self) -> str:
        return self.provider_id


class SavedCardQuerySet(models.QuerySet["SavedCard"]):
    def usable(self) -> SavedCardQuerySet:
        return self.filter(removed_at=None)


class SavedCard(BaseModel):
    """A card that a person has saved. The provider has the number; here is only what tells one from another."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_cards")
    provider_id = models.CharField(max_length=120, unique=True)
    brand = models.CharField(max_length=30)
    last4 = models.CharField(max_length=4)
    expires_month = models.PositiveSmallIntegerField()
    expires_year = models.PositiveSmallIntegerField()
    is_default = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True)

    objects = SavedCardQuerySet.as_manager()

    class Meta:
        ordering = ["-is_default", "-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(is_default=True), name="one_default_card_of_a_person"
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(removed_at=None), name="a_removed_card_is_not_the_default"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.brand.title()} ending in {self.last4}"

    @property
    def expires(self) -> str:
        return f"{self.expires_month:02}/{self.expires_year}"


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def live(self) -> SubscriptionQuerySet:
        return self.filter(status__in=LIVE)

    def visible_to(self, person: User) -> SubscriptionQuerySet:
        """The person's own. A builder sees how many have subscribed to a plan, and staff use the admin."""
        return self.filter(subscriber=person)


class Subscription(BaseModel):
    """Somebody's subscription to a plan. `seller` is the plan's owner: people have one live subscription with each.

    Periods are counted from `anchor_at` on the calendar of `timezone`: period 2 of one that began on 31 January ends at
    the end of April. `seller` is None for a plan of the platform.
    """

    subscriber = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="subscriptions")
    seller = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="subscriptions")
    next_plan = models.ForeignKey(
        Plan, null=True, on_delete=models.PROTECT, related_name="+"
    )  # from the next period on
    status = models.CharField(max_length=10, choices=SubscriptionStatus.choices, default=SubscriptionStatus.INCOMPLETE)
    timezone = models.CharField(max_length=64)
    anchor_at = models.DateTimeField(null=True)
    period_number = models.IntegerField(default=0)  # since the anchor; -1 while on trial
    current_period_start = models.DateTimeField(null=True)
    current_period_end = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    cancel_requested_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    grace_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=10, choices=EndReason.choices, blank=True, default="")

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber", "seller"], condition=~Q(status="canceled"), nulls_distinct=False,
                name="one_live_subscription_with_a_seller",
            ),
            models.CheckConstraint(
                condition=Q(status="canceled", ended_at__isnull=False) & ~Q(end_reason="")
                | ~Q(status="canceled") & Q(ended_at=None, end_reason=""),
                name="an_ended_subscription_says_why",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["incomplete", "canceled"])
                | Q(anchor_at__isnull=False, current_period_end__gt=F("current_period_start")),
                name="a_started_subscription_has_a_period",
            ),
            models.CheckConstraint(
                condition=Q(status="past_due", grace_until__isnull=False)
                | ~Q(status="past_due") & Q(grace_until=None),
                name="grace_while_past_due",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["current_period_end"], condition=Q(status__in=["trialing", "active", "paused"]),
                name="subscriptions_to_renew",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.reference}, {self.get_status_display()}"

    @property
    def reference(self) -> str:
        """What people call it, such as SUB-7C19A2F4."""
        return f"SUB-{self.pk.hex[-8:].upper()}"

    @property
    def is_ending(self) -> bool:
        return self.cancel_requested_at is not None and self.status != SubscriptionStatus.CANCELED


class SubscriptionCharge(BaseModel):
    """What is charged for one period, or for changing to a larger plan within one. Paid by the payment about it.

    `credit` is what the unused rest of the former plan was worth, so `amount` is `price` less `credit`.
    """

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="charges")
    number = models.PositiveIntegerField()  # within the subscription, from 1
    kind = models.CharField(max_length=8, choices=ChargeKind.choices)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()
    starts_new_period = models.BooleanField(default=False)  # of a change, such as from a month to a year
    price = models.DecimalField(max_digits=14, decimal_places=4)
    credit = models.DecimalField(max_digits=14, decimal_places=4, default=Decimal(0))
    amount = models.DecimalField(max_digits=14, decimal_places=4)
    currency = models.CharField(max_length=3, validators=[validate_currency])
    sessions = models.PositiveSmallIntegerField(default=0)  # how many sessions it brings once it is paid
    state = models.CharField(max_length=4, choices=ChargeState.choices, default=ChargeState.OPEN)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)  # that have failed
    next_attempt_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True, default="")  # why the last attempt failed, for people
    paid_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "number"], name="one_charge_of_a_number"),
            models.UniqueConstraint(
                fields=["subscription"], condition=Q(state="open"), name="one_open_charge_of_a_subscription"
            ),
            models.CheckConstraint(
                condition=Q(credit__gte=0, amount__gte=0, amount=F("price") - F("credit")),
                name="sums_of_a_charge_agree",
            ),
            models.CheckConstraint(condition=Q(period_end__gt=F("period_start")), name="a_charge_has_a_period"),
            models.CheckConstraint(
                condition=Q(state="paid", paid_at__isnull=False) | ~Q(state="paid") & Q(paid_at=None),
                name="a_paid_charge_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(state="open"), name="charges_to_try_again"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"{self.subscription.reference}-{self.number}"

    @property
    def money(self) -> Money:
        return Money(rounded(self.amount, self.currency), self.currency)


class CardPage(BaseModel):
    """A page of the provider on which a person saves a card. `subscription` is the one that it is for, if any."""

    class State(models.TextChoices):
        NEW = "new", "Not created yet"
        OPEN = "open", "Open"
        COMPLETE = "complete", "Completed"
        EXPIRED = "expired", "Expired"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="card_pages")
    subscription = models.ForeignKey(Subscription, null=True, on_delete=models.CASCADE, related_name="card_pages")
    provider_id = models.CharField(max_length=120, blank=True, default="")
    address = models.CharField(max_length=2000, blank=True, default="")
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["provider_id"], condition=~Q(provider_id=""), name="one_row_of_a_card_page")
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_state_display()}"
