"""The refusals that payments add to those of `core.errors`."""

from core.errors import BaseRefusal


class PaymentRefusal(BaseRefusal):
    NOTHING_DUE = ("nothing_due", 409, "Nothing is due.")
    OVER_REFUND = ("over_refund", 409, "That is more than is left of the payment.")
    REFUND_NOT_FAILED = ("refund_not_failed", 409, "This refund has not failed.")
