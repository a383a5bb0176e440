"""The refusals that payments add to those of `core.errors`."""

from core.errors import BaseRefusal


class PaymentRefusal(BaseRefusal):
    NOTHING_DUE = ("nothing_due", 409, "Nothing is due.")
    PROVIDER_DOWN = (
        "provider_down",
        503,
        "Our payment provider is not answering at the moment. Nothing was charged. Try again in a minute.",
    )
    NO_CREDIT = ("no_account_credit", 409, "You have no credit for this payment.")
    NO_ACCOUNT = (
        "no_account",
        409,
        "Only a client with an account can have credit. Refund it to the original payment method.",
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
    PLAN_NOT_OFFERED = ("plan_not_offered", 409, "This plan is no longer offered.")
    PLAN_LIMIT = ("plan_limit", 409, "Your plan does not allow more than this.")
    PLAN_IN_USE = (
        "plan_in_use",
        409,
        "Somebody has subscribed to this plan, so its price and what it brings stay as they are. Create another plan.",
    )
    SUBSCRIBED = ("already_subscribed", 409, "You already have a subscription here. You can change its plan.")
    SUBSCRIPTION_STATE = ("subscription_state", 409, "This subscription cannot be changed like that at the moment.")
    CHARGE_FAILED = ("charge_failed", 409, "Your card was not charged, so nothing has changed.")
    DUE_CHANGED = ("due_changed", 409, "What this costs has changed since you saw it. Look at it again, then confirm.")
    CARD_REMOVED = ("card_removed", 409, "This card was removed.")
    LAST_CARD = (
        "last_card",
        409,
        "This card pays for a subscription. Add another card first, or cancel the subscription.",
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
