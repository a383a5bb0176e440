"""What waits for the proof of an address: a sign-up, and a change of address. Neither counts before the proof."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

from core.fields import NameField
from core.hour_format import HourFormat
from core.models import BaseModel

LIFETIME = timedelta(days=3)


class SignUpQuerySet(models.QuerySet["SignUp"]):
    def pending(self, now: datetime) -> SignUpQuerySet:
        return self.filter(created_at__gt=now - LIFETIME)

    def expired(self, now: datetime) -> SignUpQuerySet:
        return self.filter(created_at__lte=now - LIFETIME)


class SignUp(BaseModel):
    """What somebody typed to join. It becomes an account once the link in the mail is confirmed."""

    email = models.EmailField("email address", db_index=True)  # not unique: it blocks nobody
    display_name = NameField(max_length=80)
    password = models.CharField(max_length=128)  # a hash, as accounts have it
    timezone = models.CharField(max_length=64, default="UTC")
    hour_format = models.CharField(max_length=2, choices=HourFormat.choices, default=HourFormat.TWENTY_FOUR)
    next_path = models.CharField(max_length=1000, blank=True)
    browser = models.CharField(max_length=64)  # a digest of the key that the browser's session holds

    objects = SignUpQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["created_at"], name="sign_up_by_age")]

    def __str__(self) -> str:
        return self.email


class AddressChangeQuerySet(models.QuerySet["AddressChange"]):
    def pending(self, now: datetime) -> AddressChangeQuerySet:
        return self.filter(created_at__gt=now - LIFETIME)

    def expired(self, now: datetime) -> AddressChangeQuerySet:
        return self.filter(created_at__lte=now - LIFETIME)


class AddressChange(BaseModel):
    """The address that a person wants to use from now on. Asking again replaces the row, so that old links end."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="address_change")
    email = models.EmailField("email address")

    objects = AddressChangeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="address_change_by_age")]

    def __str__(self) -> str:
        return self.email
