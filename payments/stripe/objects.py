"""Stripe's objects as plain values: what was paid, in whose name, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from core.ids import parse_uuid
from core.money import Money
from payments.stripe.amounts import from_stripe_units

Record = dict[str, Any]

# The names in the metadata of our objects at Stripe.
REFERENCE, PAYEE, REFUND = "waymark_payment", "waymark_payee", "waymark_refund"
TRANSFER, REVERSAL, OWNER = "waymark_transfer", "waymark_reversal", "waymark_builder"
PERSON, ATTEMPT = "waymark_person", "waymark_attempt"
PLATFORM = "waymark"  # in the place of a payee: the payment is to Waymark itself


class ProviderPaymentState(Enum):
    """The state of a payment at Stripe. Refunds are counted separately."""

    OPEN = "open"  # not paid yet, also after a declined card
    AUTHORISED = "authorised"  # the money is reserved
    CAPTURED = "captured"
    CANCELLED = "cancelled"  # nothing was taken, and nothing is reserved any more


STATES = {
    "requires_capture": ProviderPaymentState.AUTHORISED,
    "succeeded": ProviderPaymentState.CAPTURED,
    "canceled": ProviderPaymentState.CANCELLED,
}


class ProviderCheckoutState(Enum):
    OPEN = "open"
    COMPLETE = "complete"  # somebody paid; the payment says whether the money is reserved or taken
    EXPIRED = "expired"


@dataclass(frozen=True)
class NewCheckout:
    """What a checkout is created with.

    `key` is that of our row; `reference` and `payee_id` come back with the payment. A repeated call has to send the
    same again, so `expires_at` is a time that our row keeps. It is at least 30 minutes ahead.
    """

    key: str
    reference: str
    payee_id: UUID | None  # None for a payment to Waymark itself
    money: Money
    title: str
    success_url: str
    cancel_url: str
    expires_at: datetime
    email: str = ""
    is_held: bool = True  # reserved only, and taken later by `capture`
    customer_id: str = ""  # of whoever pays; their card is saved then, so that it can be charged again


@dataclass(frozen=True)
class ProviderCheckout:
    """A page of Stripe on which somebody pays once. `address` is None when it is no longer open."""

    id: str
    state: ProviderCheckoutState
    address: str | None
    expires_at: datetime
    reference: str
    payment_id: str | None


@dataclass(frozen=True)
class ProviderTransfer:
    """A movement of the balance at Stripe. `fee` is what Stripe keeps of it."""

    id: str
    money: Money
    fee: Money
    occurred_at: datetime


@dataclass(frozen=True)
class ProviderRefund:
    """A refund. `key` is that of our row; `failure` is set if the money came back."""

    id: str
    key: str
    money: Money
    status: str  # Stripe's own: pending, requires_action, succeeded, failed, canceled
    transfer: ProviderTransfer | None
    failure: ProviderTransfer | None


@dataclass(frozen=True)
class ProviderDispute:
    """A dispute at a client's bank. Its movements are the withdrawal of the money, and its return."""

    id: str
    payment_id: str | None
    money: Money
    status: str  # Stripe's own, such as needs_response
    reason: str
    is_refundable: bool
    opened_at: datetime
    due_at: datetime | None
    submissions: int  # how often evidence was submitted, which Stripe takes once
    movements: tuple[ProviderTransfer, ...]


@dataclass(frozen=True)
class ProviderPayment:
    """A payment. `reference` and `payee_id` are what it was created with. A payment without a payee is to Waymark itself if
    `is_to_platform`, or else not one of Waymark's."""

    id: str
    state: ProviderPaymentState
    reference: str
    payee_id: UUID | None
    money: Money
    captured: Money
    method: str  # such as "visa 4242"
    problem: str  # why the last attempt to pay failed, for people
    capture_before: datetime | None
    cancellation_reason: str
    transfer: ProviderTransfer | None
    refunds: tuple[ProviderRefund, ...]
    disputes: tuple[ProviderDispute, ...] = ()
    charge_id: str = ""
    is_to_platform: bool = False
    card_id: str = ""  # what was paid with; saved for later only if the payment has a customer
    customer_id: str = ""
    card_fingerprint: str = ""

    @property
    def refunded(self) -> Money:
        """Returns what went back to the payer, without refunds that failed."""
        amounts = [refund.money.amount for refund in self.refunds if refund.status not in ("failed", "canceled")]
        return Money(self.money.amount * 0 + sum(amounts), self.money.currency)


def checkout_of(session: Record) -> ProviderCheckout:
    return ProviderCheckout(
        id=session["id"],
        state=ProviderCheckoutState(session["status"]),
        address=session["url"],
        expires_at=instant(session["expires_at"]),
        reference=session["client_reference_id"] or "",
        payment_id=session["payment_intent"],
    )


def payment_of(intent: Record, refunds: list[Record], disputes: Sequence[Record] = ()) -> ProviderPayment:
    """Returns the payment of an intent whose charge and balance transaction are expanded."""
    charge, metadata = intent["latest_charge"] or {}, intent["metadata"] or {}
    transaction = charge.get("balance_transaction") if charge.get("status") == "succeeded" else None
    currency = intent["currency"]
    return ProviderPayment(
        id=intent["id"],
        state=STATES.get(intent["status"], ProviderPaymentState.OPEN),
        reference=metadata.get(REFERENCE, ""),
        payee_id=parse_uuid(metadata.get(PAYEE)),
        money=from_stripe_units(intent["amount"], currency),
        captured=from_stripe_units(intent["amount_received"], currency),
        method=_method(charge.get("payment_method_details") or {}),
        problem=(intent["last_payment_error"] or {}).get("message") or "",
        capture_before=_capture_before(charge),
        cancellation_reason=intent["cancellation_reason"] or "",
        transfer=movement_of(transaction),
        refunds=tuple(refund_of(refund) for refund in refunds),
        disputes=tuple(dispute_of(dispute) for dispute in disputes),
        charge_id=charge.get("id", "") if charge.get("status") == "succeeded" else "",
        is_to_platform=metadata.get(PAYEE) == PLATFORM,
        card_id=intent.get("payment_method") or "",
        customer_id=intent.get("customer") or "",
        card_fingerprint=_card_of(charge).get("fingerprint") or "",
    )


def refund_of(refund: Record) -> ProviderRefund:
    """Returns a refund whose balance transactions are expanded."""
    return ProviderRefund(
        id=refund["id"],
        key=(refund["metadata"] or {}).get(REFUND, ""),
        money=from_stripe_units(refund["amount"], refund["currency"]),
        status=refund["status"],
        transfer=movement_of(refund["balance_transaction"]),
        failure=movement_of(refund.get("failure_balance_transaction")),
    )


def dispute_of(dispute: Record) -> ProviderDispute:
    details = dispute["evidence_details"]
    movements = (movement_of(transaction) for transaction in dispute["balance_transactions"])
    return ProviderDispute(
        id=dispute["id"],
        payment_id=dispute["payment_intent"],
        money=from_stripe_units(dispute["amount"], dispute["currency"]),
        status=dispute["status"],
        reason=dispute["reason"] or "",
        is_refundable=dispute["is_charge_refundable"],
        opened_at=instant(dispute["created"]),
        due_at=instant(details["due_by"]) if details["due_by"] else None,
        submissions=details["submission_count"],
        movements=tuple(movement for movement in movements if movement is not None),
    )


def instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def movement_of(transaction: Record | None) -> ProviderTransfer | None:
    if transaction is None:
        return None
    currency = transaction["currency"]
    return ProviderTransfer(
        id=transaction["id"],
        money=from_stripe_units(transaction["amount"], currency),
        fee=from_stripe_units(transaction["fee"], currency),
        occurred_at=instant(transaction["created"]),
    )


def _method(details: Record) -> str:
    kind = details.get("type") or ""
    if kind == "card":
        return f"{details['card']['brand']} {details['card']['last4']}"
    return kind.replace("_", " ")


def _card_of(charge: Record) -> Record:
    """Returns the card that was charged; an empty record for other methods."""
    card: Record = (charge.get("payment_method_details") or {}).get("card") or {}
    return card


def _capture_before(charge: Record) -> datetime | None:
    seconds = _card_of(charge).get("capture_before")
    return instant(seconds) if seconds else None
