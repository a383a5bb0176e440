"""The pathways, as data: admins edit them and may add more."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from core.models import BaseModel


class PathwayQuerySet(models.QuerySet["Pathway"]):
    def open(self) -> PathwayQuerySet:
        return self.filter(is_active=True)


class Pathway(BaseModel):
    """One way to go, with its colour and its mark."""

    class Look(models.TextChoices):
        SUMMIT = "summit", "Summit (orange)"
        TURN = "turn", "Turn (blue)"
        SPARK = "spark", "Spark (green)"

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
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


class Enrolment(BaseModel):
    """One client on one pathway, maybe with one builder. Skills and progress come with their own part."""

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

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client", "pathway"], condition=models.Q(status="ACTIVE"), name="one_active_enrolment"
            ),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.client} on {self.pathway}"
