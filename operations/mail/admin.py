"""The admin of the log of emails, which leads to the pages of operations, where their texts are."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.admin import ReadOnlyAdmin
from core.big_tables import BigTable
from core.models import DeadAddress, MailLogEntry


@admin.register(MailLogEntry)
class MailLogEntryAdmin(BigTable, ReadOnlyAdmin):
    """Lists emails. Their texts, without keys, are on the pages of operations."""

    list_display = ["subject_without_keys", "recipient", "kind_label", "state", "tries", "created_at", "last_response"]
    list_filter = ["state"]
    search_fields = ["=recipient", "=person__email"]
    search_help_text = "A whole address."
    exclude = ["content", "subject"]
    readonly_fields = ["page"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[MailLogEntry]:
        return super().get_queryset(request).defer("content")

    @admin.display(description="subject")
    def subject_without_keys(self, entry: MailLogEntry) -> str:
        return entry.shown_subject

    @admin.display(description="kind", ordering="kind")
    def kind_label(self, entry: MailLogEntry) -> str:
        return entry.kind_label

    @admin.display(description="text and events")
    def page(self, entry: MailLogEntry) -> SafeString:
        return format_html(
            '<a href="{}">Read it, or send it again</a>', reverse("operations:mail_message", args=[entry.pk])
        )


@admin.register(DeadAddress)
class DeadAddressAdmin(ReadOnlyAdmin):
    list_display = ["address", "reason", "detail", "marked_at", "released_at"]
    list_filter = ["reason", ("released_at", admin.EmptyFieldListFilter)]
    search_fields = ["address"]
