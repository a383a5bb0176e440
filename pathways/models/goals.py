"""Goals of clients, their steps, and the events of both."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from core.fields import LineField
from core.ids import uuid7
from core.models import BaseModel
from pathways.models.catalogue import Pathway, Skill


class GoalQuerySet(models.QuerySet["Goal"]):
    def open(self) -> GoalQuerySet:
        """Goals that can still be reached: active ones, and those whose deadline has passed."""
        return self.filter(status__in=[Goal.Status.ACTIVE, Goal.Status.MISSED])

    def agreed(self) -> GoalQuerySet:
        """Goals that the client has set or accepted."""
        return self.exclude(status=Goal.Status.SUGGESTED)

    def visible_to(self, person: User) -> GoalQuerySet:
        """The person's own goals, those shared with them, and those that they have suggested."""
        shared = Q(shared_with=person) | Q(suggested_by=person, status=Goal.Status.SUGGESTED)
        return self.filter(Q(client=person) | shared)

    def complete(self) -> GoalQuerySet:
        """Loads the people, skill, pathway and steps of the goals: one more query for any number of goals."""
        related = self.select_related("client", "shared_with", "suggested_by", "skill", "pathway")
        return related.prefetch_related("steps")


class Goal(BaseModel):
    """What a client wants to reach. Its progress is counted from facts; only the client's own steps are ticked by hand."""

    class Kind(models.TextChoices):
        SKILL = "skill", "Complete a skill"
        TIER = "tier", "Complete a tier of a pathway"
        PATHWAY = "pathway", "Complete a pathway"
        SESSIONS = "sessions", "Have a number of sessions"
        HOURS = "hours", "Spend a number of hours in sessions"
        CUSTOM = "custom", "Something else, in your own words"

    class Status(models.TextChoices):
        SUGGESTED = "suggested", "Suggested"
        ACTIVE = "active", "Active"
        REACHED = "reached", "Reached"
        MISSED = "missed", "Deadline passed"
        DROPPED = "dropped", "Dropped"

    client = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="goals")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    title = LineField(max_length=120)
    skill = models.ForeignKey(Skill, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    pathway = models.ForeignKey(Pathway, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    tier = models.PositiveSmallIntegerField(null=True, blank=True, choices=Skill.Tier.choices)
    target = models.PositiveIntegerField(
        null=True, blank=True
    )  # of sessions or hours; the other kinds count what there is
    starts_on = models.DateField()  # sessions from this day on count, a day of the client's zone like the deadline
    deadline = models.DateField(null=True, blank=True)
    remind_days = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)  # before the deadline
    reminded_days = ArrayField(models.PositiveSmallIntegerField(), default=list, editable=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    closed_at = models.DateTimeField(null=True, blank=True)
    shared_with = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="shared_goals"
    )
    suggested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="suggested_goals"
    )

    objects = GoalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="skill", skill__isnull=False, pathway=None, tier=None, target=None)
                | Q(kind="tier", skill=None, pathway__isnull=False, tier__isnull=False, target=None)
                | Q(kind="pathway", skill=None, pathway__isnull=False, tier=None, target=None)
                | Q(kind__in=["sessions", "hours"], skill=None, tier=None, target__gte=1)
                | Q(kind="custom", skill=None, pathway=None, tier=None, target=None),
                name="each_goal_with_what_it_needs",
                violation_error_message="Give the goal just what its kind needs.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["suggested", "active"], closed_at__isnull=True)
                | Q(status__in=["reached", "missed", "dropped"], closed_at__isnull=False),
                name="goal_closed_with_its_time",
            ),
            models.CheckConstraint(
                condition=Q(shared_with=None) | ~Q(shared_with=models.F("client")), name="goal_shared_with_another"
            ),
        ]
        indexes = [
            models.Index(fields=["deadline"], condition=Q(status="active", deadline__isnull=False), name="goals_due"),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("pathways:goal", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether it can still be reached; `GoalQuerySet.open` is the same rule."""
        return self.status in (self.Status.ACTIVE, self.Status.MISSED)

    @property
    def is_suggested(self) -> bool:
        return self.status == self.Status.SUGGESTED


class GoalStep(models.Model):
    """A step of a goal in the client's own words, ticked by hand."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="steps")
    text = LineField(max_length=200)
    place = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["place", "id"]

    def __str__(self) -> str:
        return self.text


class GoalEvent(models.Model):
    """A change of a goal, and who made it. `by` is null for what the system did."""

    class Verb(models.TextChoices):
        CREATE = "create", "Set"
        SUGGEST = "suggest", "Suggested"
        ACCEPT = "accept", "Accepted"
        CHANGE = "change", "Changed"
        MOVE = "move", "Deadline changed"
        SHARE = "share", "Sharing changed"
        REACH = "reach", "Reached"
        REOPEN = "reopen", "No longer reached"
        MISS = "miss", "Deadline passed"
        DROP = "drop", "Dropped"
        RESUME = "resume", "Taken up again"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    verb = models.CharField(max_length=10, choices=Verb.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    deadline = models.DateField(null=True)  # the one from then on

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}, {self.at:%-d %B %Y, %H:%M}"
