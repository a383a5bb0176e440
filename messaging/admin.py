"""The admin of messages: the queue of reports. What people write is read only with a reason, which is audited."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import formats, timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from accounts.models import User
from core.admin import StaffActs
from core.errors import Refused
from core.uploads import download_response
from messaging import reports
from messaging.models import Attachment, Conversation, Message, MessageReport, SavedReply


class ReasonForm(forms.Form):
    """Why staff read a conversation."""

    reason = forms.CharField(
        max_length=500, widget=forms.Textarea(attrs={"rows": 2}), help_text="It is kept in the audit log."
    )


@admin.register(MessageReport)
class MessageReportAdmin(StaffActs):
    """Reports, the open ones first, with the lines around the message as they were."""

    list_display = ["created_at", "reported", "reporter", "reason", "outcome", "settled_by"]
    list_filter = ["outcome"]
    search_fields = [
        "reporter__user__display_name", "reporter__user__email", "reporter__name",
        "message__sender__user__display_name", "message__sender__user__email", "message__sender__name",
    ]  # fmt: skip
    list_select_related = ["message__sender__user", "reporter__user", "settled_by"]
    fields = readonly_fields = (
        "reason", "reporter", "reported", "shown_lines", "conversation", "created_at", "shown_outcome", "settled_at", "settled_by",
    )  # fmt: skip
    actions = ["settle_as_nothing", "settle_as_warned", "settle_as_blocked"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[MessageReport]:
        return super().get_queryset(request).order_by("outcome", "-created_at")

    @admin.display(description="written by")
    def reported(self, row: MessageReport) -> str:
        return str(row.message.sender)

    @admin.display(description="lines around it")
    def shown_lines(self, row: MessageReport) -> SafeString:
        lines = (
            (name, formats.localize(timezone.localtime(datetime.fromisoformat(at))), text)
            for name, at, text in row.lines
        )
        return format_html_join("", "<p><strong>{}</strong> {}<br>{}</p>", lines)

    @admin.display(description="outcome")
    def shown_outcome(self, row: MessageReport) -> str:
        if row.outcome:
            return row.get_outcome_display()
        url = reverse("admin:messaging_messagereport_changelist")
        return format_html('Open. To settle it, select it in <a href="{}">the list</a> and choose an action.', url)

    @admin.display(description="whole conversation")
    def conversation(self, row: MessageReport) -> SafeString:
        url = reverse("admin:messaging_conversation_read", args=[row.message.conversation_id])
        return format_html('<a href="{}">Read it, with a reason</a>', url)

    @admin.action(description="Settle: nothing wrong", permissions=["act"])
    def settle_as_nothing(self, request: HttpRequest, queryset: QuerySet[MessageReport]) -> None:
        self._settle(request, queryset, MessageReport.Outcome.NOTHING)

    @admin.action(description="Settle: the sender was warned", permissions=["act"])
    def settle_as_warned(self, request: HttpRequest, queryset: QuerySet[MessageReport]) -> None:
        self._settle(request, queryset, MessageReport.Outcome.WARNED)

    @admin.action(description="Settle: block the conversation", permissions=["act"])
    def settle_as_blocked(self, request: HttpRequest, queryset: QuerySet[MessageReport]) -> None:
        self._settle(request, queryset, MessageReport.Outcome.BLOCKED)

    def _settle(self, request: HttpRequest, queryset: QuerySet[MessageReport], outcome: MessageReport.Outcome) -> None:
        assert isinstance(request.user, User)
        count = sum(reports.settle(saved=row, by=request.user, outcome=outcome) for row in queryset)
        messages.success(request, f"{count} settled.")


@admin.register(Conversation)
class ConversationAdmin(StaffActs):
    """Who talks to whom and since when. The words are on a page that asks for a reason."""

    list_display = ["people", "last_number", "last_message_at", "booked_at"]
    search_fields = ["participants__user__display_name", "participants__user__email", "participants__name"]
    fields = readonly_fields = ("people", "created_at", "booked_at", "last_number", "last_message_at", "read_link")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Conversation]:
        return super().get_queryset(request).prefetch_related("participants__user")

    @admin.display(description="between")
    def people(self, row: Conversation) -> str:
        return " and ".join(str(participant) for participant in row.participants.all())

    @admin.display(description="messages")
    def read_link(self, row: Conversation) -> SafeString:
        return format_html('<a href="{}">Read them, with a reason</a>', reverse("admin:messaging_conversation_read", args=[row.pk]))  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        name = "messaging_conversation_read"
        own = path("<uuid:pk>/read/", self.admin_site.admin_view(self.read), name=name)
        file = path("<uuid:pk>/files/<uuid:attachment>/", self.admin_site.admin_view(self.file), name="messaging_conversation_file")  # fmt: skip
        return [own, file, *super().get_urls()]

    def read(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Asks for a reason, records it, then shows the messages."""
        if not self.has_act_permission(request):
            raise PermissionDenied
        assert isinstance(request.user, User)
        row = get_object_or_404(Conversation, pk=pk)
        form = ReasonForm(request.POST or None)
        shown: list[Message] = []
        if request.method == "POST" and form.is_valid():
            try:
                reports.read_as_staff(conversation=row, by=request.user, reason=form.cleaned_data["reason"])
            except Refused as error:
                form.add_error("reason", error.text)
            else:
                shown = list(row.messages.select_related("sender__user").prefetch_related("attachments"))
        context = {
            **self.admin_site.each_context(request),
            "conversation": row,
            "title": f"Conversation between {self.people(row)}",
            "form": form,
            "shown": shown,
            "reason": form.data.get("reason", ""),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/messaging/conversation_read.html", context)

    @method_decorator(require_POST)
    def file(self, request: HttpRequest, pk: Any, attachment: Any) -> HttpResponseBase:
        """Returns a file of the conversation as a download, and records the reason that was given for reading it."""
        if not self.has_act_permission(request):
            raise PermissionDenied
        assert isinstance(request.user, User)
        files = Attachment.objects.select_related("message__conversation")
        row = get_object_or_404(files, pk=attachment, message__conversation=pk)
        reports.open_file_as_staff(attachment=row, by=request.user, reason=request.POST.get("reason", ""))
        return download_response(request, row.file, row.name)


@admin.register(SavedReply)
class SavedReplyAdmin(StaffActs):
    list_display = ["title", "owner"]
    search_fields = ["title", "owner__display_name", "owner__email"]
    list_select_related = ["owner"]
