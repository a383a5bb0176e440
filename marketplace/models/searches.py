"""Saved searches with what they have found, and the weekly letter."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import BuilderProfile
from core.fields import LineField
from core.models import BaseModel, TimedModel


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    def active(self) -> SavedSearchQuerySet:
        return self.filter(paused_at__isnull=True, person__is_active=True)


class SavedSearch(BaseModel):
    """A search for builders that a person has saved, who is told when a time opens up on its days and at its hours."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches")
    name = LineField(max_length=80)
    query = models.CharField(max_length=1000, blank=True, help_text="The filters, as in the address of the search.")
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)  # 0 is Monday; empty: any day
    from_minute = models.PositiveSmallIntegerField(default=0)
    to_minute = models.PositiveSmallIntegerField(default=24 * 60)
    paused_at = models.DateTimeField(null=True, blank=True)
    # What was free when the free times were last looked at, by builder, and up to which day: only what was not is news.
    seen = models.JSONField(default=dict, editable=False)
    seen_until = models.DateField(null=True, editable=False)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(from_minute__lt=models.F("to_minute"), to_minute__lte=24 * 60), name="search_hours_in_order"
            ),
        ]
        indexes = [models.Index(fields=["person"], condition=Q(paused_at=None), name="searches_that_look")]
        ordering = ["created_at", "id"]
        verbose_name_plural = "saved searches"

    def __str__(self) -> str:
        return self.name


class OpeningNotice(BaseModel):
    """Free time of a builder that has opened up for a person, in one part of one day. They are told of it once."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    builder = models.ForeignKey(BuilderProfile, on_delete=models.CASCADE, related_name="+")
    search = models.ForeignKey(
        SavedSearch, null=True, on_delete=models.CASCADE, related_name="notices", help_text="None for a favourite."
    )
    stretch = models.CharField(max_length=24, help_text="The day and the part of it, such as 2026-12-01 evening.")
    starts_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "builder", "stretch"], name="one_notice_a_stretch")]
        indexes = [models.Index(fields=["person"], condition=Q(told_at=None), name="openings_to_tell")]
        ordering = ["starts_at", "id"]

    def __str__(self) -> str:
        return self.stretch


class LetterChoice(TimedModel):
    """Whether a person wants the weekly letter, and on which day. Without a row: yes, on Mondays."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="letter_choice"
    )
    is_wanted = models.BooleanField("send me a letter once a week", default=True)
    weekday = models.PositiveSmallIntegerField("on", default=0, help_text="0 is Monday.")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(weekday__lte=6), name="letter_on_a_weekday")]

    def __str__(self) -> str:
        return f"letter on weekday {self.weekday}" if self.is_wanted else "no letter"


class WeeklyLetter(BaseModel):
    """That the letter of one week was written to a person, or that there was nothing to say. One for each week."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    week = models.DateField(help_text="The Monday of the week, in the person's time zone.")
    was_sent = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "week"], name="one_letter_a_week")]
        ordering = ["-week"]

    def __str__(self) -> str:
        return f"week of {self.week:%-d %B %Y}"
