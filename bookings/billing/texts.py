"""What mails say about money that a cancelled booking gives back."""

from __future__ import annotations

from decimal import Decimal

from bookings.billing.queries import bill_of
from bookings.billing.rules import Bill
from bookings.models import BookingEvent
from bookings.states import Side, State, Verb


def refund_facts(event: BookingEvent, side: Side) -> list[tuple[str, str]]:
    """Returns the row about the refund for the mail about an event that cancels a booking, or settles its dispute. One
    query for such an event."""
    if event.after == State.COMPLETED and event.verb == Verb.RESOLVE:
        return _of_settled(bill_of(event.booking))
    if event.after != State.CANCELLED:
        return []
    bill = bill_of(event.booking)
    text = _direct(bill, side) if bill.is_direct else _through_provider(bill)
    return [("Refund", text)] if text else []


def _of_settled(bill: Bill) -> list[tuple[str, str]]:
    """Returns what support has given back of a session that counts as completed."""
    if bill.is_direct or bill.payment is None or not bill.refunded.amount:
        return []
    return [("Refund", f"{bill.refunded.shown()} {_target(bill)}")]


def _target(bill: Bill) -> str:
    assert bill.payment is not None
    refunds = bill.payment.refunds.all().counting()
    credit = sum((refund.amount for refund in refunds if refund.as_credit), Decimal(0))
    if credit == bill.refunded.amount:
        return "as credit, for what is booked next on Waymark"
    if credit:
        to_card = bill.booking.money(bill.refunded.amount - credit)
        return f"({to_card.shown()} the way it was paid, usually within 10 days, the rest as credit)"
    target = f"to {bill.paid_with}" if bill.paid_with else "the way it was paid"
    return f"{target}, usually within 10 days"


def _direct(bill: Bill, side: Side) -> str:
    if not bill.to_return.amount:
        return ""
    amount, builder = bill.to_return.shown(), bill.booking.builder.display_name
    if side == Side.BUILDER:
        return f"{amount}, which you give back to {bill.booking.client_name} the way you were paid"
    return f"{amount} from {builder}, the way it was paid"


def _through_provider(bill: Bill) -> str:
    assert bill.payment is not None
    if not bill.paid.amount:
        if bill.payment.authorised_at is None:
            return ""
        if bill.owed.amount:
            return f"The fee of {bill.owed.shown()} is taken. The rest of what was reserved is released."
        return "Nothing was taken. What was reserved is released."
    if bill.is_disputed and not bill.refunded.amount:
        return "Nothing from Waymark. The bank has been asked to take the payment back and will decide."
    if not bill.refunded.amount:
        return f"Nothing, because the fee is {bill.owed.shown()}."
    return f"{bill.refunded.shown()} {_target(bill)}"
