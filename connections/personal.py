"""Registers the personal data of this app: accounts at and connections to outside services, without their secrets."""

from __future__ import annotations

from connections.calendly.models import CalendlyAccount
from connections.models import AccountCalendar, Connection
from connections.oauth.models import LinkedAccount
from connections.outgoing.models import WebhookAttempt, WebhookEndpoint, WebhookMessage
from connections.zoom.models import ZoomSettings
from core.personal import register_personal


def register() -> None:
    register_personal(
        Connection,
        rows=lambda person: Connection.objects.filter(owner=person),
        fields=(
            "service",
            "name",
            "host",
            "username",
            "counts_all_day",
            "when_unread",
            "patience",
            "read_at",
            "created_at",
        ),
        erase="delete",
    )
    register_personal(
        AccountCalendar,
        rows=lambda person: AccountCalendar.objects.filter(connection__owner=person),
        fields=("connection", "address", "name", "counts", "is_written", "created_at"),
        erase="delete",
    )
    register_personal(
        LinkedAccount,
        rows=lambda person: LinkedAccount.objects.filter(owner=person),
        fields=("service", "kind", "external_id", "name", "scopes", "state", "good_at", "created_at"),
        erase="delete",
    )
    register_personal(
        ZoomSettings,
        rows=lambda person: ZoomSettings.objects.filter(account__owner=person),
        fields=(
            "waiting_room", "join_before_host", "needs_passcode", "host_video", "participant_video", "mute_upon_entry",
            "recording",
        ),
        erase="delete",
    )  # fmt: skip
    register_personal(
        CalendlyAccount,
        rows=lambda person: CalendlyAccount.objects.filter(account__owner=person),
        fields=("email", "scheduling_url", "created_at"),
        erase="delete",
    )
    _register_webhooks()


def _register_webhooks() -> None:
    register_personal(
        WebhookEndpoint,
        rows=lambda person: WebhookEndpoint.objects.filter(owner=person),
        fields=("host", "kinds", "state", "created_at"),
        erase="delete",
    )
    register_personal(
        WebhookMessage,
        rows=lambda person: WebhookMessage.objects.filter(endpoint__owner=person),
        fields=("endpoint", "kind", "state", "attempts", "created_at"),
        erase="delete",
    )
    register_personal(
        WebhookAttempt,
        rows=lambda person: WebhookAttempt.objects.filter(delivery__endpoint__owner=person),
        fields=("delivery", "status", "error", "created_at"),
        erase="delete",
    )
