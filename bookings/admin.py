"""Bookings in the admin, for reading and searching. The actions of support call the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User
from accounts.staff_pages import booking_page
from bookings.agreement import services
from bookings.agreement.transitions import Actor
from bookings.disputes import services as disputes
from bookings.models import (
    Answer,
    Booking,
    BookingEvent,
    CalendlyInvitee,
    Guest,
    Meeting,
    PlannedSession,
    Project,
    Review,
    SessionPlan,
    SkillReport,
    Statement,
    WaitingListEntry,
)
from bookings.reviews import services as reviews
from bookings.states import Side, State
from bookings.waiting_list import services as waiting_list
from core.admin import ReadOnlyAdmin, ReadOnlyPart, StaffActs
from core.admin_lists import address_of, reason_page
from core.big_tables import BigTable
from core.errors import Refused

AMOUNT = forms.DecimalField(required=False, min_value=0, max_digits=14, decimal_places=4)


class EventInline(ReadOnlyPart):
    model = BookingEvent
    fields = ["at", "verb", "before", "after", "side", "actor", "reason", "starts_at", "fee"]


class AnswerInline(ReadOnlyPart):
    model = Answer
    fields = ["label", "value"]


class StatementInline(ReadOnlyPart):
    model = Statement
    fields = ["created_at", "side", "author", "text", "name"]
    readonly_fields = ["created_at"]


class PlannedSessionInline(ReadOnlyPart):
    model = PlannedSession
    fields = ["number", "starts_at", "minutes", "session_type", "skill", "booking"]


@admin.register(SessionPlan)
class SessionPlanAdmin(ReadOnlyAdmin):
    list_display = ["client", "pathway", "state", "first_day", "last_day", "held_until", "booked_at"]
    list_filter = ["state", "pathway"]
    list_select_related = ["client", "pathway"]
    search_fields = ["=id", "client__display_name", "client__email"]
    exclude = ["details"]  # answers that are not sent yet
    inlines = [PlannedSessionInline]


@admin.register(Meeting)
class MeetingAdmin(ReadOnlyAdmin):
    """Shows whether each meeting could be made.

    Its link and participants are left out: only the two sides may see them.
    """

    list_display = ["topic", "builder", "state", "starts_at", "external_id", "started_at", "ended_at", "error"]
    list_filter = ["state"]
    list_select_related = ["builder"]
    search_fields = ["external_id", "builder__email", "builder__display_name"]
    exclude = ["join_url", "people", "runs"]


NAMES = ["email", "display_name"]


@admin.register(Booking)
class BookingAdmin(BigTable, StaffActs):
    list_display = ["reference", "title", "client_link", "builder", "starts_at", "state", "shown_price"]
    list_filter = [
        "state",
        "source",
        ("proof_due_at", admin.EmptyFieldListFilter),
        ("contested_at", admin.EmptyFieldListFilter),
        ("upheld_at", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["builder", "client", "guest"]
    search_starts = ["reference"]
    search_people = {"client": NAMES, "builder": NAMES, "guest": ["email", "name"]}
    date_hierarchy = None
    inlines = [EventInline, AnswerInline, StatementInline]
    readonly_fields = ["page", "payments"]
    # The first three are only for the two sides of the booking, the other only for their calendars.
    exclude = ["meeting_url", "zoom_url", "location", "calendar_uid"]
    actions = ["cancel", "settle_as_completed", "settle_as_cancelled"]

    @admin.display(description="client", ordering="client")
    def client_link(self, booking: Booking) -> str:
        """Returns the client or the guest, as a link."""
        row: User | Guest | None = booking.client or booking.guest
        if row is None:
            return booking.client_name
        return format_html('<a href="{}">{}</a>', address_of(type(row), row.pk), booking.client_name)

    @admin.display(description="price", ordering="total")
    def shown_price(self, booking: Booking) -> str:
        return booking.price.shown()

    @admin.display(description="what you can do")
    def page(self, booking: Booking) -> SafeString:
        page = booking_page(booking.reference, booking.pk)
        return format_html('<a href="{}">Its page for staff, with mails, money and notes</a>', page)

    @admin.display
    def payments(self, booking: Booking) -> SafeString:
        page = f"{reverse('admin:payments_payment_changelist')}?q={booking.reference}"
        return format_html('<a href="{}">What was paid and refunded</a>', page)

    @admin.action(description="Cancel, with a reason", permissions=["act"])
    def cancel(self, request: HttpRequest, bookings: QuerySet[Booking]) -> HttpResponse | None:
        return self._apply_to_each(
            request, bookings, lambda booking, by, reason: services.cancel(booking=booking, by=by, reason=reason)
        )

    @admin.action(description="Settle the dispute: it counts as completed", permissions=["act"])
    def settle_as_completed(self, request: HttpRequest, bookings: QuerySet[Booking]) -> HttpResponse | None:
        return self._settle(request, bookings, State.COMPLETED)

    @admin.action(description="Settle the dispute: it is cancelled", permissions=["act"])
    def settle_as_cancelled(self, request: HttpRequest, bookings: QuerySet[Booking]) -> HttpResponse | None:
        return self._settle(request, bookings, State.CANCELLED)

    def _settle(self, request: HttpRequest, bookings: QuerySet[Booking], outcome: State) -> HttpResponse | None:
        try:
            amount = AMOUNT.clean(request.POST.get("refund_amount", ""))
        except ValidationError as error:
            return self._ask(request, bookings, f"Given back: {error.messages[0]}")
        return self._apply_to_each(
            request,
            bookings,
            lambda booking, by, reason: disputes.resolve(
                booking=booking, by=by, outcome=outcome, reason=reason, refund_amount=amount
            ),
        )

    def _ask(self, request: HttpRequest, bookings: QuerySet[Booking], help_text: str) -> HttpResponse:
        """Returns the page that asks for what is missing, with the bookings still selected."""
        is_settling = request.POST.get("action", "") != "cancel"
        fields = [("refund_amount", "Amount to give back, if the session counts as completed")] if is_settling else []
        return reason_page(self, request, bookings, help_text=help_text, fields=fields)

    def _apply_to_each(self, request: HttpRequest, bookings: QuerySet[Booking], act: Any) -> HttpResponse | None:
        """Runs the action on each booking, and shows a message with the result for each of them."""
        assert isinstance(request.user, User)
        reason = request.POST.get("reason", "").strip()
        if not reason:
            return self._ask(request, bookings, "Give a reason: both sides will see it.")
        for booking in bookings:
            try:
                act(booking, Actor(Side.SUPPORT, request.user), reason)
            except Refused as error:
                self.message_user(request, f"{booking.reference}: {error.sentence}", messages.ERROR)
            else:
                self.message_user(request, f"{booking.reference}: done.")
        return None


@admin.register(Review)
class ReviewAdmin(BigTable, StaffActs):
    """Reviews, which staff can take down or keep, with a reason."""

    list_display = ["booking", "side", "rating", "text", "published_at", "reported_at", "report", "hidden_at"]
    list_filter = [
        ("reported_at", admin.EmptyFieldListFilter),
        ("hidden_at", admin.EmptyFieldListFilter),
        "side",
        "rating",
    ]
    list_select_related = ["booking"]
    search_fields = ["=booking__reference", "text", "booking__client__display_name", "booking__client__email", "booking__builder__display_name", "booking__builder__email"]  # fmt: skip
    actions = ["take_down", "let_stand"]

    @admin.action(description="Remove the review, with a reason", permissions=["act"])
    def take_down(self, request: HttpRequest, reviews_: QuerySet[Review]) -> HttpResponse | None:
        return self._moderate(request, reviews_, is_hidden=True)

    @admin.action(description="Keep the review, with a reason", permissions=["act"])
    def let_stand(self, request: HttpRequest, reviews_: QuerySet[Review]) -> HttpResponse | None:
        return self._moderate(request, reviews_, is_hidden=False)

    def _moderate(self, request: HttpRequest, selected: QuerySet[Review], *, is_hidden: bool) -> HttpResponse | None:
        assert isinstance(request.user, User)
        reason = request.POST.get("reason", "").strip()
        if not reason:
            return reason_page(self, request, selected, help_text="Give a reason. It is kept with the review.")
        for review in selected:
            reviews.moderate(review=review, by=request.user, is_hidden=is_hidden, reason=reason)
        self.message_user(request, "Done.")
        return None


@admin.register(WaitingListEntry)
class WaitingListEntryAdmin(StaffActs):
    """Waiting lists, on which support can move an entry to the front."""

    list_display = ["session_type", "client", "first_day", "last_day", "priority", "created_at", "end"]
    list_filter = ["end"]
    list_select_related = ["session_type", "client"]
    search_fields = ["client__email", "client__display_name", "session_type__title", "session_type__builder__display_name", "session_type__builder__email"]  # fmt: skip
    actions = ["put_first"]

    @admin.action(description="Ask these people first", permissions=["act"])
    def put_first(self, request: HttpRequest, places: QuerySet[WaitingListEntry]) -> None:
        for entry in places:
            waiting_list.put_first(entry=entry, by=request.user)
        self.message_user(request, "Done. They are asked first from now on.")


@admin.register(SkillReport)
class SkillReportAdmin(ReadOnlyAdmin):
    """What both sides said of skills after their sessions."""

    list_display = ["booking", "skill", "side", "status", "person", "created_at"]
    list_filter = ["side", "status"]
    list_select_related = ["booking", "skill", "person"]
    search_fields = ["=booking__reference", "skill__name", "person__email", "person__display_name"]


@admin.register(Project)
class ProjectAdmin(ReadOnlyAdmin):
    list_display = ["title", "client", "created_at", "closed_at"]
    search_fields = ["title", "client__email", "client__display_name"]


@admin.register(Guest)
class GuestAdmin(ReadOnlyAdmin):
    list_display = ["name", "email", "created_at", "proven_at"]
    list_filter = [("proven_at", admin.EmptyFieldListFilter)]
    search_fields = ["name", "email"]


@admin.register(CalendlyInvitee)
class CalendlyInviteeAdmin(ReadOnlyAdmin):
    list_display = ["booking", "builder", "uri", "is_current", "created_at"]
    list_filter = ["is_current"]
    list_select_related = ["booking", "builder"]
    search_fields = ["booking__reference", "uri", "builder__display_name", "booking__client__display_name"]
