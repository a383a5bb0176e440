"""What mails say about money that a cancelled booking gives back."""

from __future__ import annotations

from bookings.billing.rules import Bill
from bookings.states import Side
from payments.states import RefundStatus, Status


def refund_facts(bill: Bill, side: Side) -> list[tuple[str, str]]:
    """Returns the row about the refund for the mail about a cancellation. One query if something was paid."""
    if bill.payment is None or not bill.booking.total:
        return []
    if bill.is_direct:
        return [("Refund", _direct(bill, side))] if bill.to_return.amount else []
    if not bill.paid.amount:
        was_reserved = bill.payment.status in (Status.AUTHORISED, Status.CANCELLED) and bill.payment.authorised_at
        if not was_reserved:
            return []
        if bill.owed.amount:
            return [("Refund", f"The fee of {bill.owed.shown()} is taken. The rest of what was reserved is released.")]
        return [("Refund", "Nothing was taken. What was reserved is released.")]
    refunds = [refund for refund in bill.payment.refunds.all() if refund.status != RefundStatus.FAILED]
    total = bill.booking.money(sum((refund.amount for refund in refunds), bill.paid.amount * 0))
    if not total.amount:
        return [("Refund", f"None: the fee is {bill.owed.shown()}.")]
    method = bill.paid_with or "the way it was paid"
    to = f"to {method}" if bill.paid_with else method
    return [("Refund", f"{total.shown()} {to}, usually within 10 days")]


def _direct(bill: Bill, side: Side) -> str:
    amount, builder = bill.to_return.shown(), bill.booking.builder.display_name
    if side == Side.BUILDER:
        return f"{amount}, which you give back to {bill.booking.client_name} the way you were paid"
    return f"{amount} from {builder}, the way you paid"
