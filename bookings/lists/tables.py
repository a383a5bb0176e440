"""The lists of bookings as CSV files, with the filters of the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest
from accounts.roles import Role
from bookings.billing.queries import bills_of
from bookings.lists.answers import answers_of, with_answers
from bookings.lists.filters import filtered, filters_in
from bookings.models import Booking, BookingQuerySet
from bookings.states import Side
from core import clock, flags
from core.access import role_required, signed_in
from core.csv_export import csv_response
from payments.flags import PAYMENTS

HEADER = (
    "Start", "End", "Reference", "With", "Session", "State", "Pathway", "Where", "Price", "Currency", "Payment", "Booked",
    "Source", "Answers and notes",
)  # fmt: skip
MOST_ROWS = 50_000


@require_safe
@signed_in
def client_table(request: SignedInRequest) -> HttpResponse:
    """Returns the client's list as a CSV file."""
    return _table(request, Booking.objects.filter(client=request.user), Side.CLIENT)


@require_safe
@role_required(Role.BUILDER)
def builder_table(request: SignedInRequest) -> HttpResponse:
    """Returns the builder's list as a CSV file."""
    return _table(request, Booking.objects.of_builder(request.user), Side.BUILDER)


def _table(request: SignedInRequest, mine: BookingQuerySet, side: Side) -> HttpResponse:
    has_payments = flags.is_on(request, PAYMENTS)
    zone, filters = ZoneInfo(request.user.timezone), filters_in(request.GET, side, has_payments=has_payments)
    matches = filtered(mine, filters, zone, clock.now())
    rows = table_rows(matches, side, zone, has_payments=has_payments)
    return csv_response("bookings.csv", HEADER, rows)


def table_rows(
    bookings: BookingQuerySet, side: Side, zone: ZoneInfo, *, has_payments: bool
) -> Iterator[tuple[Any, ...]]:
    """Yields a row for each booking, with the times in this zone. Four queries, however many bookings there are."""
    rows = list(with_answers(bookings.listed())[:MOST_ROWS])
    bills = bills_of(rows) if has_payments else {}
    for booking in rows:
        bill = bills.get(booking.pk)
        yield (
            f"{booking.starts_at.astimezone(zone):%Y-%m-%d %H:%M}",
            f"{booking.ends_at.astimezone(zone):%Y-%m-%d %H:%M}",
            booking.reference,
            booking.client_name if side == Side.BUILDER else booking.builder.display_name,
            booking.title,
            booking.get_state_display(),
            booking.pathway.name if booking.pathway else "",
            "Remote" if booking.is_remote else "In person",
            booking.price.amount,
            booking.currency,
            bill.label if bill else "",
            f"{booking.created_at.astimezone(zone):%Y-%m-%d}",
            booking.get_source_display(),
            "; ".join(f"{label}: {text}" for label, text in answers_of(booking)),
        )
