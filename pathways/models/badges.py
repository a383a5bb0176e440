"""Badges, and the awards of them."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from core.fields import LineField
from core.models import BaseModel
from pathways.models.catalogue import Pathway, Skill


class Badge(BaseModel):
    """A badge that clients can earn, with the rule by which it is awarded."""

    class Rule(models.TextChoices):
        SKILL = "skill", "One skill"
        TIER = "tier", "A tier of a pathway"
        FUNDAMENTALS = "fundamentals", "All fundamentals of a pathway"
        PATHWAY = "pathway", "A whole pathway"
        SESSIONS = "sessions", "So many sessions"

    slug = models.SlugField(max_length=60, unique=True)
    name = LineField(max_length=60)
    description = models.CharField(max_length=200, help_text="What it says about its holder.")
    rule = models.CharField(max_length=12, choices=Rule.choices)
    skill = models.ForeignKey(Skill, null=True, blank=True, on_delete=models.CASCADE, related_name="badges")
    pathway = models.ForeignKey(Pathway, null=True, blank=True, on_delete=models.CASCADE, related_name="badges")
    tier = models.PositiveSmallIntegerField(null=True, blank=True, choices=Skill.Tier.choices)
    count = models.PositiveIntegerField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rule="skill", skill__isnull=False, pathway=None, tier=None, count=None)
                | Q(rule="tier", skill=None, pathway__isnull=False, tier__isnull=False, count=None)
                | Q(rule__in=["fundamentals", "pathway"], skill=None, pathway__isnull=False, tier=None, count=None)
                | Q(rule="sessions", skill=None, pathway=None, tier=None, count__gte=1),
                name="each_rule_with_what_it_needs",
                violation_error_message="Give the rule just what it needs: a skill; a pathway and a tier; a pathway; or a count.",
            )
        ]
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def look(self) -> str:
        """Returns the look of its pathway; empty for badges without one."""
        return self.pathway.look if self.pathway else ""

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
        return f"Complete {self.count} session{'' if self.count == 1 else 's'}."


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
    awarded_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)  # when what it was awarded for was undone
    is_public = models.BooleanField(default=False)

    objects = AwardQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["badge", "client"], name="one_award_a_badge")]
        ordering = ["-awarded_at"]

    def __str__(self) -> str:
        return f"{self.badge} of {self.client}"

    def get_absolute_url(self) -> str:
        return reverse("pathways:award", args=[self.token])
