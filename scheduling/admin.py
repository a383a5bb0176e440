"""Read-only admin of schedules and reservations. Builders change their hours; `claims` changes reservations."""

from __future__ import annotations

from datetime import datetime

from django.contrib import admin

from core.admin import ReadOnlyAdmin, ReadOnlyPart
from core.big_tables import BigTable
from scheduling.models import (
    CalendarFeed,
    CalendlyEventType,
    CalendlySync,
    ExceptionDay,
    OfferedDay,
    RecurringHours,
    Reservation,
    Rule,
    Schedule,
    Seat,
)


class RuleInline(ReadOnlyPart):
    model = Rule


class RecurringHoursInline(ReadOnlyPart):
    model = RecurringHours


class ExceptionInline(ReadOnlyPart):
    model = ExceptionDay


class SeatInline(ReadOnlyPart):
    model = Seat
    fields = ["person", "expires_at", "released_at", "created_at"]
    readonly_fields = ["created_at"]


@admin.register(Schedule)
class ScheduleAdmin(ReadOnlyAdmin):
    list_display = ["name", "builder", "kind", "timezone", "is_default", "is_active"]
    list_filter = ["kind", "is_default", "is_active"]
    list_select_related = ["builder"]
    search_fields = ["name", "builder__display_name", "builder__email"]
    inlines = [RuleInline, RecurringHoursInline, ExceptionInline]


@admin.register(Reservation)
class ReservationAdmin(BigTable, ReadOnlyAdmin):
    list_display = ["builder", "starts", "ends", "kind", "session_type", "capacity", "expires_at", "released_at"]
    list_filter = ["kind"]
    list_select_related = ["builder", "session_type"]
    search_people = {"builder": ["display_name", "email"], "session_type": ["title"]}
    ordering = ["-id"]  # the newest first: no index has the order of the ranges
    inlines = [SeatInline]

    @admin.display(ordering="during")
    def starts(self, reservation: Reservation) -> datetime | None:
        start: datetime | None = reservation.during.lower
        return start

    @admin.display
    def ends(self, reservation: Reservation) -> datetime | None:
        end: datetime | None = reservation.during.upper
        return end


@admin.register(OfferedDay)
class OfferedDayAdmin(ReadOnlyAdmin):
    list_display = ["builder", "date", "minutes"]
    list_select_related = ["builder"]
    search_fields = ["builder__display_name", "builder__email"]
    date_hierarchy = "date"


@admin.register(CalendarFeed)
class CalendarFeedAdmin(ReadOnlyAdmin):
    list_display = ["builder", "created_at", "read_at"]
    list_select_related = ["builder"]
    search_fields = ["builder__display_name", "builder__email"]
    exclude = ["digest"]


@admin.register(CalendlyEventType)
class CalendlyEventTypeAdmin(ReadOnlyAdmin):
    list_display = ["name", "builder", "session_type", "is_active", "mapped_at", "gone_at"]
    list_filter = ["is_active"]
    list_select_related = ["builder", "session_type"]
    search_fields = ["name", "builder__display_name", "builder__email", "uri"]


@admin.register(CalendlySync)
class CalendlySyncAdmin(ReadOnlyAdmin):
    list_display = [
        "account",
        "status",
        "created",
        "updated",
        "deactivated",
        "unchanged",
        "attempts",
        "error",
        "created_at",
    ]
    list_filter = ["status"]
    list_select_related = ["account"]
    search_fields = ["account__name", "account__owner__email"]
