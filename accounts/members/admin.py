"""The admin of members, which shows all rows. Members are changed under /operations/members/, where the rules are."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import Member, MemberChange, MemberDuplicate, MemberImport, MemberMerge
from core.admin import ReadOnlyAdmin, ReadOnlyPart


class MemberChangePart(ReadOnlyPart):
    model = MemberChange
    fields = ["created_at", "field", "before", "after", "source", "changed_by"]
    readonly_fields = ["created_at"]


@admin.register(Member)
class MemberAdmin(ReadOnlyAdmin):
    list_display = [
        "full_name",
        "member_key",
        "member_status",
        "member_type",
        "license_expires",
        "company_name",
        "page",
    ]
    list_filter = ["member_status", "member_type", "license_state"]
    search_fields = ["words"]
    inlines = [MemberChangePart]

    @admin.display(description="page")
    def page(self, member: Member) -> SafeString:
        return format_html('<a href="{}">Open</a>', member.get_absolute_url())


@admin.register(MemberDuplicate)
class MemberDuplicateAdmin(ReadOnlyAdmin):
    list_display = ["first", "second", "reason", "likeness", "dismissed_at", "dismissed_by"]
    list_filter = ["reason"]
    list_select_related = ["first", "second", "dismissed_by"]


@admin.register(MemberMerge)
class MemberMergeAdmin(ReadOnlyAdmin):
    list_display = ["kept", "dropped", "reason", "merged_by", "created_at", "undone_at"]
    list_select_related = ["kept", "dropped", "merged_by"]


@admin.register(MemberImport)
class MemberImportAdmin(ReadOnlyAdmin):
    list_display = ["name", "imported_by", "state", "rows", "added", "changed", "faulty", "created_at"]
    list_filter = ["state"]
    list_select_related = ["imported_by"]
    exclude = ["file"]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).defer("errors")
