"""Read-only admin of connections and accounts: how well each works, without secrets."""

from __future__ import annotations

from django.contrib import admin

from connections.calendly.models import CalendlyAccount
from connections.models import Connection
from connections.oauth.models import LinkedAccount
from connections.outgoing.models import WebhookEndpoint, WebhookMessage
from connections.zoom.models import ZoomSettings
from core.admin import ReadOnlyAdmin


@admin.register(Connection)
class ConnectionAdmin(ReadOnlyAdmin):
    list_display = ["name", "owner", "service", "host", "state", "read_at", "failures", "error"]
    list_filter = ["service", "state"]
    list_select_related = ["owner"]
    search_fields = ["owner__display_name", "owner__email", "host"]
    exclude = ["secret", "sealed_password", "etag", "modified", "digest"]


@admin.register(LinkedAccount)
class LinkedAccountAdmin(ReadOnlyAdmin):
    list_display = ["service", "owner", "name", "kind", "state", "good_at", "error"]
    list_filter = ["service", "state", "kind"]
    list_select_related = ["owner"]
    search_fields = ["owner__display_name", "owner__email", "name", "external_id"]
    exclude = ["secret", "refresh_secret"]


@admin.register(ZoomSettings)
class ZoomSettingsAdmin(ReadOnlyAdmin):
    search_fields = ["account__name", "account__owner__display_name", "account__owner__email"]
    list_display = ["account", "waiting_room", "join_before_host", "needs_passcode", "recording"]
    list_select_related = ["account"]


@admin.register(CalendlyAccount)
class CalendlyAccountAdmin(ReadOnlyAdmin):
    list_display = ["account", "email", "scheduling_url", "webhook_checked_at", "webhook_error"]
    list_select_related = ["account"]
    search_fields = ["email", "account__name", "account__owner__display_name", "account__owner__email"]
    exclude = ["webhook_secret"]


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ReadOnlyAdmin):
    list_display = ["host", "owner", "state", "failures", "error", "succeeded_at"]
    list_filter = ["state"]
    list_select_related = ["owner"]
    search_fields = ["owner__display_name", "owner__email", "host"]
    exclude = ["sealed_address", "sealed_secret", "sealed_former_secret"]


@admin.register(WebhookMessage)
class WebhookMessageAdmin(ReadOnlyAdmin):
    list_display = ["kind", "endpoint", "state", "attempts", "created_at"]
    list_filter = ["state", "kind"]
    list_select_related = ["endpoint"]
    search_fields = ["endpoint__host", "endpoint__owner__display_name", "endpoint__owner__email"]
