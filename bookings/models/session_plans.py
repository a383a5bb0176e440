"""Plans of several sessions on a client's pathway: proposed, changed, and booked all together."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import validate_zone
from bookings.models.agreement import Booking
from coaching.models import SessionType
from core.models import BaseModel, validate_currency
from pathways.models import Pathway, Skill
from scheduling.models import Seat

MAX_SESSIONS, MAX_BUILDERS, MAX_A_WEEK = 60, 5, 7
DAY_MINUTES = 1440


class SessionPlanQuerySet(models.QuerySet["SessionPlan"]):
    def held(self, now: datetime) -> SessionPlanQuerySet:
        """Plans whose times are all held at the moment."""
        return self.filter(state=SessionPlan.State.PROPOSED, held_until__gt=now)


class SessionPlan(BaseModel):
    """A client's plan of sessions, with what they asked for: on which days, how often, until when and with whom."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        BOOKED = "booked", "Booked"

    client = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="session_plans")
    pathway = models.ForeignKey(Pathway, null=True, on_delete=models.PROTECT, related_name="session_plans")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PROPOSED)
    version = models.PositiveIntegerField(default=1)
    timezone = models.CharField(max_length=64, validators=[validate_zone])  # in which the days and hours are meant
    weekdays = ArrayField(models.PositiveSmallIntegerField(), size=7)  # 0 is Monday
    earliest = models.PositiveSmallIntegerField()  # minute of the day from which a session may begin
    latest = models.PositiveSmallIntegerField()  # minute of the day by which it must have ended
    per_week = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(MAX_A_WEEK)])
    first_day = models.DateField()
    last_day = models.DateField()
    most_sessions = models.PositiveSmallIntegerField(
        default=MAX_SESSIONS, validators=[MinValueValidator(1), MaxValueValidator(MAX_SESSIONS)]
    )
    session_types = ArrayField(models.UUIDField(), size=MAX_BUILDERS)  # to choose from, the preferred one first
    # The length of the sessions, where a session type offers it; null is the usual length of each.
    minutes = models.PositiveSmallIntegerField(null=True)
    budget = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, blank=True, validators=[validate_currency])  # of the budget
    # Answers, place and notes by the id of the session type, as they were last typed. Kept if the hold is lost.
    details = models.JSONField(default=dict)
    held_until = models.DateTimeField(null=True)
    booked_at = models.DateTimeField(null=True)
    booked_sessions = models.PositiveSmallIntegerField(default=0)  # how many sessions it had when it was booked

    objects = SessionPlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(earliest__gte=0, earliest__lt=F("latest"), latest__lte=DAY_MINUTES), name="plan_has_hours"
            ),
            models.CheckConstraint(
                condition=Q(
                    first_day__lte=F("last_day"),
                    per_week__range=(1, MAX_A_WEEK),
                    most_sessions__range=(1, MAX_SESSIONS),
                    weekdays__len__gte=1,
                    session_types__len__gte=1,
                ),
                name="plan_is_possible",
            ),
            models.CheckConstraint(
                condition=Q(state="booked", booked_at__isnull=False, held_until__isnull=True)
                | Q(state="proposed", booked_at__isnull=True, booked_sessions=0),
                name="plan_is_proposed_or_booked",
            ),
        ]
        indexes = [models.Index(fields=["client", "-created_at"], name="session_plans_of_client")]
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_state_display()} plan of {self.client}"

    def get_absolute_url(self) -> str:
        return reverse("bookings:session_plan", args=[self.pk])

    def is_held(self, now: datetime) -> bool:
        return self.held_until is not None and self.held_until > now


class PlannedSession(BaseModel):
    """One session of a plan: first a time, then a seat that is held, then a booking."""

    plan = models.ForeignKey(SessionPlan, on_delete=models.CASCADE, related_name="sessions")
    number = models.PositiveSmallIntegerField()  # its place in the plan by time, from 1 on
    session_type = models.ForeignKey(SessionType, on_delete=models.PROTECT, related_name="planned_sessions")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    skill = models.ForeignKey(Skill, null=True, on_delete=models.SET_NULL, related_name="planned_sessions")
    seat = models.OneToOneField(Seat, null=True, on_delete=models.SET_NULL, related_name="planned_session")
    booking = models.OneToOneField(Booking, null=True, on_delete=models.PROTECT, related_name="planned_session")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(minutes__gte=1, number__gte=1), name="planned_session_lasts")]
        ordering = ["starts_at", "id"]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)
