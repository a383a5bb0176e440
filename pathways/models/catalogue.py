"""Pathways, skills and their prerequisites, which admins edit, and the skills that builders teach."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from core.fields import LineField
from core.models import BaseModel


class PathwayQuerySet(models.QuerySet["Pathway"]):
    def open(self) -> PathwayQuerySet:
        return self.filter(is_active=True)


class Pathway(BaseModel):
    """A pathway that clients can enrol in: three tiers of skills, shown in its own colours."""

    class Look(models.TextChoices):
        SUMMIT = "summit", "Summit (orange)"
        TURN = "turn", "Turn (blue)"
        SPARK = "spark", "Spark (purple)"

    slug = models.SlugField(max_length=40, unique=True)
    name = LineField(max_length=60)
    tagline = models.CharField(max_length=140)
    description = models.TextField()
    for_whom = models.TextField(help_text="One reason a line.")
    tier1 = models.CharField("first tier", max_length=200)
    tier2 = models.CharField("second tier", max_length=200)
    tier3 = models.CharField("third tier", max_length=200)
    look = models.CharField(max_length=10, choices=Look.choices)
    order = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    objects = PathwayQuerySet.as_manager()

    class Meta:
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("pathways:pathway", args=[self.slug])

    @property
    def tiers(self) -> list[str]:
        return [self.tier1, self.tier2, self.tier3]


class SkillQuerySet(models.QuerySet["Skill"]):
    def open(self) -> SkillQuerySet:
        return self.filter(is_active=True)

    def complete(self) -> SkillQuerySet:
        """Loads prerequisites and pathways with the skills: two more queries for any number of skills."""
        return self.prefetch_related("needs", "pathways")


class Skill(BaseModel):
    """A skill of one or more pathways, and the skills that have to be completed before it."""

    class Tier(models.IntegerChoices):
        FIRST = 1, "First tier"
        SECOND = 2, "Second tier"
        THIRD = 3, "Third tier"

    slug = models.SlugField(max_length=60, unique=True)
    name = LineField(max_length=60)
    tier = models.PositiveSmallIntegerField(choices=Tier.choices)
    summary = models.CharField(max_length=140, help_text="What it is, in one line.")
    description = models.TextField(help_text="Why it matters, and how one begins.")
    resources = models.JSONField(default=list, blank=True, help_text='A list of {"title": …, "url": …}.')
    is_fundamental = models.BooleanField("fundamental", default=False)
    needs_builder = models.BooleanField("builder's word", default=False)
    pathways = models.ManyToManyField(Pathway, blank=True, related_name="skills")
    needs = models.ManyToManyField(
        "self", through="SkillPrerequisite", through_fields=("skill", "needed"), symmetrical=False, related_name="opens"
    )
    order = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    objects = SkillQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(tier__range=(1, 3)), name="three_tiers")]
        ordering = ["tier", "order", "name"]

    def __str__(self) -> str:
        return self.name


class SkillPrerequisite(models.Model):
    """A skill that has to be completed before another. Change them with `services.set_prerequisites` or
    `interchange.import_catalogue`, which refuse circles."""

    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="needs_rows")
    needed = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="opens_rows")

    class Meta:
        db_table = "pathways_need"
        constraints = [
            models.UniqueConstraint(fields=["skill", "needed"], name="one_need_each"),
            models.CheckConstraint(condition=~models.Q(skill=models.F("needed")), name="nothing_needs_itself"),
        ]

    def __str__(self) -> str:
        return "prerequisite"


class BuilderSkill(models.Model):
    """A skill that a builder says they teach."""

    builder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="teaches")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="taught_by")

    class Meta:
        db_table = "pathways_teaching"
        constraints = [models.UniqueConstraint(fields=["builder", "skill"], name="each_skill_once")]

    def __str__(self) -> str:
        return f"{self.builder} teaches {self.skill}"
