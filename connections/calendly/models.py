"""What Waymark knows of a linked account at Calendly beyond its tokens."""

from __future__ import annotations

from django.db import models

from connections.oauth.models import LinkedAccount
from core.encryption import decrypt, encrypt
from core.models import BaseModel

LONGEST_URI = 300


class CalendlyAccount(BaseModel):
    """The person behind a linked account at Calendly, our webhook there, and the calendar that its busy times go to."""

    account = models.OneToOneField(LinkedAccount, on_delete=models.CASCADE, related_name="calendly")
    calendar = models.OneToOneField(
        "connections.Connection", null=True, on_delete=models.SET_NULL, related_name="calendly"
    )
    organization_uri = models.CharField(max_length=LONGEST_URI, blank=True)
    email = models.CharField(max_length=254, blank=True)
    scheduling_url = models.CharField(max_length=LONGEST_URI, blank=True)
    writes_bookings = models.BooleanField(default=False)  # sessions booked here are written there
    busy_read_at = models.DateTimeField(null=True)  # when other calendars were last read through Calendly
    webhook_uri = models.CharField(max_length=LONGEST_URI, blank=True)
    webhook_secret = models.TextField(blank=True)  # the signing key, encrypted
    webhook_checked_at = models.DateTimeField(null=True)
    webhook_error = models.CharField(max_length=300, blank=True)  # why there is none, in plain words

    class Meta:
        verbose_name = "Calendly account"

    def __str__(self) -> str:
        return self.account.name or "Calendly"

    @property
    def user_uri(self) -> str:
        return self.account.external_id

    @property
    def webhook_key(self) -> str:
        return decrypt(self.webhook_secret) if self.webhook_secret else ""

    @webhook_key.setter
    def webhook_key(self, key: str) -> None:
        self.webhook_secret = encrypt(key) if key else ""
