"""The statuses of a payment, and the table of allowed changes."""

from __future__ import annotations

from decimal import Decimal

from django.db import models


class Status(models.TextChoices):
    DUE = "due", "Due"
    AUTHORISED = "authorised", "Authorised"
    PAID = "paid", "Paid"
    PARTLY_REFUNDED = "partly_refunded", "Partly refunded"
    REFUNDED = "refunded", "Refunded"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"
    DISPUTED = "disputed", "Disputed"


class Provider(models.TextChoices):
    MANUAL = "manual", "Paid to the builder directly"
    STRIPE = "stripe", "Stripe"


class Timing(models.TextChoices):
    """When a client pays for a session. The first two need a payment provider."""

    AT_BOOKING = "at_booking", "When it is booked"
    AFTER_SESSION = "after_session", "After the session"
    OUTSIDE = "outside", "To the builder directly"


class Method(models.TextChoices):
    """How the builder was paid. These are the methods without a provider."""

    BANK_TRANSFER = "bank_transfer", "Bank transfer"
    CASH = "cash", "Cash"
    OTHER = "other", "Another way"


class RefundStatus(models.TextChoices):
    PENDING = "pending", "On its way"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


# What may follow each status, besides the same one again, such as after a second part of a payment.
TABLE: dict[Status, frozenset[Status]] = {
    Status.DUE: frozenset(
        {
            Status.AUTHORISED, Status.PAID, Status.FAILED, Status.CANCELLED, Status.PARTLY_REFUNDED, Status.REFUNDED,
        }
    ),
    Status.AUTHORISED: frozenset({Status.PAID, Status.CANCELLED, Status.FAILED}),
    Status.FAILED: frozenset({Status.DUE, Status.AUTHORISED, Status.PAID, Status.CANCELLED}),
    # Due again, or nothing paid any more, where a receipt was recorded by mistake; less refunded than before where a refund has failed.
    Status.PAID: frozenset(
        {Status.DUE, Status.CANCELLED, Status.PARTLY_REFUNDED, Status.REFUNDED, Status.DISPUTED}
    ),
    Status.PARTLY_REFUNDED: frozenset({Status.DUE, Status.PAID, Status.REFUNDED, Status.DISPUTED}),
    Status.DISPUTED: frozenset({Status.PAID, Status.PARTLY_REFUNDED, Status.REFUNDED}),
    Status.REFUNDED: frozenset({Status.PAID, Status.PARTLY_REFUNDED, Status.DISPUTED}),
    Status.CANCELLED: frozenset(),
}  # fmt: skip


def is_allowed(before: str, after: str) -> bool:
    return before == after or Status(after) in TABLE[Status(before)]


def status_of_sums(amount: Decimal, paid: Decimal, refunded: Decimal) -> Status:
    """Returns the status of a payment to the builder directly, which depends on its sums alone.

    A payment in parts stays due until the last part came in. A refund does not make anything due again.
    """
    if paid < amount:
        return Status.DUE
    if not paid:
        return Status.CANCELLED
    if not refunded:
        return Status.PAID
    return Status.REFUNDED if refunded == paid else Status.PARTLY_REFUNDED
