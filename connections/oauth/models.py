"""An account at an outside service that Waymark may use, with its tokens encrypted."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.encryption import decrypt, encrypt
from core.models import BaseModel

EARLY = timedelta(seconds=60)  # a token is renewed this long before it expires


class LinkedAccountQuerySet(models.QuerySet["LinkedAccount"]):
    def working(self) -> LinkedAccountQuerySet:
        return self.filter(state=LinkedAccount.State.GOOD)

    def of_platform(self) -> LinkedAccountQuerySet:
        return self.filter(owner=None)


class LinkedAccount(BaseModel):
    """One account at one service. Without an owner it is the platform's own."""

    class Kind(models.TextChoices):
        OAUTH = "oauth", "Allowed by its owner"  # an access token that expires, and a refresh token
        TOKEN = "token", "Token that its owner made"  # never renewed
        SERVER = "server", "Credentials of the platform"  # an access token that is fetched with settings

    class State(models.TextChoices):
        GOOD = "good", "Connected"
        BROKEN = "broken", "Has to be connected again"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="linked_accounts"
    )
    service = models.CharField(max_length=20)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    external_id = models.CharField(max_length=200)  # how the service names the account in webhooks
    name = models.CharField(max_length=200, blank=True)  # how its owner recognises it, such as an address
    scopes = models.TextField(blank=True)
    secret = models.TextField(blank=True)  # the access token, encrypted
    refresh_secret = models.TextField(blank=True)  # the refresh token, encrypted
    expires_at = models.DateTimeField(null=True)

    state = models.CharField(max_length=6, choices=State.choices, default=State.GOOD)
    good_at = models.DateTimeField(null=True)  # when the service last did what was asked
    error = models.CharField(max_length=300, blank=True)  # of the last call, in plain words
    broken_at = models.DateTimeField(null=True)

    objects = LinkedAccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "service", "external_id"], nulls_distinct=False, name="one_account_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(state="broken", broken_at__isnull=False) | Q(state="good", broken_at=None),
                name="broken_at_when_broken",
            ),
        ]
        indexes = [models.Index(fields=["service", "external_id"], name="account_by_external_id")]
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.service} {self.name}".strip()

    @property
    def access_token(self) -> str:
        return decrypt(self.secret) if self.secret else ""

    @access_token.setter
    def access_token(self, token: str) -> None:
        self.secret = encrypt(token) if token else ""

    @property
    def refresh_token(self) -> str:
        return decrypt(self.refresh_secret) if self.refresh_secret else ""

    @refresh_token.setter
    def refresh_token(self, token: str) -> None:
        self.refresh_secret = encrypt(token) if token else ""

    @property
    def is_broken(self) -> bool:
        return self.state == self.State.BROKEN

    def is_expired(self, now: datetime) -> bool:
        """Whether the access token has to be renewed before it is used."""
        return not self.secret or (self.expires_at is not None and now >= self.expires_at - EARLY)
