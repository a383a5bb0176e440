"""The refusals that payments add to those of `core.errors`."""

from core.errors import BaseRefusal


class PaymentRefusal(BaseRefusal):
    NOTHING_DUE = ("nothing_due", 409, "Nothing is due.")
    PROVIDER_DOWN = (
        "provider_down",
        503,
        "Our payment provider is not answering at the moment. Nothing was charged. Try again in a minute.",
    )
    NOT_PAYABLE = ("not_payable", 409, "This sum cannot be paid online.")
    OVER_REFUND = ("over_refund", 409, "That is more than is left of the payment.")
    KEY_OF_ANOTHER = (
        "key_of_another",
        409,
        "This form has already been used for another booking. Reload the page and send it again.",
    )
    REFUND_NOT_FAILED = ("refund_not_failed", 409, "This refund has not failed.")
    NOTHING_TO_HOLD = ("nothing_to_hold", 409, "Nothing of this payment is left to be paid out.")
    PAYMENT_DISPUTED = (
        "payment_disputed",
        409,
        "The client's bank has asked for this payment back, so it cannot be refunded. The bank decides.",
    )
    EVIDENCE_CLOSED = ("evidence_closed", 409, "Nothing can be added to the evidence now.")
    EVIDENCE_CHANGED = (
        "evidence_changed",
        409,
        "The evidence has changed since you opened this page. Read it again before you submit it.",
    )
    PREFIX_TAKEN = ("prefix_taken", 409, "Somebody else’s invoices begin with this. Choose other letters.")
    NOT_INVOICED = ("not_invoiced", 409, "There is no invoice that could be corrected.")
    DETAILS_MISSING = ("details_missing", 409, "Enter your billing details first.")
    DETAILS_UNCHANGED = ("details_unchanged", 409, "The invoice has these billing details already.")
