"""Read-only admin of connections: how well each is read, without the secret address."""

from __future__ import annotations

from django.contrib import admin

from connections.models import Connection
from core.admin import ReadOnlyAdmin


@admin.register(Connection)
class ConnectionAdmin(ReadOnlyAdmin):
    list_display = ["name", "owner", "service", "host", "state", "read_at", "failures", "error"]
    list_filter = ["service", "state"]
    list_select_related = ["owner"]
    search_fields = ["owner__display_name", "owner__email", "host"]
    exclude = ["secret", "sealed_password", "etag", "modified", "digest"]
