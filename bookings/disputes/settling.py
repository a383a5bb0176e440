"""What settling a dispute returns to the client: the sums shown to support before the decision, and the refund after
it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from accounts.models import User
from bookings.billing.queries import bill_of
from bookings.billing.refunding import SETTLED
from bookings.billing.rules import KIND, Bill
from bookings.models import Booking
from bookings.states import State
from core.errors import Refusal, Refused
from core.money import BadMoney, Money
from payments import refunds
from payments.models import Payment, PayoutHold
from payments.payouts import holds
from payments.refusals import PaymentRefusal
from payments.stripe.amounts import in_stripe_units


@dataclass(frozen=True)
class SettlementChoices:
    """What support can give back of a booking in dispute. `back` is what cancelling gives back by itself."""

    bill: Bill
    back: Money

    @property
    def can_refund(self) -> bool:
        """Whether Waymark can give something back: what was paid through it, while no bank decides about it."""
        return not self.bill.is_direct and not self.bill.is_disputed and bool(self.bill.refundable.amount)


def choices_for(booking: Booking) -> SettlementChoices:
    """Returns what each decision would give back. One query."""
    bill = bill_of(booking)
    is_ours = not bill.is_direct and not bill.is_disputed
    return SettlementChoices(bill, bill.refundable if is_ours else booking.money(Decimal(0)))


def check_refund(booking: Booking, outcome: State, amount: Decimal | None) -> None:
    """Refuses a refund that this decision cannot have."""
    if not amount or booking.state != State.DISPUTED:
        return
    bill = bill_of(booking)
    if bill.is_direct:
        raise _wrong("The builder was paid directly, so Waymark cannot give anything back.")
    if bill.is_disputed:
        raise Refused(PaymentRefusal.PAYMENT_DISPUTED)
    if amount > bill.refundable.amount:
        raise Refused(
            PaymentRefusal.OVER_REFUND, f"That is more than is left of the payment: {bill.refundable.shown()}."
        )
    try:
        in_stripe_units(Money(amount, booking.currency))
    except BadMoney as bad:
        raise _wrong(str(bad)) from None
    if outcome == State.CANCELLED and amount != bill.refundable.amount:
        raise _wrong(
            "Cancelling gives back the whole amount. To give back a part of it, let the session count as completed."
        )


def freeze(booking: Booking) -> None:
    """Keeps the payment of a booking in dispute from being transferred.

    One that is paid later is not transferred before the booking is over again.
    """
    payment = _payment_of(booking)
    if payment is not None:
        holds.hold(payment=payment, reason=PayoutHold.Reason.DISPUTE)


def settle(booking: Booking, outcome: State, amount: Decimal | None, by: User | None) -> None:
    """Gives back what support has decided, and lets the rest be transferred.

    Called in the transaction of the decision; a cancellation refunds by itself.
    """
    payment = _payment_of(booking)
    if payment is None:
        return
    if outcome == State.COMPLETED and amount:
        refunds.refund(payment=payment, amount=amount, reason=SETTLED, by=by)
    holds.release(payment=payment, reason=PayoutHold.Reason.DISPUTE)


def _payment_of(booking: Booking) -> Payment | None:
    return Payment.objects.filter(subject_kind=KIND, subject_id=booking.pk).first()


def _wrong(sentence: str) -> Refused:
    return Refused(Refusal.INVALID, fields={"refund_amount": [sentence]})
