"""Maintenance, announcements, the rule for joining, and the versions of the terms and the privacy notice."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.fields import LineField
from core.ids import uuid7


class Maintenance(models.Model):
    """A time in which Waymark can be read but not changed. It ends at `ends_at`, or when staff end it before that."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    message = LineField(max_length=300, blank=True, help_text="Shown to everybody, beside the time of its end.")
    announced_at = models.DateTimeField(help_text="From when on a banner announces it.")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="When staff ended or cancelled it.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name_plural = "maintenance"
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="maintenance_ends_after_its_start")
        ]

    def __str__(self) -> str:
        return f"maintenance of {self.starts_at:%Y-%m-%d %H:%M}"


class Announcement(models.Model):
    """A sentence that pages show at their top for some time."""

    class Audience(models.TextChoices):
        EVERYBODY = "everybody", "Everybody"
        VISITORS = "visitors", "Visitors who are not signed in"
        SIGNED_IN = "signed_in", "Everybody who is signed in"
        CLIENTS = "clients", "Clients: people who are signed in and are no builders"
        BUILDERS = "builders", "Builders"
        STAFF = "staff", "Staff"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    text = LineField(max_length=300)
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.EVERYBODY)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    can_be_closed = models.BooleanField(default=True, help_text="Whether readers can close it for themselves.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="announcement_ends_after_its_start")
        ]

    def __str__(self) -> str:
        return self.text


class SignUpPolicy(models.Model):
    """Who may join. There is one row; without it everybody may."""

    class Mode(models.TextChoices):
        OPEN = "open", "Everybody"
        INVITATION = "invitation", "People with an invitation"
        CLOSED = "closed", "Nobody"

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.OPEN)
    message = LineField(max_length=300, blank=True, help_text="Shown to those who cannot join.")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "rule for joining"
        verbose_name_plural = "rules for joining"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_rule_for_joining")]

    def __str__(self) -> str:
        return self.get_mode_display()


class PolicyVersion(models.Model):
    """A version of the terms or of the privacy notice, with its text as it was published. It is never changed."""

    class Kind(models.TextChoices):
        TERMS = "terms", "Terms"
        PRIVACY = "privacy", "Privacy notice"

    kind = models.CharField(max_length=7, choices=Kind.choices)
    number = models.PositiveIntegerField(help_text="1 for the first version of its kind.")
    text = models.TextField(max_length=50_000)
    summary = LineField(max_length=300, blank=True, help_text="What has changed, for people who accepted the last one.")
    is_asked = models.BooleanField(help_text="Whether people with an account are asked to accept it.")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-published_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["kind", "number"], name="one_version_of_a_number")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, version {self.number}"


class Acceptance(models.Model):
    """Records that somebody accepted a version: a person, or whoever made or paid the booking with this reference."""

    class Occasion(models.TextChoices):
        SIGN_UP = "sign_up", "When joining"
        ASKED = "asked", "When asked"
        BOOKING = "booking", "When booking"
        PAYMENT = "payment", "When paying"

    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="acceptances")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    reference = models.CharField(
        max_length=20, blank=True, db_index=True, help_text="Of the booking, if it was for one."
    )
    occasion = models.CharField(max_length=8, choices=Occasion.choices)
    accepted_at = models.DateTimeField()

    class Meta:
        ordering = ["-accepted_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "version", "reference", "occasion"],
                name="one_acceptance_of_a_kind", nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(person__isnull=False) | ~Q(reference=""), name="acceptance_of_somebody"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.version}, {self.accepted_at:%Y-%m-%d %H:%M}"
