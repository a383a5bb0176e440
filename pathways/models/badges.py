"""Badges, the awards of them, and what `bookings` reports of answers to requests, which some badges count."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from core.fields import LineField
from core.models import BaseModel
from pathways.models.catalogue import Pathway, Skill


class Badge(BaseModel):
    """A badge that clients or builders can earn, with the rule by which it is awarded, and its levels."""

    class Audience(models.TextChoices):
        CLIENT = "client", "Clients"
        BUILDER = "builder", "Builders"

    class Rule(models.TextChoices):
        SKILL = "skill", "One skill"
        TIER = "tier", "A tier of a pathway"
        FUNDAMENTALS = "fundamentals", "All fundamentals of a pathway"
        PATHWAY = "pathway", "A whole pathway"
        SESSIONS = "sessions", "So many sessions"
        HOURS = "hours", "So many hours of sessions"
        STREAK = "streak", "So many weeks in a row with a session"
        SKILLS = "skills", "So many skills"
        GOALS = "goals", "So many goals reached"
        ANSWERS = "answers", "So many requests, all answered within an hour"

    slug = models.SlugField(max_length=60, unique=True)
    name = LineField(max_length=60)
    description = models.CharField(max_length=200, help_text="What it says about its holder.")
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.CLIENT)
    rule = models.CharField(max_length=12, choices=Rule.choices)
    skill = models.ForeignKey(Skill, null=True, blank=True, on_delete=models.CASCADE, related_name="badges")
    pathway = models.ForeignKey(Pathway, null=True, blank=True, on_delete=models.CASCADE, related_name="badges")
    tier = models.PositiveSmallIntegerField(null=True, blank=True, choices=Skill.Tier.choices)
    count = models.PositiveIntegerField(null=True, blank=True)
    further_counts = ArrayField(
        models.PositiveIntegerField(), default=list, blank=True, help_text="Of the second level, the third and so on."
    )
    window_days = models.PositiveSmallIntegerField(
        "within days", null=True, blank=True, help_text="All of it within so many days; empty for any time."
    )
    is_hidden = models.BooleanField("hidden", default=False, help_text="Shown only to those who have it.")
    order = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rule="skill", skill__isnull=False, pathway=None, tier=None, count=None)
                | Q(rule="tier", skill=None, pathway__isnull=False, tier__isnull=False, count=None)
                | Q(rule__in=["fundamentals", "pathway"], skill=None, pathway__isnull=False, tier=None, count=None)
                | Q(
                    rule__in=["sessions", "hours", "streak", "skills", "goals", "answers"],
                    skill=None,
                    tier=None,
                    count__gte=1,
                ),
                name="each_rule_with_what_it_needs",
                violation_error_message="Give the rule just what it needs: a skill; a pathway and a tier; a pathway; or a count.",
            ),
            models.CheckConstraint(
                condition=Q(window_days=None)
                | Q(rule__in=["sessions", "hours", "skills", "answers"], window_days__gte=1),
                name="window_only_of_what_has_times",
                violation_error_message="Only sessions, hours, skills and answers can be limited to some days.",
            ),
            models.CheckConstraint(
                condition=Q(audience="client") & ~Q(rule="answers")
                | Q(audience="builder", rule__in=["sessions", "hours", "streak"])
                | Q(audience="builder", rule="answers", window_days__isnull=False, pathway=None),
                name="each_audience_with_its_rules",
                violation_error_message="Builders have badges for sessions, hours, weeks and answers; answers need days.",
            ),
            models.CheckConstraint(
                condition=Q(count__isnull=False) | Q(further_counts=[]),
                name="levels_only_of_counts",
                violation_error_message="Only what is counted has levels.",
            ),
        ]
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def look(self) -> str:
        """Returns the look of its pathway; empty for badges without one."""
        return self.pathway.look if self.pathway else ""

    @property
    def is_counted(self) -> bool:
        """Whether it is for a number of something, rather than for skills that all have to be complete."""
        return self.count is not None

    @property
    def counts(self) -> list[int]:
        """Returns how many each level needs, the first level first; empty unless it is counted."""
        return [self.count, *self.further_counts] if self.count is not None else []

    @property
    def how(self) -> str:
        """Says in one sentence how to earn it. No query if `skill` and `pathway` were selected."""
        if self.rule == self.Rule.SKILL:
            return f"Complete the skill “{self.skill}”."
        if self.rule == self.Rule.TIER:
            return f"Complete every skill of tier {self.tier} of {self.pathway}."
        if self.rule == self.Rule.FUNDAMENTALS:
            return f"Complete every fundamental skill of {self.pathway}."
        if self.rule == self.Rule.PATHWAY:
            return f"Complete {self.pathway}, from the first tier to the last."
        return how_of_count(self)


def how_of_count(badge: Badge) -> str:
    """Says how to earn a badge that is counted. No query if `pathway` was selected."""
    count, many = badge.count, "" if badge.count == 1 else "s"
    on = f" on {badge.pathway}" if badge.pathway else ""
    within = f" within {badge.window_days} days" if badge.window_days else ""
    is_builder = badge.audience == Badge.Audience.BUILDER
    sentences = {
        Badge.Rule.SESSIONS: f"{'Hold' if is_builder else 'Complete'} {count} session{many}{on}{within}.",
        Badge.Rule.HOURS: f"Spend {count} hour{many} in sessions{on}{within}.",
        Badge.Rule.STREAK: f"Have a session{on} in {count} week{many} in a row.",
        Badge.Rule.SKILLS: f"Complete {count} skill{many}{on}{within}.",
        Badge.Rule.GOALS: f"Reach {count} goal{many}.",
        Badge.Rule.ANSWERS: f"Answer every request within an hour for {badge.window_days} days, {count} or more.",
    }
    return sentences[Badge.Rule(badge.rule)]


def award_token() -> str:
    return secrets.token_urlsafe(12)


class AwardQuerySet(models.QuerySet["Award"]):
    def standing(self) -> AwardQuerySet:
        """Awards that are not revoked."""
        return self.filter(revoked_at__isnull=True)


class Award(BaseModel):
    """A badge that a client has earned. Others see its page only if the client makes it public."""

    badge = models.ForeignKey(Badge, on_delete=models.CASCADE, related_name="awards")
    client = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="awards")
    token = models.CharField(max_length=24, unique=True, default=award_token)
    level = models.PositiveSmallIntegerField(default=1)
    awarded_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)  # when what it was awarded for was undone
    is_public = models.BooleanField(default=False)

    objects = AwardQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["badge", "client"], name="one_award_a_badge")]
        ordering = ["-awarded_at"]

    def __str__(self) -> str:
        return f"{self.badge} of {self.client}"

    @property
    def count(self) -> int | None:
        """Returns how many its level needs; None unless the badge is counted. No query if `badge` was selected."""
        counts = self.badge.counts
        return counts[min(self.level, len(counts)) - 1] if counts else None

    def get_absolute_url(self) -> str:
        return reverse("pathways:award", args=[self.token])


class AnsweredRequest(models.Model):
    """A builder's answer to a request, under the id of its booking."""

    request = models.UUIDField(primary_key=True)
    builder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="answered_requests")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["builder", "answered_at"], name="answers_of_builder")]
        ordering = ["answered_at", "request"]

    def __str__(self) -> str:
        return f"answered on {self.answered_at:%-d %B %Y, %H:%M}"
