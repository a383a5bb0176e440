"""The admin page of credits, which can only be viewed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin import ReadOnlyAdmin
from payments.credits.models import CreditGrant
from payments.credits.queries import left_of


@admin.register(CreditGrant)
class CreditGrantAdmin(ReadOnlyAdmin):
    list_display = ["title", "holder", "builder", "sessions", "left", "expires_at", "is_waiting"]
    list_filter = ["source_kind", "is_waiting"]
    list_select_related = ["holder", "builder"]
    search_fields = ["title", "holder__display_name", "holder__email", "builder__display_name", "builder__email"]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Counts what is left of all credits of the page in one query."""
        changelist = super().get_changelist_instance(request)
        left = left_of(changelist.result_list)
        for grant in changelist.result_list:
            grant.left_now = left[grant.pk]
        return changelist

    @admin.display
    def left(self, grant: CreditGrant) -> int:
        now: int | None = getattr(grant, "left_now", None)
        return left_of([grant])[grant.pk] if now is None else now
