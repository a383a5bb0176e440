"""What comes of a session: what was made, what both sides say of it, and what they disagree about."""

from __future__ import annotations

from pathlib import PurePath

from django.conf import settings
from django.db import models
from django.db.models import Q

from bookings.models.agreement import Booking
from bookings.states import Side, State
from core.fields import LineField
from core.models import BaseModel
from core.storage import private_files

PARTIES = [(Side.CLIENT.value, "Client"), (Side.BUILDER.value, "Builder")]


class ReviewQuerySet(models.QuerySet["Review"]):
    def public(self) -> ReviewQuerySet:
        """What anybody may read: published, not taken down, and of a session that nobody disputes."""
        return self.filter(published_at__isnull=False, hidden_at__isnull=True, booking__state=State.COMPLETED)

    def with_people(self) -> ReviewQuerySet:
        """With the names that stand beside it, in the same query."""
        return self.select_related("booking__client", "booking__guest", "booking__builder__builder_profile")

    def of_builders(self) -> ReviewQuerySet:
        """Said by clients."""
        return self.filter(side=Side.CLIENT)


class Review(BaseModel):
    """What one side says of a completed session. Neither reads the other's before both are in, or the time is over."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="reviews")
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
        ]  # fmt: skip
        ordering = ["-published_at", "-id"]

    def __str__(self) -> str:
        return f"{self.rating} of 5 for {self.booking_id}"

    @property
    def author_name(self) -> str:
        return self.booking.client_name if self.side == Side.CLIENT else self.booking.builder.display_name


def deliverable_name(deliverable: Deliverable, name: str) -> str:
    """Nothing of what the sender called it gets into the path."""
    return f"deliverables/{deliverable.pk}{PurePath(name).suffix.lower()[:12]}"


class Deliverable(BaseModel):
    """Something that came out of a session: a file or a link. A newer one can take its place; both stay."""

    class Kind(models.TextChoices):
        FILE = "file", "File"
        LINK = "link", "Link"

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="deliverables")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    title = LineField(max_length=120)
    kind = models.CharField(max_length=4, choices=Kind.choices)
    url = models.URLField(max_length=500, blank=True)
    file = models.FileField(upload_to=deliverable_name, storage=private_files, blank=True)
    name = LineField(max_length=120, blank=True)  # of the file, as it was sent
    size = models.PositiveBigIntegerField(default=0)
    version = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="file", url="") & ~Q(file="") & ~Q(name="")
                | Q(kind="link", file="", name="") & ~Q(url=""),
                name="a_file_or_a_link",
            )
        ]
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.title


class Statement(BaseModel):
    """What one side, or support, says about a dispute, with a file or without. It is never changed."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="statements")
    side = models.CharField(max_length=8, choices=Side.choices)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=4000)
    file = models.FileField(upload_to="evidence", storage=private_files, blank=True)
    name = LineField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.get_side_display()} on {self.booking_id}"
