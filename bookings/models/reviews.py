"""Reviews of completed sessions."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bookings.models.agreement import Booking
from bookings.states import Side, State
from core.models import BaseModel

PARTIES = [(Side.CLIENT.value, "Client"), (Side.BUILDER.value, "Builder")]


class ReviewQuerySet(models.QuerySet["Review"]):
    def shown(self) -> ReviewQuerySet:
        """Reviews that both sides may read: published and not taken down. `Review.is_shown` is the same rule."""
        return self.filter(published_at__isnull=False, hidden_at__isnull=True)

    def public(self) -> ReviewQuerySet:
        """Reviews that everybody may read: shown, and of a session that is not disputed."""
        return self.shown().filter(booking__state=State.COMPLETED)

    def with_people(self) -> ReviewQuerySet:
        """With client, guest and builder, in the same query."""
        return self.select_related("booking__client", "booking__guest", "booking__builder__builder_profile")

    def with_clients(self) -> ReviewQuerySet:
        """With the names and pictures of the clients, in the same query, which is a third of the work of `with_people`."""
        own = [field.name for field in Review._meta.concrete_fields]
        people = ["booking__client__display_name", "booking__client__avatar", "booking__guest__name"]
        keys = ["booking__client", "booking__guest"]
        return self.select_related(*keys).only(*own, *keys, *people, "booking__builder")

    def of_builders(self) -> ReviewQuerySet:
        """Reviews of builders, written by clients."""
        return self.filter(side=Side.CLIENT)


class Review(BaseModel):
    """One side's review of a completed session. It is published once both sides have written one, or the time for it is
    over."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="reviews")
    # The booking's, filled in by a trigger of the database: the index of a builder's page needs it in this table.
    builder = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    side = models.CharField(max_length=8, choices=PARTIES)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    rating = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=2000, blank=True)
    published_at = models.DateTimeField(null=True)
    reply = models.TextField(max_length=1000, blank=True)
    replied_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    report = models.CharField(max_length=500, blank=True)
    hidden_at = models.DateTimeField(null=True)  # taken down by staff
    hidden_reason = models.CharField(max_length=500, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["booking", "side"], name="one_review_a_side"),
            models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=5), name="one_to_five_stars"),
            models.CheckConstraint(
                condition=Q(reply="", replied_at__isnull=True) | ~Q(reply="") & Q(replied_at__isnull=False),
                name="reply_with_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(published_at__isnull=True), name="reviews_to_publish"),
            models.Index(
                fields=["-reported_at"], condition=Q(reported_at__isnull=False, hidden_at__isnull=True),
                name="reviews_reported",
            ),
            models.Index(
                fields=["builder", "-published_at", "-id"],
                condition=Q(side="client", published_at__isnull=False, hidden_at__isnull=True),
                include=["rating", "booking"], name="reviews_of_builders",
            ),
        ]  # fmt: skip
        ordering = ["-published_at", "-id"]

    def __str__(self) -> str:
        return f"{self.rating} of 5 by the {self.side}"

    @property
    def is_shown(self) -> bool:
        """Whether both sides may read it: the same rule as `ReviewQuerySet.shown`."""
        return self.published_at is not None and self.hidden_at is None

    @property
    def author_name(self) -> str:
        return self.booking.client_name if self.side == Side.CLIENT else self.booking.builder.display_name


class StarCount(models.Model):
    """How many public reviews of a builder give one to five stars. Triggers of the database write it with every change of a
    review or of its booking."""

    builder = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    counts = ArrayField(models.IntegerField(), size=5)

    def __str__(self) -> str:
        return f"{sum(self.counts)} reviews"
