"""Codes, who joined through whom, the rules of the rewards, and the rewards."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from bookings.models import Booking
from core.models import BaseModel, validate_currency
from core.money import Money, rounded

LONGEST_CODE = 12


class ReferralCode(BaseModel):
    """A code of a person, which stands in their link. Older codes stay valid, for links that are out already."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="referral_codes")
    code = models.CharField(max_length=LONGEST_CODE, unique=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.code

    @property
    def link(self) -> str:
        """The whole address to share."""
        return f"{settings.SITE_URL}{reverse('referrals:invitation', args=[self.code])}"


class RewardRule(BaseModel):
    """What both sides get, and when. A change adds a row, so that people who have joined keep what they were promised."""

    class Kind(models.TextChoices):
        CLIENT = "client", "A new client books"
        BUILDER = "builder", "A new builder gives a session"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    is_on = models.BooleanField("rewards are given", default=True)
    referrer_amount = models.DecimalField(
        "credit for who invites", max_digits=14, decimal_places=4, help_text="0 for none."
    )
    friend_amount = models.DecimalField(
        "credit for who joins", max_digits=14, decimal_places=4, help_text="0 for none."
    )
    currency = models.CharField(max_length=3, validators=[validate_currency])
    least_paid = models.DecimalField(
        "lowest price of the first session", max_digits=14, decimal_places=4,
        help_text="Sessions that cost less do not count. It should be more than both rewards together.",
    )  # fmt: skip
    days = models.PositiveSmallIntegerField("days until the first session", default=90)
    most_per_year = models.PositiveSmallIntegerField("most rewards for one person in a year", default=20)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(referrer_amount__gte=0, friend_amount__gte=0, least_paid__gte=0), name="reward_is_possible"
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def money(self, amount: Decimal) -> Money:
        return Money(rounded(amount, self.currency), self.currency)


class ReferralStatus(models.TextChoices):
    JOINED = "joined", "Joined"
    QUALIFIED = "qualified", "Being checked"  # waits for staff
    REWARDED = "rewarded", "Rewarded"
    REFUSED = "refused", "Not rewarded"


class RefusalReason(models.TextChoices):
    """Why a referral is not rewarded, in words for staff."""

    SAME_PERSON = "same_person", "Both are the same person"
    CIRCLE = "circle", "The one has invited the other already"
    HOUSEHOLD = "household", "Both have the same address for invoices"
    CARD = "card", "Both have paid with the same card"
    SESSION_CARD = "session_card", "Both sides of the session have paid with the same card"
    EXPIRED = "expired", "No session in time"
    REFUNDED = "refunded", "The session was refunded"
    STAFF = "staff", "Refused by staff"


class Referral(BaseModel):
    """A person who joined through another. Nobody is referred twice."""

    class Suspicion(models.TextChoices):
        NETWORK = "network", "Both have signed in from the same network"
        # With the other side of the first session: the builder who gave it, or the client who booked it.
        OTHER_CARD = "other_card", "Who invited and the other side of the session have paid with the same card"
        OTHER_NETWORK = (
            "other_network",
            "The other side of the session has signed in from the network of one of the two",
        )

    referrer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="referrals")
    friend = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="referral")
    code = models.ForeignKey(ReferralCode, on_delete=models.PROTECT, related_name="referrals")
    joined_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=ReferralStatus.choices, default=ReferralStatus.JOINED)
    status_at = models.DateTimeField()
    reason = models.CharField(max_length=12, choices=RefusalReason.choices, blank=True)
    suspicion = models.CharField(max_length=16, choices=Suspicion.choices, blank=True)
    rule = models.ForeignKey(RewardRule, null=True, on_delete=models.PROTECT, related_name="+")
    booking = models.ForeignKey(Booking, null=True, on_delete=models.PROTECT, related_name="+")  # which counted
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=500, blank=True)  # of staff, who decided

    class Meta:
        ordering = ["-joined_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(referrer=F("friend")), name="nobody_refers_themselves"),
            models.CheckConstraint(
                condition=Q(status="refused", reason__gt="") | ~Q(status="refused") & Q(reason=""),
                name="a_refused_referral_has_its_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["referrer", "-joined_at"], name="referrals_of_a_person"),
            models.Index(
                fields=["status", "joined_at"], condition=Q(status__in=["joined", "qualified"]), name="open_referrals"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.friend} through {self.referrer}"


class Reward(BaseModel):
    """Credit that a person got for a referral."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="rewards")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="referral_rewards")
    amount = models.DecimalField(max_digits=14, decimal_places=4)
    currency = models.CharField(max_length=3, validators=[validate_currency])
    given_at = models.DateTimeField()
    amount_taken_back = models.DecimalField(max_digits=14, decimal_places=4, default=Decimal(0))

    class Meta:
        ordering = ["-given_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["referral", "person"], name="one_reward_for_a_referral"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount_taken_back__gte=0, amount_taken_back__lte=F("amount")),
                name="reward_sums_are_possible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.money} for {self.person}"

    @property
    def money(self) -> Money:
        return Money(rounded(self.amount, self.currency), self.currency)

    @property
    def ledger_key(self) -> str:
        """The reference of its entries in the ledger."""
        return str(self.pk)
