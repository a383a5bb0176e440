"""The Calendly account behind a connection."""

from __future__ import annotations

from django.db import models

from core.encryption import decrypt, encrypt
from core.models import BaseModel

LONGEST_URI = 300


class CalendlyAccount(BaseModel):
    """Who a connection is at Calendly, and our webhook there. The connection has the token, its state and its errors."""

    connection = models.OneToOneField("connections.Connection", on_delete=models.CASCADE, related_name="calendly")
    user_uri = models.CharField(max_length=LONGEST_URI)
    organization_uri = models.CharField(max_length=LONGEST_URI, blank=True)
    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    scheduling_url = models.CharField(max_length=LONGEST_URI, blank=True)
    uses_platform_key = models.BooleanField(default=False)
    limit_key = models.CharField(max_length=64, db_index=True)  # a digest of the token: those of one token share limits
    is_broken = models.BooleanField(default=False)  # the token was refused: nothing is asked until it is connected anew
    webhook_uri = models.CharField(max_length=LONGEST_URI, blank=True)
    webhook_secret = models.TextField(blank=True)  # the signing key, encrypted
    webhook_checked_at = models.DateTimeField(null=True)
    webhook_error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "Calendly account"

    def __str__(self) -> str:
        return self.name or self.email or "Calendly"

    @property
    def webhook_key(self) -> str:
        return decrypt(self.webhook_secret) if self.webhook_secret else ""

    @webhook_key.setter
    def webhook_key(self, key: str) -> None:
        self.webhook_secret = encrypt(key) if key else ""
