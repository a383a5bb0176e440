"""What can go wrong with Stripe, as few exceptions with plain sentences.

A call that can be repeated later raises `core.service_calls.ServiceDown`, so that a message of the outbox is retried.
"""

from __future__ import annotations

from core.service_calls import ServiceDown

MISMATCH = "idempotency_mismatch"
BALANCE_INSUFFICIENT = "balance_insufficient"
SENTENCES = {
    "charge_already_refunded": "This payment has already been refunded in full.",
    "charge_disputed": "The client's bank has asked for this payment back, so it cannot be refunded.",
    "charge_not_refundable": "This payment has not been taken yet, so there is nothing to refund.",
    "payment_intent_unexpected_state": "Stripe can no longer do this with the payment.",
    "amount_too_large": "This amount is too large for Stripe.",
    "amount_too_small": "This amount is too small for Stripe.",
    MISMATCH: "The same request was already sent to Stripe with different values.",
    "resource_missing": "Stripe does not know this payment.",
    BALANCE_INSUFFICIENT: "Waymark’s balance at Stripe is too low at the moment.",
    "insufficient_capabilities_for_transfer": "The account at Stripe cannot receive money at the moment.",
}


class PaymentRefused(Exception):
    """Stripe refuses a call, and will refuse it again. The sentence is for people; `code` is Stripe's own.

    `is_kept` says that this is the answer to an earlier call with the same idempotency key.
    """

    def __init__(self, code: str = "", message: str = "", *, is_kept: bool = False) -> None:
        super().__init__(SENTENCES.get(code) or f"Stripe refused this. {message}".strip())
        self.code, self.is_kept = code, is_kept


class KeyRejected(ServiceDown):
    """Stripe does not accept our key, so an operator has to act; calls are repeated until then."""

    def __init__(self) -> None:
        super().__init__("Stripe does not accept the key of this site. Check STRIPE_SECRET_KEY.")


class KeptFault(ServiceDown):
    """Stripe answered a fault that it kept for this idempotency key, so the same key brings the same fault again."""

    def __init__(self) -> None:
        super().__init__("Stripe has a problem at the moment.", is_outcome_unknown=True)
