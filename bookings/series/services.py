"""Series: the same session every few weeks, booked, moved and cancelled together.

They are ordinary bookings, each with its own reference and calendar entry. The time of day is kept in the builder's
time zone, also across a change of the clocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import User
from bookings.agreement import services
from bookings.agreement.requests import BookingRequest, PricedRequest, price_of
from bookings.agreement.rules import cost_of
from bookings.agreement.transitions import Actor, fresh
from bookings.models import Booking, Series
from bookings.refusals import BookingRefusal
from bookings.states import AHEAD, Side, State, Verb
from bookings.times import When
from coaching.models import SessionType
from coaching.quotes import Quote
from core.errors import Refusal, Refused
from core.locks import lock_until_commit
from core.money import Money
from payments.states import Timing
from scheduling.claims import Visitor
from scheduling.intervals import instant
from scheduling.loading import moment
from scheduling.locks import place_in_queue, with_time_of
from scheduling.queries import free_times

MAX_DATES, MIN_DATES = 26, 2
NEARBY_SECONDS = 3 * 86_400


@dataclass(frozen=True)
class PlannedDate:
    """One date of a series that is not booked yet, and, if it is not free, the free times near it."""

    number: int
    start: datetime
    is_free: bool
    others: list[datetime]


def dates(start: datetime, zone: str, count: int, every_weeks: int) -> list[datetime]:
    """Returns `count` starts, `every_weeks` weeks apart, at the same time of day in the zone."""
    local = start.astimezone(ZoneInfo(zone))
    return [_same_time_on(local, local.date() + timedelta(weeks=every_weeks * number)) for number in range(count)]


def _same_time_on(local: datetime, day: date) -> datetime:
    return moment(instant(day, local.hour * 60 + local.minute, local.tzinfo or UTC))


def plan(
    session_type: SessionType,
    minutes: int,
    starts: list[datetime],
    now: datetime,
    holder: str,
    *,
    travels: bool = False,
) -> list[PlannedDate]:
    """Returns for each start whether it is free, and free times near those that are not. Two queries for any count."""
    window = (int(starts[0].timestamp()) - NEARBY_SECONDS, int(starts[-1].timestamp()) + NEARBY_SECONDS)
    free = [slot.start for slot in free_times(session_type, minutes, window, now, holder, travels=travels)]
    known = set(free)
    return [_planned_date(number, start, known, free) for number, start in enumerate(starts)]


def _planned_date(number: int, start: datetime, known: set[int], free: list[int]) -> PlannedDate:
    at = int(start.timestamp())
    if at in known:
        return PlannedDate(number, start, is_free=True, others=[])
    near = sorted((other for other in free if abs(other - at) <= NEARBY_SECONDS), key=lambda other: abs(other - at))[:5]
    return PlannedDate(number, start, is_free=False, others=[moment(other) for other in sorted(near)])


def book(
    *, priced: PricedRequest, visitor: Visitor, starts: Mapping[int, datetime], every_weeks: int, key: UUID
) -> Series:
    """Books all of the dates or none. A form that is sent again returns the series that it has booked."""
    with place_in_queue(priced.booking_request.session_type.builder_id), transaction.atomic():
        return _book(priced, visitor, starts, every_weeks, key)


def _book(
    priced: PricedRequest, visitor: Visitor, starts: Mapping[int, datetime], every_weeks: int, key: UUID
) -> Series:
    booking_request = priced.booking_request
    if visitor.person is None:
        raise Refused(Refusal.SIGN_IN_REQUIRED)
    if priced.timing == Timing.AT_BOOKING:
        raise Refused(
            BookingRefusal.NOT_BOOKABLE, ("Sessions that you pay for when booking cannot be booked as a series.")
        )
    lock_until_commit(f"series {key}")  # of two requests at once, the second returns the series of the first
    if existing := made_by(key, visitor.person):
        return existing
    if not 1 <= len(starts) <= MAX_DATES:
        raise Refused(Refusal.INVALID, f"A series can have up to {MAX_DATES} dates.")
    series = Series.objects.create(
        client=visitor.person, session_type=booking_request.session_type, every_weeks=every_weeks, count=len(starts)
    )
    for number, start in enumerate(starts[position] for position in sorted(starts)):
        form_key = uuid5(key, str(number))
        own = replace(booking_request, start=start, form_key=form_key, series=series, series_number=number + 1)
        try:
            services.request(priced=replace(priced, booking_request=own, price=_price_of(own, priced)))
        except Refused as error:
            raise _refusal_for_date(error, start, booking_request.timezone) from error
    return series


def _price_of(own: BookingRequest, priced: PricedRequest) -> Quote:
    """Returns the price of one date: never more than the page has shown, and less where it is booked early enough."""
    price = price_of(own, priced.offer)
    return price if price is not None and price.total.amount < priced.price.total.amount else priced.price


def made_by(key: UUID, person: User) -> Series | None:
    """Returns the series that the form with this key has booked, or None. One query."""
    return Series.objects.filter(client=person, bookings__form_key=uuid5(key, "0")).first()


def later(booking: Booking) -> list[Booking]:
    """Returns the later bookings of its series that can still be moved or cancelled, in order of time. One query."""
    if booking.series_id is None:
        return []
    bookings = Booking.objects.listed().filter(series=booking.series_id, starts_at__gt=booking.starts_at)
    return list(bookings.filter(state__in=AHEAD).order_by("starts_at"))


def cost_of_later(bookings: list[Booking], verb: Verb, side: Side, now: datetime) -> Money | None:
    """Returns the total fee for cancelling or moving the bookings by their terms, or None without bookings."""
    costs = [cost_of(booking, verb, side, now).fee for booking in bookings]
    return Money(sum((cost.amount for cost in costs), Decimal(0)), costs[0].currency) if costs else None


@dataclass(frozen=True)
class CreditsOfLater:
    """How many credits that paid for later sessions are lost, and how many come back."""

    lost: int
    returned: int


def credits_of_later(bookings: list[Booking], verb: Verb, side: Side, now: datetime) -> CreditsOfLater:
    """Returns what cancelling the bookings means for the credits that paid for them."""
    costs = [cost_of(booking, verb, side, now) for booking in bookings if booking.is_paid_with_credit]
    lost = sum(cost.loses_credit for cost in costs)
    return CreditsOfLater(lost, len(costs) - lost)


@transaction.atomic
def confirm(*, series: Series, by: Actor) -> int:
    """Confirms all pending bookings of the series, and returns how many."""
    waiting = Booking.objects.filter(series=series, state=State.PENDING).order_by("starts_at")
    bookings = list(waiting)
    for booking in bookings:
        services.confirm(booking=booking, by=by)
    return len(bookings)


def end(*, booking: Booking, by: Actor, reason: str = "", cause: str = "") -> int:
    """Cancels or declines the booking and the later ones of its series, and returns how many.

    The builder's time is locked before any booking, in the order that all services use.
    """

    def locked(now: datetime) -> int:
        bookings = [fresh(booking, None), *later(booking)]
        for ended in bookings:
            is_declined = by.side == "builder" and ended.state == State.PENDING
            if is_declined:
                services.decline(booking=ended, by=by, reason=reason)
            else:
                services.cancel(booking=ended, by=by, reason=reason, cause=cause)
        return len(bookings)

    return with_time_of(booking.builder_id, locked)


def move(*, booking: Booking, start: datetime, by: Actor, reason: str = "") -> int:
    """Moves the booking, and the later ones of its series by as many days to the same time of day; returns how many.

    Days and times are those of the builder's time zone. If one of the times is not free, no booking is moved.
    """
    return with_time_of(booking.builder_id, lambda now: _move(booking, start, by, reason))


def _move(booking: Booking, start: datetime, by: Actor, reason: str) -> int:
    zone = ZoneInfo(booking.builder.timezone)
    before, after = booking.starts_at.astimezone(zone), start.astimezone(zone)
    days = after.date() - before.date()
    bookings = [booking, *later(booking)]
    # The last is moved first when moving forwards, so that a booking never needs a time that the next still has.
    for moved in reversed(bookings) if start > booking.starts_at else bookings:
        local = moved.starts_at.astimezone(zone)
        target = start if moved.pk == booking.pk else _same_time_on(after, local.date() + days)
        try:
            services.reschedule(booking=moved, start=target, by=by, reason=reason)
        except Refused as error:
            raise _refusal_for_date(error, target, booking.timezone) from error
    return len(bookings)


def _refusal_for_date(error: Refused, start: datetime, zone: str) -> Refused:
    """Returns the refusal with the date that it is about."""
    when = When(start, start, zone)
    return Refused(error.refusal, f"{when.short}: {error.sentence}", fields=error.fields, lost=start.isoformat())
