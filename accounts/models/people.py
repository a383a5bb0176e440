"""People: who they are and how they want to be reached."""

from __future__ import annotations

import secrets
from functools import cached_property
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Group
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Lower

from accounts.models.places import Place
from accounts.roles import STAFF, Role
from core.fields import NameField
from core.hour_format import HourFormat
from core.models import BaseModel
from core.zones import DEFAULT, zone_names


def validate_zone(value: str) -> None:
    if value not in zone_names():
        raise ValidationError("Choose a time zone from the list, such as Europe/Berlin.")


def avatar_name(user: User, filename: str) -> str:
    """A new name for each picture: caches may keep it for ever, and nobody can guess it."""
    return f"avatars/{secrets.token_urlsafe(16)}.webp"


class UserQuerySet(models.QuerySet["User"]):
    def with_roles(self) -> UserQuerySet:
        """Each person with the roles they hold now and whether they have a second factor, in the same query."""
        from accounts.models.roles import RoleGrant  # roles builds on people

        live = RoleGrant.objects.live().filter(user=models.OuterRef("pk"))
        factors = Authenticator.objects.filter(user=models.OuterRef("pk"))
        return self.annotate(held_roles=ArraySubquery(live.values("role")), has_factor=models.Exists(factors))

    def with_unread(self) -> UserQuerySet:
        """Each person with the number of notifications they have not read, in the same query."""
        from accounts.models.notifications import Notification  # notifications builds on people

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
        """For `createsuperuser`: the first admin of a new installation."""
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
    hour_format = models.CharField(max_length=2, choices=HourFormat.choices, default=HourFormat.TWENTY_FOUR)
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
