"""Sign-ups and address changes that are not confirmed yet. Neither has any effect before its address is verified."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

from accounts.models.invitations import JoinInvitation
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
    """What a person typed to join. It becomes an account once the link in the mail is confirmed."""

    email = models.EmailField("email address", db_index=True)  # not unique: a sign-up does not reserve its address
    display_name = NameField(max_length=80)
    password = models.CharField(max_length=128)  # a hash, as in User
    timezone = models.CharField(max_length=64, default="UTC")
    hour_format = models.CharField(max_length=2, choices=HourFormat.choices, default=HourFormat.TWENTY_FOUR)
    next_path = models.CharField(max_length=1000, blank=True)
    invitation = models.ForeignKey(JoinInvitation, null=True, on_delete=models.SET_NULL, related_name="+")
    browser = models.CharField(max_length=64)  # a digest of the key in the browser's session

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
    """A new address that a person has requested. Another request replaces the row, so that the earlier link ends."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="address_change")
    email = models.EmailField("email address")

    objects = AddressChangeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="address_change_by_age")]

    def __str__(self) -> str:
        return self.email
