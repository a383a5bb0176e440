"""Profiles of builders and of clients."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models.people import User
from core.fields import LineField
from core.languages import LANGUAGES
from core.links import LONGEST
from core.models import TimedModel


class ProfessionalRole(models.Model):
    """A profession that builders can choose for their profile. It has nothing to do with the roles that are granted."""

    slug = models.SlugField(primary_key=True, max_length=40)
    name = LineField(max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(default=100)
    is_offered = models.BooleanField("can be chosen", default=True)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class BuilderProfileQuerySet(models.QuerySet["BuilderProfile"]):
    def public(self) -> BuilderProfileQuerySet:
        """Returns the profiles that everybody may see and book, with their person and town.

        `BuilderProfile.is_public` is the same rule.
        """
        shown = self.filter(is_published=True, hidden_at=None, user__is_active=True)
        return shown.select_related("user__place")


class BuilderProfile(TimedModel):
    """A builder's public profile. Its primary key is the person's."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="builder_profile")
    slug = models.SlugField(max_length=80, unique=True)
    headline = LineField(max_length=120)
    bio = models.TextField(max_length=4000, blank=True)
    roles = models.ManyToManyField(ProfessionalRole, blank=True, related_name="builders")
    latitude = models.DecimalField(
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    languages = ArrayField(
        models.CharField(max_length=2, choices=LANGUAGES), default=list, blank=True
    )  # spoken in sessions
    sort_name = models.CharField(max_length=80, editable=False, db_index=True)  # the database sorts by code point
    calendly_url = models.CharField(max_length=LONGEST, blank=True, default="", db_default="")  # their page there
    meeting_url = models.CharField(max_length=LONGEST, blank=True)  # of remote sessions without a link of their own
    has_zoom = models.BooleanField(default=False, editable=False)  # a Zoom account that meetings can be made in
    phone = models.CharField(max_length=32, blank=True)  # only the clients of confirmed sessions see it
    how_to_pay = models.TextField(max_length=1000, blank=True)  # such as bank details; the same clients see it
    shows_email = models.BooleanField(default=False)  # to the clients of confirmed sessions
    # The sites whose pages may show the builder's times in a frame; empty: all.
    embed_sites = ArrayField(models.CharField(max_length=LONGEST), default=list, blank=True, db_default=[])
    is_published = models.BooleanField(default=True)
    hidden_at = models.DateTimeField(null=True, editable=False)  # set by staff; overrides `is_published`
    hidden_reason = models.CharField(max_length=500, blank=True, editable=False)

    objects = BuilderProfileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="both_coordinates_or_none",
            ),
        ]
        ordering = ["sort_name", "user_id"]

    def __str__(self) -> str:
        return self.user.display_name

    @property
    def is_public(self) -> bool:
        """Whether everybody may see and book it: the same rule as `BuilderProfileQuerySet.public`."""
        return self.is_published and self.hidden_at is None and self.user.is_active

    @property
    def coordinates(self) -> tuple[Decimal, Decimal] | None:
        """Returns the builder's exact coordinates if there are any, else those of their town, else None."""
        if self.latitude is not None and self.longitude is not None:
            return self.latitude, self.longitude
        place = self.user.place
        return (place.latitude, place.longitude) if place else None

    def get_absolute_url(self) -> str:
        return reverse("marketplace:builder", args=[self.slug])


class ClientProfile(TimedModel):
    """What builders should know about a client. Only builders whom the client books see it."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="client_profile")
    about = models.TextField(max_length=2000, blank=True)

    def __str__(self) -> str:
        return self.user.display_name
