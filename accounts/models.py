"""People, the roles granted to them and builders' profiles; the tokens of their programs are in `token_models`."""

from __future__ import annotations

import secrets
from decimal import Decimal
from functools import cached_property
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Group
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse

from accounts import pending  # noqa: F401  (its models belong to this app)
from accounts.roles import STAFF, Role
from accounts.token_models import ApiToken as ApiToken  # noqa: PLC0414  (exported: Django looks for models here)
from core.clocks import Clock
from core.fields import LineField, NameField
from core.models import BaseModel, TimedModel
from core.registry import news_kind
from core.storage import private_files
from core.zones import DEFAULT, zone_names


def validate_zone(value: str) -> None:
    if value not in zone_names():
        raise ValidationError("Choose a time zone from the list, such as Europe/Berlin.")


def avatar_name(user: User, filename: str) -> str:
    """A new name for each picture: caches may keep it for ever, and nobody can guess it."""
    return f"avatars/{secrets.token_urlsafe(16)}.webp"


class Place(models.Model):
    """A town, from GeoNames' table of those with 15,000 people and more."""

    id = models.PositiveIntegerField(primary_key=True)
    name = models.CharField(max_length=80)
    region = models.CharField(max_length=40, blank=True)
    country = models.CharField(max_length=60)
    country_code = models.CharField(max_length=2)
    latitude = models.DecimalField(max_digits=9, decimal_places=6)
    longitude = models.DecimalField(max_digits=9, decimal_places=6)
    timezone = models.CharField(max_length=64)
    population = models.PositiveIntegerField()
    names = models.TextField()  # |munich|munchen|: how it is looked for, without accents and capitals

    class Meta:
        ordering = ["-population", "id"]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.name, self.region, self.country) if part)


class ProfessionalRole(models.Model):
    """What a builder is by trade: a catalogue to choose from. It grants nothing."""

    slug = models.SlugField(primary_key=True, max_length=40)
    name = LineField(max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(default=100)
    is_offered = models.BooleanField("can be chosen", default=True)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class UserQuerySet(models.QuerySet["User"]):
    def with_roles(self) -> UserQuerySet:
        """Each person with the roles they hold now and whether they have a second factor, in the same query."""
        live = RoleGrant.objects.live().filter(user=models.OuterRef("pk"))
        factors = Authenticator.objects.filter(user=models.OuterRef("pk"))
        return self.annotate(held_roles=ArraySubquery(live.values("role")), has_factor=models.Exists(factors))

    def with_unread(self) -> UserQuerySet:
        """Each person with the number of notifications they have not read, in the same query."""
        unread = Notification.objects.filter(person=models.OuterRef("pk"), read_at__isnull=True).order_by()
        count = unread.values("person").annotate(count=models.Count("pk")).values("count")
        return self.annotate(unread=Coalesce(models.Subquery(count), 0))


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def with_roles(self) -> UserQuerySet:
        return self.get_queryset().with_roles()

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """One way to write an address: nobody tells two people apart by capitals."""
        return (email or "").strip().lower()

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        if fields.get("place") and "timezone" not in fields:
            fields["timezone"] = fields["place"].timezone
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """For `createsuperuser`: the first admin of a new house."""
        from accounts import services  # services build on models

        user = self.create_user(email, password, **fields)
        # Whoever runs commands on the server vouches for the address, so that the first admin needs no mail.
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        services.grant(user=user, role=Role.ADMIN, by=None, reason="createsuperuser")
        return user


class User(AbstractBaseUser, BaseModel):
    """A person. Their email address is their name for signing in."""

    email = models.EmailField("email address", unique=True)
    display_name = NameField(max_length=80)
    timezone = models.CharField(max_length=64, default=DEFAULT, validators=[validate_zone])
    zone_is_chosen = models.BooleanField(default=False, editable=False)
    declined_zones = ArrayField(models.CharField(max_length=64), default=list, blank=True, editable=False)
    clock = models.CharField(max_length=2, choices=Clock.choices, default=Clock.TWENTY_FOUR)
    is_active = models.BooleanField(default=True)
    avatar = models.FileField(upload_to=avatar_name, blank=True)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    wants_mail = models.BooleanField("mail about what concerns me", default=True)
    wants_reminders = models.BooleanField("reminders before a session", default=True)
    wants_notifications = models.BooleanField("notifications in Waymark", default=True)
    groups = models.ManyToManyField(Group, blank=True, related_name="members")

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(email=Lower("email")), name="email_is_lower_case")]
        ordering = ["display_name", "id"]

    def __str__(self) -> str:
        return self.display_name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = UserManager.normalize_email(self.email)

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles held now; free of a query for the signed-in person (accounts.backends)."""
        held = getattr(self, "held_roles", None)
        return frozenset(self.grants.live().values_list("role", flat=True) if held is None else held)

    @cached_property
    def has_second_factor(self) -> bool:
        """Free of a query for the signed-in person, as `roles` is."""
        known = getattr(self, "has_factor", None)
        return bool(Authenticator.objects.filter(user=self).exists() if known is None else known)

    @property
    def has_zone(self) -> bool:
        """Whether the zone is more than the default that an account begins with."""
        return self.zone_is_chosen or self.timezone != DEFAULT

    @property
    def is_staff(self) -> bool:
        """May enter the admin."""
        return bool(self.roles & STAFF)

    def has_perm(self, permission: str, obj: object = None) -> bool:
        """Admins may do everything in the admin; support may look."""
        if not self.is_active:
            return False
        return Role.ADMIN in self.roles or (Role.SUPPORT in self.roles and ".view_" in permission)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def live(self) -> RoleGrantQuerySet:
        return self.filter(revoked_at__isnull=True)


class RoleGrant(BaseModel):
    """One role, from when to when, by whom and why. Rows are never deleted."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    granted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    revoke_reason = models.CharField(max_length=500, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(revoked_at__isnull=True), name="one_live_grant_per_role"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=False) | Q(revoked_by__isnull=True, revoke_reason=""),
                name="revoked_by_only_when_revoked",
            ),
        ]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class BuilderProfileQuerySet(models.QuerySet["BuilderProfile"]):
    def public(self) -> BuilderProfileQuerySet:
        """Who may be found and booked, with their person and town."""
        shown = self.filter(is_published=True, hidden_at=None, user__is_active=True)
        return shown.select_related("user__place")


class BuilderProfile(TimedModel):
    """How a builder presents themselves. One person has one id: the key is the user's."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="builder_profile")
    slug = models.SlugField(max_length=80, unique=True)
    headline = LineField(max_length=120)
    bio = models.TextField(max_length=4000, blank=True)
    roles = models.ManyToManyField(ProfessionalRole, blank=True, related_name="builders")
    latitude = models.DecimalField(
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    sort_name = models.CharField(max_length=80, editable=False, db_index=True)  # clusters sort by code point
    is_published = models.BooleanField(default=True)
    hidden_at = models.DateTimeField(null=True, editable=False)  # by staff, whatever the builder says
    hidden_reason = models.CharField(max_length=500, blank=True, editable=False)

    objects = BuilderProfileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="both_coordinates_or_none",
            ),
        ]
        ordering = ["sort_name", "user_id"]

    def __str__(self) -> str:
        return self.user.display_name

    @property
    def is_public(self) -> bool:
        return self.is_published and self.hidden_at is None and self.user.is_active

    @property
    def coordinates(self) -> tuple[Decimal, Decimal] | None:
        """The exact ones where given, else the town's."""
        if self.latitude is not None and self.longitude is not None:
            return self.latitude, self.longitude
        place = self.user.place
        return (place.latitude, place.longitude) if place else None

    def get_absolute_url(self) -> str:
        return reverse("marketplace:builder", args=[self.slug])


class ClientProfile(TimedModel):
    """What a builder should know before a session with this client. Seen by builders they book."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="client_profile")
    about = models.TextField(max_length=2000, blank=True)

    def __str__(self) -> str:
        return self.user.display_name


class DataExport(BaseModel):
    """A download of everything that Waymark knows of somebody: asked for, made by a worker, gone after a week."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Being made"
        READY = "ready", "Ready"

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="exports")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    done = models.PositiveSmallIntegerField(default=0)
    steps = models.PositiveSmallIntegerField(default=1)
    archive = models.FileField(upload_to="exports", storage=private_files, blank=True)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=~Q(state="ready"), name="one_export_at_a_time")
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_state_display()}"

    @property
    def percent(self) -> int:
        return 100 if self.state == self.State.READY else self.done * 100 // self.steps


class Notification(BaseModel):
    """Something that happened to somebody, told once."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    event = models.CharField(max_length=150)
    kind = models.CharField(max_length=40)
    title = LineField(max_length=140)
    text = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=300)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "event"], name="one_notification_per_event")]
        indexes = [models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="notification_unread")]
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title

    @property
    def icon(self) -> str:
        return news_kind(self.kind).icon


class BuilderApplication(BaseModel):
    """Somebody asks to become a builder; an admin decides, with a reason."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        GRANTED = "granted", "Granted"
        DECLINED = "declined", "Declined"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="applications")
    headline = LineField(max_length=120)
    message = models.TextField(max_length=2000)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(state="open"), name="one_open_application"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="decided_at_when_decided",
            ),
        ]
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_state_display()}"
