"""The catalogue of services, and builders' offers: session types, prices and questions."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.db.models.functions import Cast, Right

from accounts.models import BuilderProfile
from coaching.packages import models as package_models  # noqa: F401  (so that Django finds them)
from core.fields import LineField
from core.links import LONGEST as LONGEST_LINK
from core.models import BaseModel, TimedModel, validate_currency
from pathways.models import Pathway
from payments.states import Timing

DAY = 1440  # minutes
SHORTEST, LONGEST = 5, 1440  # minutes of a session
SOMEWHERE = "Choose at least one: remote, or in person."
DEFAULT_TIERS = ((24, 0), (0, 50))  # hours ahead, and the percentage of the price that a cancellation costs


def all_rate_types() -> list[str]:
    return ["fixed", "hourly", "day"]


class Service(models.Model):
    """A kind of work that builders can offer, such as mixing, app review or deal coaching."""

    slug = models.SlugField(primary_key=True, max_length=40)
    name = LineField(max_length=60, unique=True)
    icon = models.CharField(max_length=20, default="spark", help_text="A file in templates/icons, without .svg.")
    position = models.PositiveSmallIntegerField(default=100)
    is_offered = models.BooleanField("can be chosen", default=True)
    keywords = models.CharField(
        "other words for it", max_length=300, blank=True, default="", db_default="",
        help_text="With commas between them, such as “guitar, piano” for Songwriting. A search for such a word that finds "
        "nobody suggests this service.",
    )  # fmt: skip

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class Offer(TimedModel):
    """A builder's services, rates and session config. The API reads and writes the session config as one object."""

    builder = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="offer"
    )
    services = models.ManyToManyField(Service, blank=True, related_name="offers")
    currency = models.CharField(max_length=3, default="USD", validators=[validate_currency])
    hourly_rate = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    day_rate = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    day_minutes = models.PositiveSmallIntegerField(default=480)  # that a day at the day rate has
    is_active = models.BooleanField("open for bookings", default=True)
    default_duration = models.PositiveSmallIntegerField(default=60)  # minutes
    allows_custom_duration = models.BooleanField(default=False)
    minimum_duration = models.PositiveSmallIntegerField(default=30)  # minutes
    maximum_duration = models.PositiveSmallIntegerField(default=120)  # minutes
    # [days ahead, per cent less] of each tier of the discount for booking early.
    early_tiers = ArrayField(
        ArrayField(models.PositiveSmallIntegerField(), size=2), default=list, db_default=[], blank=True, editable=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(hourly_rate__isnull=True) | Q(hourly_rate__gte=0))
                & (Q(day_rate__isnull=True) | Q(day_rate__gte=0)),
                name="rates_are_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(
                    minimum_duration__gte=SHORTEST,
                    maximum_duration__lte=LONGEST,
                    minimum_duration__lte=F("maximum_duration"),
                    default_duration__range=(SHORTEST, LONGEST),
                    day_minutes__range=(60, LONGEST),
                ),
                name="durations_are_possible",
            ),
        ]

    def __str__(self) -> str:
        return f"what {self.builder} offers"


class OfferedDuration(models.Model):
    """A line of the session config: a length and its price."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="durations")
    minutes = models.PositiveSmallIntegerField(validators=[MinValueValidator(SHORTEST), MaxValueValidator(LONGEST)])
    price = models.DecimalField(max_digits=14, decimal_places=4, validators=[MinValueValidator(Decimal(0))])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "minutes"], name="one_price_per_offered_duration"),
            models.CheckConstraint(
                condition=Q(minutes__range=(SHORTEST, LONGEST), price__gte=0), name="offered_duration_is_possible"
            ),
        ]
        ordering = ["minutes"]

    def __str__(self) -> str:
        return f"{self.minutes} min: {self.price.normalize():f}"


class SessionTypeQuerySet(models.QuerySet["SessionType"]):
    def bookable(self) -> SessionTypeQuerySet:
        """Returns the active session types of builders with a public profile."""
        return self.filter(is_active=True, builder__builder_profile__in=BuilderProfile.objects.public())

    def seen_by(self, person: object) -> SessionTypeQuerySet:
        """Returns those that the person may book: for visitors who are not signed in, only the free ones."""
        return self if getattr(person, "is_authenticated", False) else self.filter(category=SessionType.Category.FREE)

    def simplest_first(self) -> SessionTypeQuerySet:
        """Returns first those that a time is enough to book, then those that need an answer, a pathway or an address."""
        required = Question.objects.filter(session_type=OuterRef("pk"), is_asked=True, is_required=True)
        is_at_client = Q(is_remote=False, in_person_at=SessionType.InPersonAt.CLIENT)
        needs_more = Case(
            When(Exists(required) | is_at_client | Q(category=SessionType.Category.PATHWAY), then=1), default=0
        )
        return self.order_by(needs_more, "position", "id")

    def priced(self) -> SessionTypeQuerySet:
        """Loads what cards with prices show. Two queries, however many session types there are."""
        return self.select_related("service").prefetch_related("durations")

    def complete(self) -> SessionTypeQuerySet:
        """Loads everything that pages and the API show. Five queries, however many session types there are."""
        return self.select_related("service", "builder").prefetch_related("durations", "questions", "pathways", "tiers")


class SessionType(BaseModel):
    """A kind of session that clients can book with a builder. A limit that is null is taken from the schedule."""

    class Category(models.TextChoices):
        FREE = "FREE", "Free"
        PATHWAY = "PATHWAY", "Pathway"
        SPECIALIZED = "SPECIALIZED", "Paid session"

    class RateType(models.TextChoices):
        FIXED = "fixed", "A price per session"
        HOURLY = "hourly", "By the hour"
        DAY = "day", "By the day"

    class InPersonAt(models.TextChoices):
        BUILDER = "builder", "At my address"
        CLIENT = "client", "At the client's address"
        EITHER = "either", "The client chooses"

    class Colour(models.TextChoices):
        PINE = "pine", "Pine"
        CLAY = "clay", "Clay"
        SKY = "sky", "Sky"
        PLUM = "plum", "Plum"
        MOSS = "moss", "Moss"

    builder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="session_types")
    title = LineField(max_length=80)
    description = models.TextField(max_length=2000, blank=True)
    service = models.ForeignKey(Service, null=True, blank=True, on_delete=models.PROTECT, related_name="session_types")
    category = models.CharField(max_length=12, choices=Category.choices, default=Category.SPECIALIZED)
    pathways = models.ManyToManyField(Pathway, blank=True, related_name="session_types")
    rate_types = ArrayField(models.CharField(max_length=6, choices=RateType.choices), default=all_rate_types)
    default_minutes = models.PositiveSmallIntegerField(default=60)  # its usual length
    is_remote = models.BooleanField("remote", default=True)
    is_in_person = models.BooleanField("in person", default=False)
    in_person_at = models.CharField(max_length=8, choices=InPersonAt.choices, default=InPersonAt.BUILDER)
    address = models.CharField(max_length=200, blank=True)
    # How far the builder goes to clients, from their own place; null is anywhere.
    travel_miles = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    # Minutes that the way to a client and back takes, beside the buffers; null is none.
    travel_before = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(LONGEST)])
    travel_after = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(LONGEST)])
    meeting_url = models.CharField(max_length=LONGEST_LINK, blank=True)  # empty: the link of the builder's profile
    calendly_url = models.CharField(max_length=LONGEST_LINK, blank=True, default="", db_default="")  # its page there
    books_on_calendly = models.BooleanField("booked on Calendly", default=False, db_default=False)
    auto_confirm = models.BooleanField("confirm automatically", default=False)
    needs_proof = models.BooleanField("guests confirm their address first", default=False)
    payment_timing = models.CharField(
        max_length=13, choices=Timing.choices, default=Timing.OUTSIDE, db_default=Timing.OUTSIDE.value
    )
    # Which rates of VAT apply; empty: those of what the builder sells otherwise.
    tax_kind = models.ForeignKey(
        "payments.TaxKind", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name="VAT"
    )
    # With whom the price is shared: the builders who have agreed, each with a percentage of what is left after the fee.
    splits = models.JSONField(default=list, db_default=[], blank=True, editable=False)  # the agreed price shares
    # The same for this session type alone; null: the builder's, empty: no discount.
    early_tiers = ArrayField(
        ArrayField(models.PositiveSmallIntegerField(), size=2), null=True, blank=True, editable=False
    )
    seats = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(200)])
    min_seats = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(200)])
    decide_hours = models.PositiveSmallIntegerField(default=24, validators=[MaxValueValidator(24 * 30)])
    slot_interval = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(5)])
    # The four limits have the maximum that they have in a schedule.
    buffer_before = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(DAY)])
    buffer_after = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(DAY)])
    minimum_notice = models.PositiveIntegerField(null=True, blank=True, validators=[MaxValueValidator(DAY * 90)])
    horizon_days = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(730)])
    max_per_day = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    colour = models.CharField(max_length=8, choices=Colour.choices, default=Colour.PINE)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField("can be booked", default=True)

    objects = SessionTypeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_remote=True) | Q(is_in_person=True),
                name="session_is_somewhere",
                violation_error_message=SOMEWHERE,
            ),
            models.CheckConstraint(
                condition=Q(rate_types__contained_by=["fixed", "hourly", "day"], rate_types__len__gte=1),
                name="rate_types_are_known",
            ),
            models.CheckConstraint(
                condition=Q(default_minutes__range=(SHORTEST, LONGEST), seats__range=(1, 200))
                & (Q(slot_interval__isnull=True) | Q(slot_interval__range=(5, LONGEST)))
                & (Q(max_per_day__isnull=True) | Q(max_per_day__gte=1)),
                name="session_type_is_possible",
            ),
            models.CheckConstraint(
                condition=Q(min_seats__gte=1, min_seats__lte=F("seats")),
                name="a_group_can_reach_its_least",
                violation_error_message="A group cannot need more people than it has places.",
            ),
        ]
        indexes = [
            models.Index(fields=["builder", "position"], name="session_types_in_order"),
            models.Index(Right(Cast("id", models.CharField()), 10), name="session_types_by_short_link"),
        ]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title

    @property
    def in_person_places(self) -> list[str]:
        """Whose addresses a session in person can be at; none for a session type that is remote only."""
        if not self.is_in_person:
            return []
        both = [self.InPersonAt.BUILDER, self.InPersonAt.CLIENT]
        return list(both) if self.in_person_at == self.InPersonAt.EITHER else [self.in_person_at]

    @property
    def is_always_at_client(self) -> bool:
        """Whether each session is at the client's address, so that its way is known before the place is asked for."""
        return not self.is_remote and self.in_person_places == [self.InPersonAt.CLIENT]

    @property
    def has_travel_time(self) -> bool:
        return bool(self.travel_before or self.travel_after)

    @property
    def requires_account(self) -> bool:
        """Whether guests cannot book it: only free sessions can be booked without an account."""
        return self.category != self.Category.FREE


class PriceShare(BaseModel):
    """A part of a session type's price that another builder gets, once they have agreed to it."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Waits for their answer"
        ACCEPTED = "accepted", "Agreed"
        DECLINED = "declined", "Declined"

    session_type = models.ForeignKey(SessionType, on_delete=models.CASCADE, related_name="price_shares")
    builder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="price_shares")
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PROPOSED)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session_type", "builder"], name="one_price_share_of_a_builder"),
            models.CheckConstraint(condition=Q(percent__gt=0, percent__lt=100), name="price_share_is_a_part"),
            models.CheckConstraint(
                condition=Q(status="proposed", answered_at=None) | ~Q(status="proposed") & Q(answered_at__isnull=False),
                name="price_share_with_its_answer",
            ),
        ]
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.shown_percent} % for {self.builder}"

    @property
    def shown_percent(self) -> str:
        """Returns the percentage without zeros at its end."""
        return f"{self.percent.normalize():f}"


class SessionDuration(models.Model):
    """A length of a session type. Either all lengths of a session type have a price of their own, or none has."""

    session_type = models.ForeignKey(SessionType, on_delete=models.CASCADE, related_name="durations")
    minutes = models.PositiveSmallIntegerField(validators=[MinValueValidator(SHORTEST), MaxValueValidator(LONGEST)])
    price = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session_type", "minutes"], name="one_price_per_session_duration"),
            models.CheckConstraint(
                condition=Q(minutes__range=(SHORTEST, LONGEST)) & (Q(price__isnull=True) | Q(price__gte=0)),
                name="session_duration_is_possible",
            ),
        ]
        ordering = ["minutes"]

    def __str__(self) -> str:
        return f"{self.minutes} min"


class CancellationTier(models.Model):
    """What a cancellation at least `hours` ahead costs, in per cent of the price. If several tiers apply, the one with the
    most hours counts. `cost_of` in bookings decides what cancelling a booking costs."""

    session_type = models.ForeignKey(SessionType, on_delete=models.CASCADE, related_name="tiers")
    hours = models.PositiveSmallIntegerField()
    percent = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session_type", "hours"], name="one_tier_per_hour"),
            models.CheckConstraint(condition=Q(percent__range=(0, 100)), name="tier_is_a_percentage"),
        ]
        ordering = ["-hours"]

    def __str__(self) -> str:
        return f"{self.hours} h: {self.percent}%"


class Question(BaseModel):
    """A question to clients who book. Bookings store the text that was asked, so it may change; rows are never deleted."""

    class Kind(models.TextChoices):
        TEXT = "text", "Words"
        DROPDOWN = "dropdown", "One of a list"
        CHECKBOX = "checkbox", "A tick"

    session_type = models.ForeignKey(SessionType, on_delete=models.CASCADE, related_name="questions")
    label = LineField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.TEXT)
    options = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    is_required = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    is_asked = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="dropdown") & Q(options__len__gte=2)) | (~Q(kind="dropdown") & Q(options__len=0)),
                name="only_dropdowns_have_options",
            ),
        ]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label
