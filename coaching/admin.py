"""The admin pages about offers: the catalogue of services can be edited; builders' offers can only be viewed and closed."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import User
from coaching import services
from coaching.models import CancellationTier, Offer, OfferedDuration, Question, Service, SessionDuration, SessionType
from coaching.packages import admin as package_admin  # noqa: F401  (registers itself)
from core.admin import AuditedAdmin, ReadOnlyAdmin, ReadOnlyPart


@admin.register(Service)
class ServiceAdmin(AuditedAdmin):
    list_display = ["name", "slug", "icon", "position", "is_offered"]
    list_editable = ["position", "is_offered"]
    prepopulated_fields = {"slug": ["name"]}
    search_fields = ["name", "slug", "keywords"]


class OfferedDurationInline(ReadOnlyPart):
    model = OfferedDuration


class SessionDurationInline(ReadOnlyPart):
    model = SessionDuration


class TierInline(ReadOnlyPart):
    model = CancellationTier


class QuestionInline(ReadOnlyPart):
    model = Question


@admin.register(Offer)
class OfferAdmin(ReadOnlyAdmin):
    list_display = ["builder", "currency", "hourly_rate", "day_rate", "default_duration", "is_active"]
    list_filter = ["is_active", "currency"]
    list_select_related = ["builder"]
    search_fields = ["builder__display_name", "builder__email"]
    inlines = [OfferedDurationInline]


@admin.register(SessionType)
class SessionTypeAdmin(ReadOnlyAdmin):
    list_display = ["title", "builder", "category", "service", "default_minutes", "seats", "is_active"]
    list_filter = ["is_active", "category", "needs_proof", "service"]
    list_select_related = ["builder", "service"]
    search_fields = ["title", "builder__display_name", "builder__email"]
    inlines = [SessionDurationInline, TierInline, QuestionInline]
    exclude = ["meeting_url"]  # only for the two sides of a booking
    actions = ["close"]

    @admin.action(description="Unpublish", permissions=["close"])
    def close(self, request: HttpRequest, chosen: QuerySet[SessionType]) -> None:
        assert isinstance(request.user, User)
        for session_type in chosen:
            services.set_active(session_type=session_type, is_active=False, by=request.user)
        self.message_user(request, f"{len(chosen)} can no longer be booked. Existing bookings stay as they are.")

    def has_close_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("coaching.change_sessiontype")
