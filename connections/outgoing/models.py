"""Webhooks that Waymark sends: the addresses they go to, what was sent there, and how each attempt ended."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from core.encryption import decrypt, encrypt
from core.models import BaseModel


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    def managed_by(self, person: User) -> WebhookEndpointQuerySet:
        """Those that a person may see and change: their own, and for an admin also those of the whole site."""
        is_theirs = Q(owner=person)
        return self.filter(is_theirs | Q(owner=None)) if Role.ADMIN in person.roles else self.filter(is_theirs)

    def listening(self, builder_id: object, kind: str) -> WebhookEndpointQuerySet:
        """Those that are told of this kind of event of a builder."""
        return self.filter(Q(owner=builder_id) | Q(owner=None), state=WebhookEndpoint.State.ON, kinds__contains=[kind])


class WebhookEndpoint(BaseModel):
    """An address that is told of events. One without an owner is told of the events of all builders."""

    class State(models.TextChoices):
        ON = "on", "On"
        OFF = "off", "Off"  # by its owner
        ENDED = "ended", "Switched off by Waymark"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="webhook_endpoints"
    )
    host = models.CharField(max_length=255)  # the part of the address that is no secret
    sealed_address = models.TextField()  # encrypted, because many services accept whatever is sent to an address
    kinds = ArrayField(models.CharField(max_length=40))
    sealed_secret = models.TextField()
    sealed_former_secret = models.TextField(blank=True)
    former_until = models.DateTimeField(null=True)  # until then messages are signed with the former secret too
    state = models.CharField(max_length=5, choices=State.choices, default=State.ON)
    error = models.CharField(max_length=300, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    failing_since = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.host

    def get_absolute_url(self) -> str:
        return reverse("connections:webhook", args=[self.pk])

    @property
    def address(self) -> str:
        return decrypt(self.sealed_address)

    @address.setter
    def address(self, address: str) -> None:
        self.sealed_address = encrypt(address)
        self.host = (urlsplit(address).hostname or "")[:255]

    @property
    def secret(self) -> str:
        return decrypt(self.sealed_secret)

    def secrets_at(self, now: datetime) -> list[str]:
        """Returns the secrets that messages are signed with: during a rotation the former one as well."""
        is_rotating = self.former_until is not None and now < self.former_until
        return [self.secret, *([decrypt(self.sealed_former_secret)] if is_rotating else [])]


class WebhookMessage(BaseModel):
    """One event for one endpoint. Its body is written when it is sent, so that no personal data is kept here."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DELIVERED = "delivered", "Delivered"
        FAILED = "failed", "Not delivered"

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    source = models.CharField(max_length=20)  # the registered source that writes the body
    subject = models.UUIDField()  # the event, as its source knows it
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    replays = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "source", "subject"], name="one_webhook_of_an_event")
        ]
        ordering = ["-created_at", "-id"]
        verbose_name_plural = "webhook deliveries"

    def __str__(self) -> str:
        return f"{self.kind}, {self.get_state_display()}"


class WebhookAttempt(BaseModel):
    """How one attempt to deliver ended. Without a status there was no answer."""

    delivery = models.ForeignKey(WebhookMessage, on_delete=models.CASCADE, related_name="tries")
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=300, blank=True)
    milliseconds = models.PositiveIntegerField()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return str(self.status or self.error)
