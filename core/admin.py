from typing import Any

import waffle.admin
import waffle.models
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from core import outbox
from core.models import AuditEntry, ExchangeRate, Flag, Heartbeat, JobRun, OutboxMessage


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """For rows that machines write: to be looked at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin):
    list_display = ["job", "period_at", "attempts", "finished_at"]
    list_filter = ["job"]


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = ["name", "seen_at"]


@admin.register(ExchangeRate)
class ExchangeRateAdmin(admin.ModelAdmin[ExchangeRate]):
    list_display = ["currency", "per_dollar", "as_of"]
    search_fields = ["currency"]


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "actor", "action", "subject", "request_id"]
    list_filter = ["action"]
    list_select_related = ["actor"]
    search_fields = ["subject", "request_id", "actor__email"]
    show_full_result_count = False


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    """Staff see what waits and what was given up, and may have it tried again."""

    list_display = ["event", "channel", "recipient", "state", "attempts", "due_at", "last_error"]
    list_filter = ["state", "channel"]
    search_fields = ["event", "recipient"]
    show_full_result_count = False
    actions = ["try_again"]

    @admin.action(description="Try again what was given up", permissions=["retry"])
    def try_again(self, request: HttpRequest, messages: QuerySet[OutboxMessage]) -> None:
        dead = [message for message in messages if message.state == OutboxMessage.State.DEAD]
        for message in dead:
            outbox.retry(message)
        self.message_user(request, f"{len(dead)} will be tried again.")

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("core.change_outboxmessage")


# Flags are all that Waymark uses of waffle.
admin.site.unregister([waffle.models.Switch, waffle.models.Sample])


@admin.register(Flag)
class FlagAdmin(waffle.admin.FlagAdmin):
    exclude = ["superusers"]
