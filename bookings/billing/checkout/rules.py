"""What can be paid now through the provider. Without queries."""

from __future__ import annotations

from datetime import datetime

from bookings.billing.rules import Bill
from bookings.models import Booking
from bookings.states import State
from payments.models import Payment
from payments.states import Provider, Status, Timing

ONLINE = (Timing.AT_BOOKING, Timing.AFTER_SESSION)
NOTHING_DUE = "Nothing is due for this booking."


def is_paid_online(booking: Booking, payment: Payment | None = None) -> bool:
    """Whether it is paid through Waymark, and not to the builder directly, as the client may have done after all."""
    is_direct = payment is not None and payment.provider == Provider.MANUAL
    return booking.payment_timing in ONLINE and not is_direct


def can_be_paid_directly(booking: Booking, payment: Payment | None) -> bool:
    """Whether the builder can record that they were paid directly: also for what was to be paid by card after the session,
    as long as nothing was paid by card or with credit."""
    if not is_paid_online(booking, payment):
        return True
    if booking.payment_timing != Timing.AFTER_SESSION or booking.state not in (State.COMPLETED, State.CANCELLED):
        return False
    return payment is None or (payment.status in (Status.DUE, Status.FAILED) and not payment.amount_paid)


def why_not_payable(booking: Booking, payment: Payment | None, now: datetime) -> str | None:
    """Returns why nothing can be paid for the booking now; None if it can.

    It is paid before it counts, or once it is over. In between, one whose payment was lost can be paid too.
    """
    bill = Bill(booking, payment)
    is_elsewhere = payment is not None and payment.provider != Provider.STRIPE
    if not is_paid_online(booking) or is_elsewhere or not bill.due.amount:
        return NOTHING_DUE
    if booking.payment_due_at is not None:
        is_late = booking.state != State.PENDING or booking.payment_due_at <= now
        return "The time to pay for this booking is over. Nothing was charged." if is_late else None
    if bill.status not in (Status.DUE, Status.FAILED):
        return NOTHING_DUE
    if booking.state in (State.COMPLETED, State.CANCELLED) or booking.payment_timing == Timing.AT_BOOKING:
        return None if booking.state != State.PENDING else NOTHING_DUE
    return "This is paid once the session is over."


def is_payable(booking: Booking, payment: Payment | None, now: datetime) -> bool:
    return why_not_payable(booking, payment, now) is None
