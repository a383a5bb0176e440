from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.models import Heartbeat, JobRun


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
