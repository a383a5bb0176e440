"""People and their accounts."""

from __future__ import annotations

import secrets
from functools import cached_property
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Group
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Lower, Upper

from accounts.frame_counts import frame_annotations
from accounts.models.notifications import Notification
from accounts.models.places import Place
from accounts.models.roles import RoleGrant
from accounts.roles import STAFF, Role
from core.fields import NameField
from core.hour_format import HourFormat
from core.models import BaseModel
from core.zones import DEFAULT, zone_names


def validate_zone(value: str) -> None:
    if value not in zone_names():
        raise ValidationError("Choose a time zone from the list, such as Europe/Berlin.")


def avatar_name(user: User, filename: str) -> str:
    """Returns a random name, so that caches may keep each picture for ever and nobody can guess its URL."""
    return f"avatars/{secrets.token_urlsafe(16)}.webp"


def roles_and_factor(person: str) -> dict[str, Any]:
    """Returns the annotations `held_roles` and `has_factor`, for a query whose column `person` is the person's key."""
    live = RoleGrant.objects.live().filter(user=models.OuterRef(person))
    factors = Authenticator.objects.filter(user=models.OuterRef(person))
    return {"held_roles": ArraySubquery(live.values("role")), "has_factor": models.Exists(factors)}


class UserQuerySet(models.QuerySet["User"]):
    def with_roles(self) -> UserQuerySet:
        """Adds each person's current roles, and whether they have a second factor, in the same query."""
        return self.annotate(**roles_and_factor("pk"))

    def with_unread(self) -> UserQuerySet:
        """Adds each person's number of unread notifications, and what apps show in the frame of every page, in the same
        query."""
        unread = Notification.objects.filter(person=models.OuterRef("pk"), read_at__isnull=True).order_by()
        count = unread.values("person").annotate(count=models.Count("pk")).values("count")
        return self.annotate(unread=Coalesce(models.Subquery(count), 0), **frame_annotations())


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def with_roles(self) -> UserQuerySet:
        return self.get_queryset().with_roles()

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """Returns the address in lower case: two addresses that differ in capitals belong to one person."""
        return (email or "").strip().lower()

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Creates a person whose address is not verified yet. With a place, its zone is the default."""
        if fields.get("place") and "timezone" not in fields:
            fields["timezone"] = fields["place"].timezone
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Creates a person with a verified address, to whom `manage.py createsuperuser` then grants the role of admin."""
        user = self.create_user(email, password, **fields)
        # The operator's word counts as verification, so that the first admin needs no working mail.
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user


class User(AbstractBaseUser, BaseModel):
    """A person with an account. They sign in with their email address."""

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
        indexes = [
            models.Index(fields=["created_at"], name="people_by_creation"),
            GinIndex(OpClass(Upper("display_name"), name="gin_trgm_ops"), name="people_by_name"),
            GinIndex(OpClass(Upper("email"), name="gin_trgm_ops"), name="people_by_part_of_email"),
        ]
        ordering = ["display_name", "id"]

    def __str__(self) -> str:
        return self.display_name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = UserManager.normalize_email(self.email)

    @cached_property
    def roles(self) -> frozenset[str]:
        """Returns the person's current roles. No query for the signed-in person: `accounts.backends` loads them."""
        annotated = getattr(self, "held_roles", None)
        return frozenset(self.grants.live().values_list("role", flat=True) if annotated is None else annotated)

    @cached_property
    def has_second_factor(self) -> bool:
        """Whether the person has a second factor. No query for the signed-in person, as for `roles`."""
        annotated = getattr(self, "has_factor", None)
        return bool(Authenticator.objects.filter(user=self).exists() if annotated is None else annotated)

    @property
    def has_zone(self) -> bool:
        """Whether the zone was chosen or adopted, rather than being the default of a new account."""
        return self.zone_is_chosen or self.timezone != DEFAULT

    @property
    def is_staff(self) -> bool:
        """Whether the person may open the admin."""
        return bool(self.roles & STAFF)

    def has_perm(self, permission: str, obj: object = None) -> bool:
        """Whether the person has a permission in the admin: admins have all, support those to view."""
        if not self.is_active:
            return False
        return Role.ADMIN in self.roles or (Role.SUPPORT in self.roles and ".view_" in permission)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff
