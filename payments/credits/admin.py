"""The admin page of credits, which can only be viewed."""

from __future__ import annotations

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from payments.credits.models import CreditGrant
from payments.credits.queries import left_of


@admin.register(CreditGrant)
class CreditGrantAdmin(ReadOnlyAdmin):
    list_display = ["title", "holder", "builder", "sessions", "left", "expires_at", "is_waiting"]
    list_filter = ["source_kind", "is_waiting"]
    list_select_related = ["holder", "builder"]
    search_fields = ["title", "holder__display_name", "holder__email", "builder__display_name", "builder__email"]

    @admin.display
    def left(self, grant: CreditGrant) -> int:
        return left_of([grant])[grant.pk]
