"""Reads payments of bookings, each with its number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from bookings.billing.payouts import shares_of
from bookings.billing.rules import KIND, Bill
from bookings.models import Booking, BookingQuerySet
from bookings.states import State
from payments.credits import queries as credit_queries
from payments.models import Payment
from payments.states import Status, Timing

UNPAID, PAID, REFUNDED = "unpaid", "paid", "refunded"
FILTERS = (("", "All"), (UNPAID, "Unpaid"), (PAID, "Paid"), (REFUNDED, "Refunded"))


def payments_of(bookings: Iterable[Booking]) -> dict[UUID, Payment]:
    """Returns the payments of these bookings, by booking. One query."""
    payments = Payment.objects.about(KIND, [booking.pk for booking in bookings])
    return {payment.subject_id: payment for payment in payments}


def payments_of_all(bookings: BookingQuerySet) -> dict[UUID, Payment]:
    """Returns the payments of all these bookings, by booking, without sending thousands of ids. One query."""
    ids = bookings.order_by().values("pk")
    return {payment.subject_id: payment for payment in Payment.objects.filter(subject_kind=KIND, subject_id__in=ids)}


def bills_of(bookings: Iterable[Booking]) -> dict[UUID, Bill]:
    """Returns the bill of each of these bookings. One query."""
    rows = list(bookings)
    payments = payments_of(rows)
    return {booking.pk: Bill(booking, payments.get(booking.pk)) for booking in rows}


def credit_outcome(booking: Booking) -> str:
    """Returns what became of the credit that paid for a cancelled booking, as a sentence; an empty string for others. One
    query for such a booking."""
    if booking.credit_grant_id is None or booking.state != State.CANCELLED:
        return ""
    came_back = credit_queries.was_returned(booking.pk)
    return "The credit that paid for it came back." if came_back else "The credit that paid for it was lost."


def bill_of(booking: Booking) -> Bill:
    """Returns the bill of one booking. One query."""
    return bills_of([booking])[booking.pk]


def price_shares(booking: Booking) -> list[tuple[str, Decimal]]:
    """Returns the names and percentages of the builders who share the price, the booking's own first; nothing if it is not
    shared. One query for one that is."""
    if not booking.splits:
        return []
    shares = shares_of(booking.builder_id, booking.splits)
    names = dict(User.objects.filter(pk__in=[pk for pk, _ in shares]).values_list("pk", "display_name"))
    return [(names.get(pk, ""), percent) for pk, percent in shares]


def _payment() -> QuerySet[Payment]:
    return Payment.objects.filter(subject_kind=KIND, subject_id=OuterRef("pk"))


def unpaid(bookings: BookingQuerySet) -> BookingQuerySet:
    """Returns the bookings for which `Bill.is_unpaid` holds."""
    owes = Q(state=State.COMPLETED, total__gt=0) | Q(state=State.CANCELLED, cancel_fee__gt=0)
    is_recorded = ~Q(payment_timing="") | Q(Exists(_payment()))
    is_settled = Exists(_payment().exclude(status__in=[Status.DUE, Status.FAILED]))
    return bookings.filter(owes, is_recorded).exclude(is_settled)


def with_money(bookings: BookingQuerySet, only: str = "") -> BookingQuerySet:
    """Returns the bookings for which `Bill.is_relevant` holds, the latest session first; with `only`, those of a filter
    in `FILTERS`."""
    if only == UNPAID:
        rows = unpaid(bookings)
    elif only == PAID:
        rows = bookings.filter(
            Exists(_payment().filter(status__in=[Status.PAID, Status.PARTLY_REFUNDED, Status.DISPUTED]))
        )
    elif only == REFUNDED:
        rows = bookings.filter(Exists(_payment().filter(amount_refunded__gt=0)))
    else:
        is_paid_first = Q(payment_timing=Timing.AT_BOOKING)
        is_asked = Q(state=State.PENDING, confirmed_at__isnull=True)
        is_agreed = ~Q(state=State.CANCELLED) & (is_paid_first | ~is_asked)
        owes = is_agreed & Q(total__gt=0) | Q(state=State.CANCELLED, cancel_fee__gt=0)
        rows = bookings.filter(owes | Q(Exists(_payment().filter(amount_paid__gt=Decimal(0)))))
    return rows.order_by("-starts_at", "-id")
