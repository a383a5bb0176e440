"""Sellers and buyers as invoices name them, the rates of tax, series of numbers, and the documents themselves.

The database refuses to change an invoice, and to delete one before `keep_until` (a trigger of its migration).
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from accounts.models import User
from accounts.roles import STAFF
from core.fields import LineField
from core.ids import uuid7
from core.models import BaseModel, validate_currency
from core.money import Money, rounded
from payments.invoices.countries import choices, name_of
from payments.invoices.states import RATE_CATEGORIES, DocumentKind, SupplyPlace, TaxCategory
from payments.models.payments import Payment

PREFIX = RegexValidator(r"^[A-Z0-9]{2,10}$", "Use 2 to 10 capital letters and digits.")


class TaxKind(BaseModel):
    """A kind of service that is taxed in the same way, such as coaching. The operator keeps them, with their rates."""

    class RemotePlace(models.TextChoices):
        BUYER = "buyer", "The buyer’s country"
        SELLER = "seller", "The seller’s country"

    name = LineField(max_length=60, unique=True)
    slug = models.SlugField(max_length=30, unique=True)
    remote_place = models.CharField(
        "taxed online in", max_length=6, choices=RemotePlace.choices, default=RemotePlace.BUYER,
        help_text="For buyers without a VAT number. With one, it is always the buyer’s country.",
    )  # fmt: skip
    is_standard = models.BooleanField(default=False, help_text="Used where a seller or a session type names no kind.")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_standard"], condition=Q(is_standard=True), name="one_standard_tax_kind",
                violation_error_message="Another kind is the standard already.",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class TaxRate(BaseModel):
    """The rate of one kind of service in one country, from a day on. Entered by the operator, never shipped."""

    kind = models.ForeignKey(TaxKind, on_delete=models.CASCADE, related_name="rates")
    country = models.CharField(max_length=2, choices=choices)
    category = models.CharField(max_length=2, choices=RATE_CATEGORIES, default=TaxCategory.STANDARD)
    percent = models.DecimalField(
        max_digits=5, decimal_places=2, default=0, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    reason = LineField(max_length=200, blank=True, help_text="Printed where no tax is charged, such as the exemption.")
    valid_from = models.DateField()

    class Meta:
        ordering = ["country", "kind", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "country", "valid_from"], name="one_tax_rate_from_a_day"),
            models.CheckConstraint(
                condition=Q(category="S", percent__gt=0) | ~Q(category="S") & Q(percent=0),
                name="a_tax_rate_has_its_percent",
                violation_error_message="Only what is taxed at a rate has a percentage above 0.",
            ),
            models.CheckConstraint(
                condition=Q(category__in=["S", "Z"]) | ~Q(reason=""), name="no_tax_has_its_reason",
                violation_error_message="Give the reason why no tax is charged.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} in {name_of(self.country)}: {self.percent.normalize():f} %"


class PartyDetails(BaseModel):
    """Name, address and VAT number of one side of an invoice."""

    name = LineField(max_length=120)
    street = LineField("street and number", max_length=120)
    more = LineField("second line of the address", max_length=120, blank=True)
    postal_code = LineField(max_length=20, blank=True)
    city = LineField("town", max_length=80)
    country = models.CharField(max_length=2, choices=choices)
    vat_number = models.CharField("VAT number", max_length=20, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.name}, {name_of(self.country)}"


class SellerProfile(PartyDetails):
    """Who sells, as invoices say it: a builder, or the platform for its fee, which has no owner.

    A builder agrees that Waymark writes invoices in their name: without `agreed_at` none is written.
    """

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="seller_profile"
    )
    tax_number = LineField("tax number", max_length=30, blank=True)
    is_small_business = models.BooleanField("small business without VAT", default=False)
    tax_kind = models.ForeignKey(TaxKind, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    number_prefix = models.CharField("beginning of invoice numbers", max_length=10, validators=[PREFIX])
    agreed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner"], nulls_distinct=False, name="one_seller_profile_of_an_owner"),
            models.CheckConstraint(
                condition=Q(is_small_business=False) | ~Q(vat_number="", tax_number=""),
                name="a_small_business_has_a_number",
                violation_error_message="A small business needs a tax number or a VAT number.",
            ),
        ]


class BuyerProfile(PartyDetails):
    """What a client wants on their invoices. It counts for invoices that are written afterwards."""

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="buyer_profile")

    class Meta(PartyDetails.Meta):
        abstract = False


class InvoiceSeries(models.Model):
    """A series of numbers of one seller. Whoever takes a number locks the row until the end of their transaction."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    prefix = models.CharField(max_length=10, unique=True, validators=[PREFIX])
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "invoice series"
        ordering = ["prefix"]

    def __str__(self) -> str:
        return self.prefix


def is_buyer(person: User) -> Q:
    """Returns the condition for documents that the person has got, also as a guest: then the payment names them now."""
    return Q(buyer=person) | Q(buyer=None, payment__in=Payment.objects.filter(payer=person))


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def visible_to(self, person: User) -> InvoiceQuerySet:
        """Documents that the person sold or bought by; all of them for staff."""
        if set(person.roles) & STAFF:
            return self
        return self.filter(Q(seller=person) | is_buyer(person))

    def bought_by(self, person: User) -> InvoiceQuerySet:
        """Documents that the person has got from sellers."""
        own = Invoice.objects.order_by().filter(buyer=person).values("pk")
        as_guest = Invoice.objects.order_by().filter(buyer=None, payment__payer=person).values("pk")
        return self.filter(pk__in=own.union(as_guest))  # each has its index, which a condition with "or" would not use

    def of_year(self, year: int) -> InvoiceQuerySet:
        return self.filter(issued_on__gte=date(year, 1, 1), issued_on__lt=date(year + 1, 1, 1))


class Invoice(models.Model):
    """An invoice or a credit note as it was written. `document` has all that it says; the columns are for searching.

    `key` names what it is for, so that it is written once, such as `payment:<id>`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    kind = models.CharField(max_length=11, choices=DocumentKind.choices)
    key = models.CharField(max_length=120, unique=True)
    series = models.ForeignKey(InvoiceSeries, on_delete=models.PROTECT, related_name="invoices")
    sequence = models.PositiveIntegerField()
    number = models.CharField(max_length=24, unique=True)  # as printed, such as ADA-0042
    issued_on = models.DateField()
    keep_until = models.DateField()
    seller = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="invoices")
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="credit_notes")
    currency = models.CharField(max_length=3, validators=[validate_currency])
    net = models.DecimalField(max_digits=14, decimal_places=4)
    tax = models.DecimalField(max_digits=14, decimal_places=4)
    gross = models.DecimalField(max_digits=14, decimal_places=4)
    place = models.CharField(max_length=10, choices=SupplyPlace.choices)
    tax_country = models.CharField(max_length=2)
    document = models.JSONField()

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["series", "sequence"], name="one_invoice_of_a_number"),
            models.CheckConstraint(
                condition=Q(gross=F("net") + F("tax"), gross__gt=0, net__gte=0, tax__gte=0),
                name="invoice_sums_are_possible",
            ),
            models.CheckConstraint(
                condition=Q(kind="invoice", corrects=None) | Q(kind="credit_note", corrects__isnull=False),
                name="a_credit_note_has_its_invoice",
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "-issued_on", "-id"], name="invoices_of_seller"),
            models.Index(fields=["buyer", "-issued_on", "-id"], name="invoices_of_buyer"),
            models.Index(fields=["keep_until"], name="invoices_by_end"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("payments:invoice", args=[self.number])

    def money(self, amount_name: str) -> Money:
        amount = getattr(self, amount_name)
        return Money(rounded(amount, self.currency), self.currency)

    @property
    def total(self) -> Money:
        return self.money("gross")

    @property
    def current_buyer(self) -> User | None:
        """The buyer, also one who bought as a guest and has an account by now."""
        return self.buyer or (self.payment.payer if self.payment else None)

    @property
    def current_buyer_id(self) -> UUID | None:
        return self.buyer_id or (self.payment.payer_id if self.payment else None)

    @property
    def is_credit_note(self) -> bool:
        return self.kind == DocumentKind.CREDIT_NOTE

    @property
    def title(self) -> str:
        return f"{self.get_kind_display()} {self.number}"
