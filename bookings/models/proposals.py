"""Other times that a builder suggests for a booking."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from bookings import states
from bookings.models.agreement import Booking, BookingEvent
from core.models import BaseModel


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def open(self, now: datetime) -> ProposalQuerySet:
        """Those that the client can still accept; the same rule as `Proposal.is_open`."""
        same = self.filter(sequence=F("booking__sequence"), booking_state=F("booking__state"))
        in_time = same.filter(starts_at__gt=now, booking__starts_at__gt=now)
        return in_time.filter(
            Q(booking__answer_by__isnull=True) | Q(booking__answer_by__gt=now), state=Proposal.State.OPEN
        )


class Proposal(BaseModel):
    """A time suggested by the builder, which is not reserved. It can be accepted as long as the booking has not changed."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        LAPSED = "lapsed", "Expired"

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="proposals")
    event = models.ForeignKey(BookingEvent, on_delete=models.CASCADE, related_name="proposals")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    # The booking as it was: moving, confirming or cancelling it ends what was suggested before.
    sequence = models.PositiveIntegerField()
    booking_state = models.CharField(max_length=12, choices=states.State.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    answered_at = models.DateTimeField(null=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "starts_at"], condition=Q(state="open"), name="a_time_is_suggested_once"
            ),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="a_suggested_time_lasts"),
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True) | ~Q(state="open") & Q(answered_at__isnull=False),
                name="an_open_suggestion_has_no_answer",
            ),
        ]
        indexes = [models.Index(fields=["booking"], condition=Q(state="open"), name="open_suggestions")]
        ordering = ["starts_at", "id"]

    def __str__(self) -> str:
        return f"{self.starts_at:%-d %B %Y, %H:%M}"

    def is_open(self, booking: Booking, now: datetime) -> bool:
        """Whether the client can still accept it. No query."""
        is_same = (self.sequence, self.booking_state) == (booking.sequence, booking.state)
        is_in_time = now < self.starts_at and now < booking.starts_at
        is_answerable = booking.answer_by is None or now < booking.answer_by
        return self.state == self.State.OPEN and is_same and is_in_time and is_answerable
