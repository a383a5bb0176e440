"""Packages that builders sell, and their purchases."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from core.fields import LineField
from core.models import BaseModel, validate_currency
from core.money import Money, rounded
from payments.credits.models import part_of
from payments.models import CreditGrant

FEWEST, MOST = 2, 50  # sessions of a package
SHORTEST_VALIDITY, LONGEST_VALIDITY = 7, 1095  # days


class PackageTerms(BaseModel):
    """What is sold: so many sessions of one length, for these session types, at one price, to be used in this time."""

    title = LineField(max_length=80)
    session_types = ArrayField(models.UUIDField(), default=list, blank=True)  # empty: all that cost something
    minutes = models.PositiveSmallIntegerField()
    sessions = models.PositiveSmallIntegerField()
    price = models.DecimalField(max_digits=14, decimal_places=4)
    currency = models.CharField(max_length=3, validators=[validate_currency])
    valid_days = models.PositiveSmallIntegerField(default=365)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def money(self) -> Money:
        return Money(rounded(self.price, self.currency), self.currency)

    @property
    def each(self) -> Money:
        """What one of its sessions costs, rounded."""
        return Money(rounded(self.price / self.sessions, self.currency), self.currency)

    @property
    def refund_of_one(self) -> Money:
        """What one unused session is worth if it is refunded, rounded down."""
        return part_of(self.money, 1, self.sessions)

    @property
    def validity(self) -> timedelta:
        return timedelta(days=self.valid_days)


class PackageQuerySet(models.QuerySet["Package"]):
    def on_sale(self) -> PackageQuerySet:
        return self.filter(is_active=True)


class Package(PackageTerms):
    """A package that a builder sells. Purchases have the terms that they were made with, so it may change."""

    builder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="packages")
    is_active = models.BooleanField("on sale", default=True)

    objects = PackageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sessions__range=(FEWEST, MOST), price__gt=0, valid_days__gte=SHORTEST_VALIDITY),
                name="package_is_possible",
            )
        ]
        indexes = [models.Index(fields=["builder", "id"], condition=Q(is_active=True), name="packages_on_sale")]
        ordering = ["sessions", "id"]


class PackagePurchase(PackageTerms):
    """A package that somebody buys, with its terms at that time. Once it is paid, it has its credits."""

    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="purchases")
    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="package_purchases")
    reference = models.CharField(max_length=9, unique=True)  # WP- and six characters
    is_gift = models.BooleanField(default=False)
    grant = models.OneToOneField(CreditGrant, null=True, on_delete=models.PROTECT, related_name="purchase")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(price__gt=Decimal(0)), name="purchase_has_a_price")]
        indexes = [models.Index(fields=["package", "-created_at"], name="purchases_of_package")]
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.reference
