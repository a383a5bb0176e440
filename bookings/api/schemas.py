"""Schemas of bookings in the API."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from django.conf import settings
from pydantic import BeforeValidator, Field, StringConstraints

from bookings.agreement.queries import Stats
from bookings.agreement.requests import MAX_EMAIL_LENGTH, MAX_LOCATION_LENGTH, MAX_NAME_LENGTH, MAX_NOTES_LENGTH
from bookings.agreement.rules import allowed_verbs
from bookings.agreement.signed_links import Purpose, path_for
from bookings.api.formats import instant
from bookings.api.meeting_schemas import MeetingOut
from bookings.api.origins import OriginOut
from bookings.api.splits import SplitOut
from bookings.billing.checkout.rules import is_payable
from bookings.billing.rules import Bill
from bookings.deliverables.queries import delivered
from bookings.deliverables.schemas import DeliverableOut
from bookings.meetings.rules import in_person_at, link_for, place_for
from bookings.models import Booking, BookingEvent
from bookings.proposals.schemas import ProposalOut
from bookings.reviews.schemas import ReviewOut
from bookings.states import Side, State, Verb
from coaching.schemas import CategoryText, on_the_wire
from core.api import Amount, In, Instant, Link, OneLine, Out, SuccessBody, Text, Truth, Whole, upper
from core.openapi import InstantText, enum_of
from messaging.schemas import MessageOut
from payments.models import Payment
from payments.states import Status as PaymentStatus
from payments.states import Timing
from scheduling.api import shown
from scheduling.schemas import Zone


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


RateType = Annotated[Literal["fixed", "hourly", "day"], BeforeValidator(_lower)]
Status = Annotated[State, BeforeValidator(upper)]
StateText = Annotated[str, enum_of(State.values)]
VerbText = Annotated[str, enum_of(Verb.values)]
SideText = Annotated[str, enum_of(Side.values)]
SourceText = Annotated[str, enum_of(Booking.Source.values)]
Notes = Annotated[str, StringConstraints(max_length=MAX_NOTES_LENGTH)]
Location = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_LOCATION_LENGTH)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


# Only parsed: what is required and how long it may be, `requests` decides, and the description repeats it.
class GuestIn(In):
    name: Annotated[OneLine, Field(json_schema_extra={"minLength": 1, "maxLength": MAX_NAME_LENGTH})]
    email: Annotated[OneLine, Field(json_schema_extra={"minLength": 1, "maxLength": MAX_EMAIL_LENGTH})]


class Common(In):
    """Fields of every endpoint that creates a booking."""

    session_type_id: UUID | None = None
    duration_minutes: Annotated[Whole, Field(ge=1, le=1440)] | None = None
    pathway_id: str | None = None
    custom_question_response: dict[UUID, str | bool] = {}
    is_remote: Truth | None = None
    guest: GuestIn | None = None
    timezone: Zone | None = None
    use_credit: Truth = False


class BookingIn(Common):
    builder_id: str | None = None
    provider_id: str | None = None
    service_type: str | None = None
    scheduled_time: Instant
    duration_hours: Annotated[Amount, Field(gt=0, le=24)] | None = None
    rate_type: RateType | None = None
    rate: Amount | None = None
    currency: Text | None = None
    location: Location = ""
    in_person_at: Annotated[Literal["builder", "client"], BeforeValidator(_lower)] | None = None
    project_id: UUID | None = None
    notes: Notes = ""
    client_id: UUID | None = None


class SchedulingIn(Common):
    """The field names of the pathway booking system."""

    session_type_id: UUID
    start_time: Instant


class CoachingIn(Common):
    """The field names of the real-time booking system."""

    coach_id: str
    start_time: Instant
    end_time: Instant
    duration_minutes: Annotated[Whole, Field(ge=1, le=1440)]
    rate: Amount
    currency: Text


class ChangeIn(In):
    status: Status | None = None
    deliverables: list[str] | None = None
    scheduled_time: Instant | None = None
    join_url: Link | None = None
    refund_amount: Amount | None = None
    reason: Reason = ""
    version: Whole | None = None


class BuilderRef(Out):
    id: UUID
    slug: str
    display_name: str


class ClientRef(Out):
    id: UUID | None
    display_name: str


class GuestOut(Out):
    name: str
    email: str | None


class SessionTypeRef(Out):
    id: UUID
    title: str
    category: CategoryText


class ProjectRef(Out):
    id: UUID
    title: str


class SeriesRef(Out):
    id: UUID
    number: int
    count: int


class PaymentOut(Out):
    """What is due, paid and refunded. Amounts are sums of money; `amount_due` is what is still to be paid."""

    status: str
    timing: str
    amount_due: str
    amount_paid: str
    amount_refunded: str
    currency: str
    pay_url: str | None = None
    due_at: InstantText | None = None
    capture_before: InstantText | None = None

    @classmethod
    def of(cls, bill: Bill, sides: frozenset[Side], now: datetime) -> PaymentOut | None:
        """Returns None where nothing is owed and nothing was paid. Only the client sees where to pay."""
        booking, payment = bill.booking, bill.payment
        if not bill.is_relevant and not (booking.payment_due_at and booking.state == State.CANCELLED):
            return None
        can_pay = Side.CLIENT in sides and is_payable(booking, payment, now)
        return cls(
            status=bill.status if bill.is_relevant else PaymentStatus.CANCELLED,
            timing=booking.payment_timing or Timing.OUTSIDE,
            pay_url=f"{settings.SITE_URL}{path_for(booking, Purpose.PAY)}" if can_pay else None,
            due_at=shown(booking.payment_due_at) if booking.state == State.PENDING else None,
            capture_before=shown(payment.capture_before) if payment else None,
            amount_due=bill.due.on_the_wire(),
            amount_paid=bill.paid.on_the_wire(),
            amount_refunded=bill.refunded.on_the_wire(),
            currency=bill.booking.currency,
        )


class BookingOut(Out):
    id: UUID
    reference: str
    status: StateText
    version: int
    builder: BuilderRef
    provider: BuilderRef
    client: ClientRef
    guest: GuestOut | None
    manage_url: str | None
    session_type: SessionTypeRef
    service_type: str | None
    start_time: InstantText
    end_time: InstantText
    duration_minutes: int
    timezone: str
    rate_at_booking: str
    rate_type: str
    total_price: str
    list_price: str
    used_credit: bool
    currency: str
    payment: PaymentOut | None
    is_remote: bool
    location: str | None
    in_person_at: str | None
    join_url: str | None
    meeting_id: str | None
    meeting: MeetingOut
    calendly_event_uri: str | None
    calendly_cancel_url: str | None
    calendly_reschedule_url: str | None
    has_conflict: bool
    pathway_id: str | None
    project: ProjectRef | None
    series: SeriesRef | None
    custom_question_response: dict[str, str | bool]
    notes: str
    deliverables: list[DeliverableOut]
    created_at: InstantText
    confirmed_at: InstantText | None
    completed_at: InstantText | None
    cancelled_at: InstantText | None
    cancelled_by: SideText | None
    cancel_reason: str | None
    no_show_by: SideText | None
    rescheduled_from: InstantText | None
    proof_due_at: InstantText | None
    allowed_actions: list[VerbText]
    source: SourceText
    origin: OriginOut | None


class ListedBooking(BookingOut):
    reviews: list[ReviewOut]


class EventOut(Out):
    at: InstantText
    verb: VerbText
    from_: StateText | None = Field(alias="from")
    to: StateText
    by: SideText
    reason: str | None

    @classmethod
    def of(cls, event: BookingEvent) -> EventOut:
        return cls.model_validate(
            {
                "at": instant(event.at),
                "verb": event.verb,
                "from": event.before or None,
                "to": event.after,
                "by": event.side,
                "reason": event.reason or None,
            }
        )


class WholeBooking(ListedBooking):
    events: list[EventOut]
    proposals: list[ProposalOut]
    messages: list[MessageOut]
    splits: list[SplitOut]


class BookingAnswer(SuccessBody):
    booking: BookingOut


class WholeAnswer(SuccessBody):
    booking: WholeBooking


class BookingStatsOut(Out):
    total: int
    pending: int
    confirmed: int
    in_progress: int
    completed: int
    cancelled: int
    disputed: int
    total_revenue: dict[str, str]

    @classmethod
    def of(cls, stats: Stats) -> BookingStatsOut:
        counts = {state.lower(): stats.of(state) for state in State.values}
        revenue = {currency: worth.on_the_wire() for currency, worth in sorted(stats.revenue.items())}
        return cls(total=stats.total, total_revenue=revenue, **counts)


class BookingsAnswer(SuccessBody):
    bookings: list[ListedBooking]
    stats: BookingStatsOut
    next_cursor: str | None


def booking_values(
    booking: Booking, sides: frozenset[Side], now: datetime, *, is_creator: bool = False, payment: Payment | None = None
) -> dict[str, object]:
    """Returns a booking's values as these sides may see them. No queries for bookings loaded with `whole()`.

    A guest's link is only in the answer to the guest who has just booked: whoever has it can act as the guest.
    Without a payment, nothing has been paid yet, as for a booking that was just made.
    """
    builder = booking.builder
    ref = BuilderRef(id=builder.pk, slug=builder.builder_profile.slug, display_name=builder.display_name)
    may_read_address = is_creator or bool(sides & {Side.BUILDER, Side.SUPPORT})
    may_read_links = is_creator or bool(sides & {Side.CLIENT, Side.BUILDER})
    guest = booking.guest
    is_guests = booking.client_id is None
    session_type = booking.session_type
    return {
        **{name: getattr(booking, name) for name in ("reference", "version", "rate_type", "currency", "is_remote")},
        **{name: getattr(booking, name) for name in ("notes", "timezone", "source")},
        "id": booking.pk,
        "status": booking.state,
        "builder": ref,
        "provider": ref,
        "client": ClientRef(id=booking.client_id, display_name=booking.client_name),
        "guest": GuestOut(name=guest.name, email=guest.email if may_read_address else None) if guest else None,
        "manage_url": f"{settings.SITE_URL}{path_for(booking, Purpose.MANAGE)}" if is_guests and is_creator else None,
        "session_type": SessionTypeRef(id=session_type.pk, title=booking.title, category=session_type.category),
        "service_type": session_type.service_id,
        "start_time": instant(booking.starts_at),
        "end_time": instant(booking.ends_at),
        "duration_minutes": booking.minutes,
        "rate_at_booking": on_the_wire(booking.rate, booking.currency),
        "total_price": on_the_wire(booking.total, booking.currency),
        "list_price": booking.list_price.on_the_wire(),
        "used_credit": booking.is_paid_with_credit,
        "payment": PaymentOut.of(Bill(booking, payment), sides, now),
        **_where_values(booking, sides),
        **_calendly_values(booking, sides, may_read_links=may_read_links),
        "origin": OriginOut.of(booking, sides),
        "pathway_id": booking.pathway.slug if booking.pathway else None,
        "project": ProjectRef(id=booking.project.pk, title=booking.project.title) if booking.project else None,
        "series": series_of(booking),
        "custom_question_response": {
            str(answer.question_id): answer.value == "true" if answer.kind == "checkbox" else answer.value
            for answer in booking.answers.all()
        },
        "deliverables": [
            DeliverableOut.of(deliverable.newest) for deliverable in delivered(booking.deliverables.all())
        ],
        **_history_values(booking),
        "proof_due_at": shown(booking.proof_due_at) if booking.state == State.PENDING else None,
        "allowed_actions": [str(verb) for verb in allowed_verbs(booking, sides, now)],
    }


def _where_values(booking: Booking, sides: frozenset[Side]) -> dict[str, object]:
    return {
        "location": place_for(booking, sides) or None,
        "in_person_at": in_person_at(booking),
        "join_url": link_for(booking, sides) or None,
        "meeting_id": booking.meeting.external_id or None if booking.meeting and link_for(booking, sides) else None,
        "meeting": MeetingOut.of(booking, sides),
    }


def _calendly_values(booking: Booking, sides: frozenset[Side], *, may_read_links: bool) -> dict[str, object]:
    return {
        "calendly_event_uri": booking.calendly_event_uri or None,
        "calendly_cancel_url": booking.calendly_cancel_url or None if may_read_links else None,
        "calendly_reschedule_url": booking.calendly_reschedule_url or None if may_read_links else None,
        "has_conflict": booking.has_conflict and Side.BUILDER in sides,
    }


def _history_values(booking: Booking) -> dict[str, object]:
    return {
        "created_at": instant(booking.created_at),
        "confirmed_at": shown(booking.confirmed_at),
        "completed_at": shown(booking.completed_at),
        "cancelled_at": shown(booking.cancelled_at),
        "cancelled_by": booking.cancelled_by or None,
        "cancel_reason": booking.cancel_reason or None,
        "no_show_by": booking.no_show_by or None,
        "rescheduled_from": shown(booking.previous_start),
    }


def series_of(booking: Booking) -> SeriesRef | None:
    if booking.series is None:
        return None
    return SeriesRef(id=booking.series.pk, number=booking.series_number, count=booking.series.count)


def whole_minutes(hours: Decimal) -> int | None:
    """Returns the hours in minutes; None if that is not a whole number."""
    minutes = hours * 60
    return int(minutes) if minutes == int(minutes) else None
