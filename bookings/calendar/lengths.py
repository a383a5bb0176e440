"""Makes a session shorter or longer: which lengths it can have, what that does to its price, and the change itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core import signing

from bookings.agreement import notifications
from bookings.agreement.services import answer_by_of, take_other_time
from bookings.agreement.transitions import Actor, announce, check_allowed, fresh, new_event, save
from bookings.billing.amounts import update_amount
from bookings.calendar.moves import why_not_movable
from bookings.calendar.services import LATEST, MAIL_AFTER, MOVED_BACK, undoable
from bookings.models import Booking, BookingEvent
from bookings.states import State, Verb
from coaching.models import SessionType
from coaching.quotes import EARLY, Circumstances, Quote, price_list, quote
from coaching.terms import offer_of, terms_of
from core.errors import Refusal, Refused
from core.money import Money
from payments.states import Timing
from scheduling.locks import with_time_of

FORMER = "bookings.calendar.former"  # the salt of what is signed


@dataclass(frozen=True)
class OfferedLength:
    """A length that a session can have, and what it then costs: never more than the client has agreed to."""

    minutes: int
    quote: Quote
    price: Money

    @property
    def is_cheaper(self) -> bool:
        return self.price == self.quote.total


def why_not_resizable(booking: Booking, now: datetime) -> str | None:
    """Returns why the length of a booking cannot be changed; None if it can."""
    if booking.session_type.seats > 1:
        return "A group session has the same length for everybody."
    if booking.payment_timing == Timing.AT_BOOKING:
        return "It was paid by card for its current length. To change the length, cancel it and book it again."
    return why_not_movable(booking, now)


def offered_lengths(booking: Booking) -> list[OfferedLength]:
    """Returns the lengths that the session type offers now, shortest first, less the discount that the booking has for
    being early. Three queries."""
    days, percent = _early_tier(booking)
    terms = replace(terms_of(booking.session_type, offer_of(booking.builder_id)), early=((days, percent),))
    circumstances = Circumstances(timedelta(days=days))
    lengths = []
    for minutes, listed in price_list(terms):
        priced = (quote(terms, minutes, None, circumstances) if percent else None) or listed
        is_cheaper = priced.total.currency == booking.currency and priced.total.amount < booking.total
        lengths.append(OfferedLength(minutes, priced, priced.total if is_cheaper else booking.price))
    return lengths


def _early_tier(booking: Booking) -> tuple[int, int]:
    """Returns days and per cent of the discount that the booking has for being early; zeros without one."""
    line = next((line for line in booking.breakdown if line["rule"] == EARLY), None)
    return (int(line["days"]), int(line["percent"])) if line else (0, 0)


def has_one_length(listed: Sequence[int], rate_types: Collection[str], day_rate: Decimal | None, minutes: int) -> bool:
    """Whether the session type lists no length but the present one, so that there is nothing to choose."""
    is_by_the_day = SessionType.RateType.DAY in rate_types and day_rate is not None
    return list(listed) == [minutes] and not is_by_the_day


def closest_length(lengths: list[OfferedLength], minutes: int) -> OfferedLength | None:
    return min(lengths, key=lambda length: abs(length.minutes - minutes), default=None)


def former_terms(booking: Booking) -> str:
    """Returns length and price of a booking, signed, with which a change made right after this can be taken back."""
    terms = {
        "booking": str(booking.pk), "version": booking.version, "minutes": booking.minutes, "total": str(booking.total),
        "rate": str(booking.rate), "rate_type": booking.rate_type, "breakdown": booking.breakdown,
    }  # fmt: skip
    return signing.dumps(terms, salt=FORMER)


def change_length(*, booking: Booking, minutes: int, by: Actor, reason: str = "") -> Booking:
    """Makes the session end earlier or later. It may then go beyond the hours, but never over another session.

    A shorter one costs what its length costs; a longer one what was agreed, since the client has not been asked.
    """

    def work(now: datetime) -> Booking:
        current = fresh(booking, None)
        check_allowed(current, Verb.RESCHEDULE, by, now)
        if sentence := why_not_resizable(current, now):
            raise Refused(Refusal.INVALID, sentence)
        length = next((length for length in offered_lengths(current) if length.minutes == minutes), None)
        if length is None:
            raise Refused(Refusal.INVALID, "This duration is not offered.")
        if minutes == current.minutes:
            return current
        _take(current, minutes, now)
        if length.is_cheaper:
            quoted = length.quote
            current.rate, current.rate_type, current.total = quoted.unit.amount, quoted.rate_type, quoted.total.amount
            current.breakdown = quoted.breakdown if quoted.discount else []
        announce(_save(current, by, now, reason), mail_after=MAIL_AFTER)
        return current

    return with_time_of(booking.builder_id, work)


def undo_length(*, booking: Booking, by: Actor, former: str) -> Booking:
    """Gives the session the length and the price that it had until a moment ago, from `former_terms`."""

    def work(now: datetime) -> Booking:
        current = fresh(booking, None)
        check_allowed(current, Verb.RESCHEDULE, by, now)
        change, terms = undoable(current, by, now), _signed_terms(former)
        is_last = terms.get("booking") == str(current.pk) and terms.get("version") == current.version - 1
        if change is None or not change.is_other_length or not is_last:
            raise Refused(Refusal.INVALID_TRANSITION, "This change can no longer be undone.", allowed=[])
        _take(current, terms["minutes"], now)
        current.rate, current.rate_type = Decimal(terms["rate"]), terms["rate_type"]
        current.total, current.breakdown = Decimal(terms["total"]), terms.get("breakdown", [])
        is_untold = notifications.withdraw(change)
        announce(_save(current, by, now, MOVED_BACK), is_quiet=is_untold)
        return current

    return with_time_of(booking.builder_id, work)


def _take(booking: Booking, minutes: int, now: datetime) -> None:
    previous = booking.previous_start
    take_other_time(booking, booking.starts_at, now, by_builder=True, anywhere=True, minutes=minutes)
    booking.previous_start = previous  # it has not been moved
    if booking.state == State.PENDING:
        booking.answer_by = answer_by_of(booking.session_type, booking.starts_at, now)


def _save(booking: Booking, by: Actor, now: datetime, reason: str) -> BookingEvent:
    save(booking)
    update_amount(booking)
    event = new_event(
        booking, Verb.RESCHEDULE, by, now, before=booking.state, reason=reason, started_at=booking.starts_at
    )
    event.save(force_insert=True)
    return event


def _signed_terms(former: str) -> dict[str, Any]:
    """Returns what `former_terms` has signed; nothing for any other text."""
    try:
        terms: dict[str, Any] = signing.loads(former, salt=FORMER, max_age=LATEST)
    except signing.BadSignature:
        return {}
    return terms
