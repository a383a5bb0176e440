"""What a booking owes, and how that compares with what was paid. Without queries."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bookings.models import Booking
from bookings.states import State
from core.money import Money
from payments.models import Payment
from payments.services import PaymentClaim
from payments.states import Provider, Status, Timing

KIND = "booking"  # the kind of subject under which payments know bookings


def owed_for(booking: Booking) -> Money:
    """Returns the whole sum that the client owes, paid or not: the price once the booking was confirmed, or from the
    beginning if it is paid when booking; and after a cancellation the fee that was fixed then."""
    if booking.state == State.CANCELLED:
        return booking.fee
    # a booking that was moved may wait for an answer again
    is_agreed = booking.state != State.PENDING or booking.is_invited
    is_paid_first = booking.payment_timing == Timing.AT_BOOKING
    return booking.price if is_agreed or is_paid_first else booking.money(Decimal(0))


def claim_for(booking: Booking) -> PaymentClaim:
    return PaymentClaim(KIND, booking.pk, booking.reference, owed_for(booking), booking.builder_id, booking.client_id)


@dataclass(frozen=True)
class Bill:
    """What one booking costs, what was paid and what was given back. `payment` is None if nothing was recorded yet."""

    booking: Booking
    payment: Payment | None

    @property
    def owed(self) -> Money:
        return owed_for(self.booking)

    @property
    def paid(self) -> Money:
        return self.booking.money(self.payment.amount_paid if self.payment else Decimal(0))

    @property
    def refunded(self) -> Money:
        return self.booking.money(self.payment.amount_refunded if self.payment else Decimal(0))

    @property
    def due(self) -> Money:
        """What the client has still to pay."""
        return self.booking.money(max(self.owed.amount - self.paid.amount, Decimal(0)))

    @property
    def refundable(self) -> Money:
        """What was paid, not given back, and not taken back by a bank."""
        return self.payment.refundable if self.payment else self.booking.money(Decimal(0))

    @property
    def to_return(self) -> Money:
        """What the builder has received beyond what is owed, such as after a cancellation."""
        return self.booking.money(max(self.refundable.amount - self.owed.amount, Decimal(0)))

    @property
    def reserved(self) -> Money:
        """What is reserved on the client's card and not taken yet."""
        is_reserved = self.payment is not None and self.payment.status == Status.AUTHORISED
        return self.payment.due if self.payment and is_reserved else self.booking.money(Decimal(0))

    @property
    def from_credit(self) -> Money:
        """What was paid with the client's credit."""
        return self.payment.from_credit if self.payment else self.booking.money(Decimal(0))

    @property
    def paid_by_card(self) -> Money:
        """What was paid through the provider."""
        is_taken = self.payment is not None and not self.is_direct
        return self.booking.money(self.paid.amount - self.from_credit.amount if is_taken else Decimal(0))

    @property
    def is_direct(self) -> bool:
        """Whether the builder is paid directly, so that Waymark moves no money."""
        return self.payment is None or self.payment.provider == Provider.MANUAL

    @property
    def is_disputed(self) -> bool:
        """Whether the client's bank has been asked to take the payment back, and has not decided for the builder."""
        return self.status == Status.DISPUTED

    @property
    def paid_with(self) -> str:
        """Returns what was paid with, such as "visa 4242"; of a payment to the builder directly, nothing."""
        return "" if self.is_direct or self.payment is None else self.payment.method

    @property
    def is_relevant(self) -> bool:
        """Whether there is anything to show: something is owed, or was paid."""
        return bool(self.owed.amount or self.paid.amount)

    @property
    def is_unpaid(self) -> bool:
        """Whether something is due for a session that is over, or for one that was cancelled. Sessions that were over
        before payments were recorded are not: nobody knows whether they were paid."""
        is_over = self.booking.state in (State.COMPLETED, State.CANCELLED)
        return bool(self.due.amount) and is_over and not self.is_unrecorded

    @property
    def is_unrecorded(self) -> bool:
        """Whether the session was over before payments were recorded, and nothing was recorded since."""
        return not self.booking.payment_timing and self.payment is None

    @property
    def status(self) -> Status:
        return Status(self.payment.status) if self.payment else Status.DUE

    @property
    def label(self) -> str:
        """Returns the status in a word or two; an empty string where nothing is owed."""
        owed, paid = self.owed.amount, self.paid.amount  # once: a table shows thousands of bills
        if not owed and not paid:
            return ""
        if self.is_unrecorded:
            return "Not recorded"
        if self.status in (Status.AUTHORISED, Status.FAILED):
            return self.status.label if self.status == Status.FAILED else "Reserved"
        if owed > paid:
            return "Part paid" if paid else "Unpaid" if self.is_unpaid else "Due"
        return self.status.label
