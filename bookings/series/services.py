"""Series: the same session every week or every few, made, moved and ended together. They are ordinary bookings, each
with its own reference and calendar entry; the builder's clock keeps the hour, whatever it does in between."""

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
from bookings.agreement.requests import PricedRequest
from bookings.agreement.rules import cost_of
from bookings.agreement.transitions import Actor, fresh
from bookings.models import Booking, Series
from bookings.states import AHEAD, Side, State, Verb
from bookings.times import When
from coaching.models import SessionType
from core.errors import Refusal, Refused
from core.locks import lock_until_commit
from core.money import Money
from scheduling.claims import Visitor
from scheduling.intervals import instant
from scheduling.loading import moment
from scheduling.locks import with_time_of
from scheduling.queries import free_times

MOST, LEAST = 26, 2
NEAR = 3 * 86_400


@dataclass(frozen=True)
class Planned:
    """One date of a series, before it is made: the time itself if it is free, else those near it that are."""

    number: int
    start: datetime
    is_free: bool
    others: list[datetime]


def dates(start: datetime, zone: str, count: int, every_weeks: int) -> list[datetime]:
    """The same hour on the clocks there, every so many weeks."""
    local = start.astimezone(ZoneInfo(zone))
    return [_on(local, local.date() + timedelta(weeks=every_weeks * number)) for number in range(count)]


def _on(local: datetime, day: date) -> datetime:
    return moment(instant(day, local.hour * 60 + local.minute, local.tzinfo or UTC))


def plan(session_type: SessionType, minutes: int, starts: list[datetime], now: datetime, holder: str) -> list[Planned]:
    """What is free of it: two queries, however many dates."""
    window = (int(starts[0].timestamp()) - NEAR, int(starts[-1].timestamp()) + NEAR)
    free = [slot.start for slot in free_times(session_type, minutes, window, now, holder)]
    known = set(free)
    return [_planned(number, start, known, free) for number, start in enumerate(starts)]


def _planned(number: int, start: datetime, known: set[int], free: list[int]) -> Planned:
    at = int(start.timestamp())
    if at in known:
        return Planned(number, start, is_free=True, others=[])
    near = sorted((other for other in free if abs(other - at) <= NEAR), key=lambda other: abs(other - at))[:5]
    return Planned(number, start, is_free=False, others=[moment(other) for other in sorted(near)])


@transaction.atomic
def book(
    *, priced: PricedRequest, visitor: Visitor, starts: Mapping[int, datetime], every_weeks: int, key: UUID
) -> Series:
    """All of them or none. The same form sent again answers the series that it made."""
    booking_request = priced.booking_request
    if visitor.person is None:
        raise Refused(Refusal.SIGN_IN_REQUIRED)
    lock_until_commit(f"series {key}")  # sent twice at once, the second finds the series of the first
    if made := made_by(key, visitor.person):
        return made
    if not 1 <= len(starts) <= MOST:
        raise Refused(Refusal.INVALID, f"A series has up to {MOST} dates.")
    series = Series.objects.create(
        client=visitor.person, session_type=booking_request.session_type, every_weeks=every_weeks, count=len(starts)
    )
    for number, start in enumerate(starts[each] for each in sorted(starts)):
        key_of = uuid5(key, str(number))
        own = replace(booking_request, start=start, form_key=key_of, series=series, series_number=number + 1)
        try:
            services.request(priced=replace(priced, booking_request=own), visitor=visitor)
        except Refused as error:
            raise _named(error, start, booking_request.timezone) from error
    return series


def made_by(key: UUID, person: User) -> Series | None:
    """What this form has booked before, when it is sent again: one query."""
    return Series.objects.filter(client=person, bookings__form_key=uuid5(key, "0")).first()


def later(booking: Booking) -> list[Booking]:
    """Those of its series that come after it and can still be moved or cancelled: one query."""
    if booking.series_id is None:
        return []
    found = Booking.objects.complete().filter(series=booking.series_id, starts_at__gt=booking.starts_at)
    return list(found.filter(state__in=AHEAD).order_by("starts_at"))


def cost_of_later(bookings: list[Booking], verb: Verb, side: Side, now: datetime) -> Money | None:
    """What ending or moving those costs by their terms, all together."""
    costs = [cost_of(each, verb, side, now).fee for each in bookings]
    return Money(sum((cost.amount for cost in costs), Decimal(0)), costs[0].currency) if costs else None


@transaction.atomic
def confirm(*, series: Series, by: Actor) -> int:
    """The builder says yes to all that still wait; returns how many."""
    waiting = Booking.objects.complete().filter(series=series, state=State.PENDING).order_by("starts_at")
    found = list(waiting)
    for each in found:
        services.confirm(booking=each, by=by)
    return len(found)


def end(*, booking: Booking, by: Actor, reason: str = "", cause: str = "") -> int:
    """This one and those after it; returns how many. The builder's time is locked before any booking, as everywhere."""

    def locked(now: datetime) -> int:
        bookings = [fresh(booking, None), *later(booking)]
        for each in bookings:
            is_declined = by.side == "builder" and each.state == State.PENDING
            if is_declined:
                services.decline(booking=each, by=by, reason=reason)
            else:
                services.cancel(booking=each, by=by, reason=reason, cause=cause)
        return len(bookings)

    return with_time_of(booking.builder_id, locked)


def move(*, booking: Booking, start: datetime, by: Actor, reason: str = "") -> int:
    """This one and those after it, each by as much on the builder's clock. If one cannot be had, all stay."""
    return with_time_of(booking.builder_id, lambda now: _move(booking, start, by, reason))


def _move(booking: Booking, start: datetime, by: Actor, reason: str) -> int:
    zone = ZoneInfo(booking.builder.timezone)
    before, after = booking.starts_at.astimezone(zone), start.astimezone(zone)
    days = after.date() - before.date()
    found = [booking, *later(booking)]
    # Forwards from the last one back, so that none has to wait for the next to go.
    for each in reversed(found) if start > booking.starts_at else found:
        local = each.starts_at.astimezone(zone)
        target = start if each.pk == booking.pk else _on(after, local.date() + days)
        try:
            services.reschedule(booking=each, start=target, by=by, reason=reason)
        except Refused as error:
            raise _named(error, target, booking.timezone) from error
    return len(found)


def _named(error: Refused, start: datetime, zone: str) -> Refused:
    """Which of them it was."""
    when = When(start, start, zone)
    return Refused(error.refusal, f"{when.short}: {error.sentence}", fields=error.fields, lost=start.isoformat())
