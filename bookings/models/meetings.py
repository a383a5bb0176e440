"""The meeting that Waymark has made for a remote session at an outside service, and what became known of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from connections.oauth.models import LinkedAccount
from core.models import BaseModel


class Meeting(BaseModel):
    """A meeting at Zoom. All bookings of a group share one, and it moves with a booking that has one to itself."""

    class State(models.TextChoices):
        WANTED = "wanted", "Being made"
        MADE = "made", "Made"
        FAILED = "failed", "Could not be made"
        DELETED = "deleted", "Deleted"
        GONE = "gone", "Deleted at Zoom"

    builder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="meetings")
    account = models.ForeignKey(LinkedAccount, null=True, on_delete=models.SET_NULL, related_name="+")
    host = models.CharField(max_length=200)  # in whose name it is made, as Zoom names people
    external_id = models.CharField(max_length=40, blank=True, db_index=True)
    join_url = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WANTED)
    error = models.CharField(max_length=300, blank=True)  # why it is not made yet, for the builder
    is_anew = models.BooleanField(default=False)  # made in place of one that was deleted at Zoom

    # As Zoom was told last.
    topic = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    tried_at = models.DateTimeField(null=True)  # when Zoom was first asked to make it
    busy_until = models.DateTimeField(null=True)  # while a worker asks Zoom

    # What happened, by webhook: `runs` are the times that it was held, by Zoom's id of each.
    runs = models.JSONField(default=dict)
    people = models.JSONField(default=dict)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # null while it is held
    host_joined_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="made") | ~Q(external_id="") & ~Q(join_url=""), name="a_made_meeting_has_its_link"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(started_at__isnull=False), name="a_meeting_ends_after_it_started"
            ),
        ]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.topic

    @property
    def mark(self) -> str:
        """The text in its description by which it is found at Zoom, if a worker was killed after it was made."""
        return f"Waymark session {self.pk}"

    @property
    def is_live(self) -> bool:
        return self.state in (self.State.WANTED, self.State.MADE)

    @property
    def real_minutes(self) -> int | None:
        """How long it was held, in all runs together; None before it has ended."""
        if self.ended_at is None:
            return None
        spans = [(run.get("start"), run.get("end")) for run in self.runs.values()]
        lengths = [datetime.fromisoformat(end) - datetime.fromisoformat(start) for start, end in spans if start and end]
        return round(sum(lengths, timedelta()) / timedelta(minutes=1))

    @property
    def participants(self) -> list[dict[str, str | None]]:
        """Returns who was there as `name`, `joined_at` and `left_at`, in the order in which they joined."""
        known = [
            {"name": person.get("name") or "Somebody", "joined_at": person["joined"], "left_at": person.get("left")}
            for person in self.people.values()
            if person.get("joined")
        ]
        return sorted(known, key=lambda person: person["joined_at"])
