"""When a session is paid."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from bookings.refusals import BookingRefusal
from coaching.models import SessionType
from core import flags
from core.errors import Refused
from core.money import BadMoney, Money
from payments.flags import PAYMENTS
from payments.states import Timing
from payments.stripe.amounts import in_stripe_units, is_offered, least_payable
from payments.stripe.configuration import is_configured

PAY_WITHIN = timedelta(minutes=31)  # the provider keeps its page open for 30 minutes at least


def timing_of(session_type: SessionType, price: Money, person: User | None) -> Timing:
    """Returns when a session at this price is paid: as the session type says, or to the builder directly where that is not
    possible, such as for guests. Refuses a sum that the provider does not take."""
    timing = Timing(session_type.payment_timing)
    if timing == Timing.OUTSIDE or not price.amount or person is None or not is_configured():
        return Timing.OUTSIDE
    if not is_offered(price.currency) or not flags.is_on_for(person, PAYMENTS):
        return Timing.OUTSIDE
    if price.amount < least_payable(price.currency).amount:
        return Timing.OUTSIDE  # less than can be charged to a card
    try:
        in_stripe_units(price)
    except BadMoney as bad:
        raise Refused(BookingRefusal.NOT_BOOKABLE, f"This price cannot be paid online. {bad}") from None
    return timing


def is_paid_first(session_type: SessionType, currency: str) -> bool:
    """Whether sessions of this type that cost something are paid when they are booked, where payments are switched on."""
    return session_type.payment_timing == Timing.AT_BOOKING and is_configured() and is_offered(currency)


def timing_for_client(session_type: SessionType, price: Money, builder: User) -> Timing:
    """Returns when a session is paid that a builder books for a client. Nobody pays before they have seen it, so one that
    is paid when booking is paid after the session."""
    timing = timing_of(session_type, price, builder)
    return Timing.AFTER_SESSION if timing == Timing.AT_BOOKING else timing


def payment_due_at(timing: Timing, starts_at: datetime, now: datetime) -> datetime | None:
    """Returns until when the time is kept for the client to pay; None if they need not pay first."""
    return min(now + PAY_WITHIN, starts_at) if timing == Timing.AT_BOOKING else None
