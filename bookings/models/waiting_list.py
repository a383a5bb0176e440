"""Waiting lists for session types, and the times offered to those who wait."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import validate_zone
from coaching.models import SessionType
from core.models import BaseModel
from scheduling.models import Seat


class WaitingListEntryQuerySet(models.QuerySet["WaitingListEntry"]):
    def active(self) -> WaitingListEntryQuerySet:
        return self.filter(ended_at__isnull=True)

    def in_order(self) -> WaitingListEntryQuerySet:
        """In the order in which they are offered a time: by priority, then by how long they have waited."""
        return self.order_by("-priority", "created_at", "id")


class WaitingListEntry(BaseModel):
    """A client's entry on the waiting list of a session type, with the days and hours that suit, in their time zone."""

    class End(models.TextChoices):
        BOOKED = "booked", "Booked"
        LEFT = "left", "Left"
        OVER = "over", "Its days are over"

    client = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="waiting_places")
    session_type = models.ForeignKey(SessionType, on_delete=models.CASCADE, related_name="waiting_places")
    minutes = models.PositiveSmallIntegerField()
    first_day = models.DateField()
    last_day = models.DateField()
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list)  # 0 is Monday; an empty list is any day
    from_minute = models.PositiveSmallIntegerField(default=0)
    to_minute = models.PositiveSmallIntegerField(default=24 * 60)
    timezone = models.CharField(max_length=64, validators=[validate_zone])
    details = models.JSONField(default=dict)  # the details for the booking, as typed into its form
    priority = models.SmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=6, choices=End.choices, blank=True)

    objects = WaitingListEntryQuerySet.as_manager()

    class Meta:
        db_table = "bookings_place"
        verbose_name_plural = "waiting list entries"
        constraints = [
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="days_in_order"),
            models.CheckConstraint(
                condition=Q(from_minute__lt=F("to_minute"), to_minute__lte=24 * 60), name="hours_in_order"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end="") | Q(ended_at__isnull=False) & ~Q(end=""),
                name="ended_with_why",
            ),
            models.UniqueConstraint(
                fields=["client", "session_type", "first_day", "last_day", "from_minute", "to_minute", "weekdays"],
                condition=Q(ended_at__isnull=True),
                name="one_place_a_wish",
            ),
        ]
        indexes = [
            models.Index(
                fields=["session_type", "created_at"], condition=Q(ended_at__isnull=True), name="places_waiting"
            )
        ]
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.first_day:%-d %B} to {self.last_day:%-d %B %Y}"

    @property
    def holder(self) -> str:
        """The holder of the times offered to this entry: not the client, so that their own holds stay apart."""
        return f"waiting:{self.pk}"


class SlotOffer(BaseModel):
    """A free time held for an entry on the waiting list. An entry has at most one open offer, and no time twice."""

    class State(models.TextChoices):
        OPEN = "open", "Offered"
        TAKEN = "taken", "Taken"
        DECLINED = "declined", "Declined"
        EXPIRED = "expired", "Not answered"

    place = models.ForeignKey(WaitingListEntry, on_delete=models.CASCADE, related_name="offers")
    seat = models.OneToOneField(Seat, on_delete=models.PROTECT, related_name="offered")
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "bookings_offered"
        constraints = [
            models.UniqueConstraint(fields=["place"], condition=Q(state="open"), name="one_open_offer_a_place"),
            models.UniqueConstraint(fields=["place", "starts_at"], name="a_time_is_offered_once"),
        ]
        indexes = [models.Index(fields=["expires_at"], condition=Q(state="open"), name="offers_to_expire")]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.starts_at:%-d %B %Y, %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("bookings:offer", args=[self.pk])
