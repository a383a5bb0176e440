"""Enrolments in pathways, progress on skills, the events of both, and evidence."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import User
from core.fields import LineField
from core.ids import uuid7
from core.models import BaseModel
from core.storage import private_files
from core.uploads import stored_name
from pathways.models.catalogue import Pathway, Skill


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def under_way(self) -> EnrolmentQuerySet:
        """Enrolments that are active or paused."""
        return self.exclude(status=Enrolment.Status.COMPLETED)

    def led_by(self, builder: User) -> EnrolmentQuerySet:
        return self.filter(builder=builder)

    def complete(self) -> EnrolmentQuerySet:
        """Loads the pathway, the client and the builder in the same query."""
        return self.select_related("pathway", "client", "builder__builder_profile")


class Enrolment(BaseModel):
    """A client on a pathway. The builder, if there is one, sees their progress and verifies their skills."""

    class Status(models.TextChoices):
        ACTIVE = "ACTIVE", "Active"
        PAUSED = "PAUSED", "Paused"
        COMPLETED = "COMPLETED", "Completed"

    client = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="enrolments")
    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="enrolments")
    builder = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="led_enrolments"
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    ended_at = models.DateTimeField(null=True, blank=True)
    # The skills that the pathway had when the client began; null where that is not known.
    skills_at_start = ArrayField(models.UUIDField(), null=True, editable=False)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "pathway"], condition=~Q(status="COMPLETED"), name="one_enrolment_under_way"
            ),
            models.CheckConstraint(
                condition=Q(status="COMPLETED", ended_at__isnull=False)
                | ~Q(status="COMPLETED") & Q(ended_at__isnull=True),
                name="ended_when_completed",
            ),
            models.CheckConstraint(condition=~Q(builder=models.F("client")), name="nobody_leads_themselves"),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.client} on {self.pathway}"

    def is_new(self, skill: UUID) -> bool:
        """Whether the skill was added to the pathway after the client began."""
        return self.skills_at_start is not None and skill not in self.skills_at_start


class EnrolmentEvent(models.Model):
    """A change of an enrolment, and who made it. `by` is null for what the system did."""

    class Verb(models.TextChoices):
        ENROL = "enrol", "Began"
        PAUSE = "pause", "Paused"
        RESUME = "resume", "Went on"
        LEAD = "lead", "Changed builder"
        COMPLETE = "complete", "Completed"
        REOPEN = "reopen", "Opened again"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    verb = models.CharField(max_length=10, choices=Verb.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    builder = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}, {self.at:%-d %B %Y, %H:%M}"


class Progress(BaseModel):
    """One client's progress on one skill. Whether the skill is locked is computed, never stored."""

    class Status(models.TextChoices):
        UNTOUCHED = "UNTOUCHED", "Not begun"
        IN_PROGRESS = "IN_PROGRESS", "In progress"
        COMPLETED = "COMPLETED", "Completed"

    client = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="progress")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="progress")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.UNTOUCHED)
    asked_at = models.DateTimeField(null=True)  # since when it waits for a builder to verify it
    completed_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name_plural = "progress"
        constraints = [
            models.UniqueConstraint(fields=["client", "skill"], name="one_progress_a_skill"),
            models.CheckConstraint(
                condition=Q(status="COMPLETED", completed_at__isnull=False, asked_at__isnull=True)
                | ~Q(status="COMPLETED") & Q(completed_at__isnull=True, verified_by__isnull=True),
                name="completed_with_its_time",
            ),
            models.CheckConstraint(
                condition=Q(asked_at__isnull=True) | Q(status="IN_PROGRESS"), name="asked_while_in_progress"
            ),
        ]
        indexes = [models.Index(fields=["client"], condition=Q(asked_at__isnull=False), name="progress_asked")]

    def __str__(self) -> str:
        return f"{self.client}: {self.skill} {self.status}"


class ProgressEvent(models.Model):
    """A change of progress, with the values from before it (`before`), from which it can be undone exactly."""

    class Verb(models.TextChoices):
        START = "start", "Begun"
        ASK = "ask", "Asked the builder to look"
        COMPLETE = "complete", "Completed"
        RETURN = "return", "Sent back"
        ASSIGN = "assign", "Suggested"
        UNDO = "undo", "Taken back"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    progress = models.ForeignKey(Progress, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    verb = models.CharField(max_length=10, choices=Verb.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    comment = models.CharField(max_length=1000, blank=True)
    before = models.JSONField()
    undoes = models.OneToOneField("self", null=True, on_delete=models.CASCADE, related_name="undone_by")

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}, {self.at:%-d %B %Y, %H:%M}"


def evidence_name(evidence: Evidence, name: str) -> str:
    return stored_name("skills", name)


class Evidence(BaseModel):
    """Evidence that a client has a skill: text, a link or a file."""

    progress = models.ForeignKey(Progress, on_delete=models.CASCADE, related_name="evidence")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(max_length=2000, blank=True)
    url = models.URLField(max_length=500, blank=True)
    file = models.FileField(upload_to=evidence_name, storage=private_files, blank=True)
    name = LineField(max_length=120, blank=True)  # the file name as it was sent
    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(condition=~Q(text="", url="", file=""), name="evidence_of_something"),
        ]
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.name or self.url or self.text[:60]
