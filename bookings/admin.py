"""Bookings in the admin: to be looked at and searched; what is done goes through the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import User
from bookings import services
from bookings.models import Answer, Booking, BookingEvent, Guest
from bookings.services import Actor
from bookings.states import Side, State
from core.admin import ReadOnlyAdmin, ReadOnlyPart
from core.errors import Refused


class EventInline(ReadOnlyPart):
    model = BookingEvent
    fields = ["at", "verb", "before", "after", "side", "actor", "reason", "starts_at", "fee"]


class AnswerInline(ReadOnlyPart):
    model = Answer
    fields = ["label", "value"]


class ReasonAction(ActionForm):
    """What support does to a booking, it says why."""

    reason = forms.CharField(required=False, max_length=500, label="Reason:")


@admin.register(Booking)
class BookingAdmin(ReadOnlyAdmin):
    list_display = ["reference", "title", "client_name", "builder", "starts_at", "state", "total", "currency"]
    list_filter = ["state", "source"]
    list_select_related = ["builder", "client", "guest"]
    search_fields = ["reference", "client__email", "client__display_name", "builder__email", "builder__display_name", "guest__email"]  # fmt: skip
    show_full_result_count = False
    date_hierarchy = None
    inlines = [EventInline, AnswerInline]
    action_form = ReasonAction
    actions = ["cancel", "settle_as_completed", "settle_as_cancelled"]

    @admin.action(description="Cancel, with a reason", permissions=["act"])
    def cancel(self, request: HttpRequest, bookings: QuerySet[Booking]) -> None:
        self._each(
            request, bookings, lambda booking, by, reason: services.cancel(booking=booking, by=by, reason=reason)
        )

    @admin.action(description="Settle the dispute: it counts as completed", permissions=["act"])
    def settle_as_completed(self, request: HttpRequest, bookings: QuerySet[Booking]) -> None:
        self._settle(request, bookings, State.COMPLETED)

    @admin.action(description="Settle the dispute: it is cancelled", permissions=["act"])
    def settle_as_cancelled(self, request: HttpRequest, bookings: QuerySet[Booking]) -> None:
        self._settle(request, bookings, State.CANCELLED)

    def _settle(self, request: HttpRequest, bookings: QuerySet[Booking], outcome: State) -> None:
        self._each(
            request,
            bookings,
            lambda booking, by, reason: services.resolve(booking=booking, by=by, outcome=outcome, reason=reason),
        )

    def _each(self, request: HttpRequest, bookings: QuerySet[Booking], act: Any) -> None:
        """One by one, each with its own answer."""
        assert isinstance(request.user, User)
        reason = request.POST.get("reason", "").strip()
        if not reason:
            self.message_user(request, "Say why, in the field beside the action: both sides read it.", messages.ERROR)
            return
        for booking in bookings:
            try:
                act(booking, Actor(Side.SUPPORT, request.user), reason)
            except Refused as error:
                self.message_user(request, f"{booking.reference}: {error.sentence}", messages.ERROR)
            else:
                self.message_user(request, f"{booking.reference}: done.")

    def has_act_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_staff)


@admin.register(Guest)
class GuestAdmin(ReadOnlyAdmin):
    list_display = ["name", "email", "created_at", "proven_at"]
    search_fields = ["name", "email"]
