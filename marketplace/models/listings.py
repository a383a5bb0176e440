"""Listings, the denormalised rows that search and cards read; metrics, moderation, favourites and portfolios."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q, Value

from accounts.models import BuilderProfile
from core.addresses import address_of
from core.fields import LineField
from core.languages import names_of
from core.models import BaseModel, TimedModel
from core.money import Money, rounded
from core.storage import private_files
from core.uploads import stored_name
from pathways.models import Pathway

NO_RATE = Decimal(10) ** 12  # sorts after every rate, since keyset pagination allows no nulls
NEVER = datetime(9000, 1, 1, tzinfo=UTC)  # sorts after every time, for the same reason


class BuilderMetrics(models.Model):
    """Statistics of a builder's sessions, counted from their bookings."""

    builder = models.OneToOneField(
        BuilderProfile, primary_key=True, on_delete=models.CASCADE, related_name="metrics", db_column="builder_id"
    )
    total_sessions = models.PositiveIntegerField(default=0)
    completed_sessions = models.PositiveIntegerField(default=0)
    ended_sessions = models.PositiveIntegerField(default=0)  # completed, disputed, or cancelled after confirmation
    confirmed_sessions = models.PositiveIntegerField(default=0)
    cancelled_by_builder = models.PositiveIntegerField(default=0)
    average_duration = models.PositiveIntegerField(null=True)  # minutes
    rating_sum = models.PositiveIntegerField(default=0)
    review_count = models.PositiveIntegerField(default=0)
    response_minutes = models.PositiveIntegerField(null=True)
    answers = models.PositiveIntegerField(default=0)
    clients = models.PositiveIntegerField(default=0)
    repeat_clients = models.PositiveIntegerField(default=0)
    known_starts = models.PositiveIntegerField(default=0)  # sessions of which is known when the builder was there
    starts_on_time = models.PositiveIntegerField(default=0)
    computed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "builder metrics"

    def __str__(self) -> str:
        return f"{self.completed_sessions} completed"

    @property
    def completion_rate(self) -> float | None:
        return _share(self.completed_sessions, self.ended_sessions)

    @property
    def cancellation_rate(self) -> float | None:
        return _share(self.cancelled_by_builder, self.confirmed_sessions)

    @property
    def repeat_rate(self) -> float | None:
        return _share(self.repeat_clients, self.clients)

    @property
    def on_time_rate(self) -> float | None:
        return _share(self.starts_on_time, self.known_starts)

    @property
    def average_rating(self) -> float | None:
        return round(self.rating_sum / self.review_count, 2) if self.review_count else None


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


class FirstSteps(TimedModel):
    """Which first steps a builder has skipped, and whether they hide the list. What is done is not stored."""

    builder = models.OneToOneField(
        BuilderProfile, primary_key=True, on_delete=models.CASCADE, related_name="first_steps", db_column="builder_id"
    )
    skipped = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    hidden_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "first steps"

    def __str__(self) -> str:
        return f"{self.builder}: {len(self.skipped)} skipped"


class Specialisation(TimedModel):
    """A pathway on which a builder guides clients, with the results. Builders can pause it."""

    builder = models.ForeignKey(BuilderProfile, on_delete=models.CASCADE, related_name="specialisations")
    pathway = models.ForeignKey(Pathway, on_delete=models.CASCADE, related_name="specialisations")
    is_active = models.BooleanField(default=True)
    active_clients = models.PositiveIntegerField(default=0)
    completed_clients = models.PositiveIntegerField(default=0)
    left_clients = models.PositiveIntegerField(default=0)  # not completed, and without progress for 90 days

    class Meta:
        constraints = [models.UniqueConstraint(fields=["builder", "pathway"], name="one_specialisation_each")]

    def __str__(self) -> str:
        return f"{self.builder} on {self.pathway}"

    @property
    def success_rate(self) -> float | None:
        return _share(self.completed_clients, self.completed_clients + self.left_clients)


class ListingQuerySet(models.QuerySet["BuilderListing"]):
    def public(self) -> ListingQuerySet:
        return self.filter(is_listed=True)


class BuilderListing(models.Model):
    """All that search and cards need of a builder, except free times and distances. Only `marketplace.listings` writes it."""

    builder = models.OneToOneField(
        BuilderProfile, primary_key=True, on_delete=models.CASCADE, related_name="listing", db_column="builder_id"
    )
    # Columns for filters and sorting come first, fixed widths at the start: PostgreSQL reads a row from its beginning.
    score = models.FloatField()  # Bayesian average of the stars
    latitude = models.FloatField(null=True)  # a float, since distances are calculated for thousands of rows
    longitude = models.FloatField(null=True)
    review_count = models.PositiveIntegerField()
    completed_sessions = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=1)
    refreshed_at = models.DateTimeField()
    # When they can next be booked, and until when that holds. Only `marketplace.next_starts` writes them.
    next_start = models.DateTimeField(default=NEVER, db_default=NEVER)
    next_start_ends = models.DateTimeField(default=NEVER, db_default=NEVER)
    is_verified = models.BooleanField()
    is_featured = models.BooleanField()
    is_listed = models.BooleanField()
    hourly_dollars = models.DecimalField(max_digits=20, decimal_places=6)
    rating = models.DecimalField(max_digits=3, decimal_places=2, null=True)
    services = ArrayField(models.CharField(max_length=40))
    roles = ArrayField(models.CharField(max_length=40))
    skill_slugs = ArrayField(models.CharField(max_length=60))
    pathways = ArrayField(models.CharField(max_length=40))  # active specialisations
    categories = ArrayField(models.CharField(max_length=12))
    languages = ArrayField(models.CharField(max_length=2), default=list)
    formats = ArrayField(models.CharField(max_length=9), default=list)  # remote, in_person, of active session types

    slug = models.CharField(max_length=80)
    calendly_url = models.CharField(max_length=500, default="", db_default="")
    name = models.CharField(max_length=80)
    sort_name = models.CharField(max_length=80)
    headline = models.CharField(max_length=120)
    excerpt = models.CharField(max_length=320)
    place = models.CharField(max_length=200)
    timezone = models.CharField(max_length=64)
    avatar = models.CharField(max_length=200)
    service_names = ArrayField(models.CharField(max_length=60))
    role_names = ArrayField(models.CharField(max_length=40))
    skills = models.JSONField()  # [{slug, name, is_fundamental}], fundamental ones first
    specialisations = models.JSONField()  # [{slug, name, look, is_active, active, completed, left}]
    hourly_rate = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    day_rate = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    currency = models.CharField(max_length=3)
    search = SearchVectorField()
    words = models.TextField()  # plain text, from which `ListedWord` has its words

    objects = ListingQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["-score", "-review_count", "builder"], condition=Q(is_listed=True), name="listing_by_score"
            ),
            models.Index(
                fields=["-score", "-review_count", "builder"],
                condition=Q(is_listed=True, is_verified=True),
                name="listing_verified",
            ),
            models.Index(
                fields=["-is_featured", "-score", "-review_count", "builder"],
                condition=Q(is_listed=True),
                name="listing_at_home",
            ),
            models.Index(fields=["-rating", "-score"], condition=Q(is_listed=True), name="listing_by_stars"),
            models.Index(fields=["hourly_dollars", "builder"], condition=Q(is_listed=True), name="listing_by_rate"),
            models.Index(fields=["next_start", "builder"], condition=Q(is_listed=True), name="listing_soonest"),
            models.Index(fields=["next_start_ends"], name="listing_next_start_ends"),
            models.Index(fields=["latitude", "longitude"], condition=Q(is_listed=True), name="listing_by_place"),
            GinIndex(fields=["search"], name="listing_search"),
            GinIndex(fields=["services"], name="listing_services"),
            GinIndex(fields=["skill_slugs"], name="listing_skills"),
            GinIndex(fields=["languages"], name="listing_languages"),
        ]
        ordering = ["-score", "-review_count", "builder"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address_of("marketplace:builder", self.slug)

    @property
    def display_name(self) -> str:
        """The name, under the attribute that the avatar template reads of a user."""
        return self.name

    @property
    def hourly(self) -> Money | None:
        return None if self.hourly_rate is None else Money(rounded(self.hourly_rate, self.currency), self.currency)

    @property
    def language_names(self) -> list[str]:
        return names_of(self.languages)

    @property
    def active_pathways(self) -> list[dict[str, Any]]:
        return [entry for entry in self.specialisations if entry["is_active"]]


class ListedWord(models.Model):
    """A word of at least one listing, by which misspelt words are found. Only `marketplace.listings` writes it."""

    word = models.CharField(max_length=60, primary_key=True)

    class Meta:
        indexes = [GinIndex(OpClass("word", name="gin_trgm_ops"), name="listed_word_similar")]

    def __str__(self) -> str:
        return self.word


class Moderation(TimedModel):
    """Whether a builder is verified, featured, or waiting to be verified. Hiding is stored on the profile."""

    builder = models.OneToOneField(
        BuilderProfile, primary_key=True, on_delete=models.CASCADE, related_name="moderation", db_column="builder_id"
    )
    asked_at = models.DateTimeField(null=True)  # when they requested verification
    verified_at = models.DateTimeField(null=True)
    featured_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(asked_at__isnull=False), name="builders_to_verify"),
        ]

    def __str__(self) -> str:
        return str(self.builder)


class Favourite(TimedModel):
    """A builder whom a person has saved. Nobody else can see it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="favourites")
    builder = models.ForeignKey(BuilderProfile, on_delete=models.CASCADE, related_name="+")
    notifies = models.BooleanField(default=False, db_default=False)  # when a time of theirs opens up
    seen = models.JSONField(default=list, db_default=Value([], models.JSONField()), editable=False)  # as in SavedSearch
    seen_until = models.DateField(null=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "builder"], name="each_favourite_once")]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.person}: {self.builder}"


def portfolio_name(piece: PortfolioAsset, name: str) -> str:
    return stored_name(f"portfolio/{piece.builder_id}", name)


class PortfolioQuerySet(models.QuerySet["PortfolioAsset"]):
    def shown(self) -> PortfolioQuerySet:
        return self.filter(hidden_at=None)


class PortfolioAsset(BaseModel):
    """A piece of a builder's work that visitors see. A view serves its file, so that staff can take it down."""

    class Kind(models.TextChoices):
        IMAGE = "image", "Picture"
        AUDIO = "audio", "Recording"
        VIDEO = "video", "Video"
        FILE = "file", "File"

    builder = models.ForeignKey(BuilderProfile, on_delete=models.CASCADE, related_name="portfolio")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    title = LineField(max_length=80)
    alt = models.CharField(max_length=200, blank=True)
    description = models.CharField(max_length=300, blank=True)
    url = models.URLField(max_length=500, blank=True)
    file = models.FileField(upload_to=portfolio_name, storage=private_files, blank=True)
    small = models.FileField(upload_to=portfolio_name, storage=private_files, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    name = LineField(max_length=120, blank=True)  # of the uploaded file
    size = models.PositiveBigIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)
    reviewed_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    hidden_reason = models.CharField(max_length=500, blank=True)

    objects = PortfolioQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="video", file="", small="") & ~Q(url="")
                | Q(kind__in=["audio", "file"], url="") & ~Q(file="")
                | Q(kind="image", url="") & ~Q(file="") & ~Q(small="") & ~Q(alt=""),
                name="a_piece_is_whole",
            )
        ]
        indexes = [models.Index(fields=["created_at"], condition=Q(reviewed_at=None), name="pieces_to_look_at")]
        ordering = ["position", "created_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def host(self) -> str:
        """The host of the video's URL without `www.`."""
        return (urlsplit(self.url).hostname or "").removeprefix("www.")

    def get_absolute_url(self) -> str:
        return self.url or address_of("marketplace:piece", self.pk)
