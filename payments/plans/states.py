"""The statuses of subscriptions and of what is charged for them, and the allowed changes."""

from __future__ import annotations

from django.db import models


class SubscriptionStatus(models.TextChoices):
    INCOMPLETE = "incomplete", "Not paid yet"
    TRIALING = "trialing", "On trial"
    ACTIVE = "active", "Active"
    PAST_DUE = "past_due", "Payment failed"
    PAUSED = "paused", "Paused"
    CANCELED = "canceled", "Ended"


class EndReason(models.TextChoices):
    """Why a subscription has ended."""

    REQUESTED = "requested", "Cancelled"
    UNPAID = "unpaid", "Not paid"
    EXPIRED = "expired", "Never started"
    CLOSED = "closed", "The account or the offer was closed"


class ChargeKind(models.TextChoices):
    START = "start", "First period"
    RENEWAL = "renewal", "Renewal"
    CHANGE = "change", "Change of plan"


class ChargeState(models.TextChoices):
    OPEN = "open", "Open"
    PAID = "paid", "Paid"
    VOID = "void", "Not charged"


Status = SubscriptionStatus

TABLE: dict[Status, frozenset[Status]] = {
    Status.INCOMPLETE: frozenset({Status.TRIALING, Status.ACTIVE, Status.CANCELED}),
    Status.TRIALING: frozenset({Status.ACTIVE, Status.PAUSED, Status.CANCELED}),
    Status.ACTIVE: frozenset({Status.PAST_DUE, Status.PAUSED, Status.CANCELED}),
    Status.PAST_DUE: frozenset({Status.ACTIVE, Status.CANCELED}),
    Status.PAUSED: frozenset({Status.ACTIVE, Status.TRIALING, Status.CANCELED}),
    Status.CANCELED: frozenset(),
}

LIVE = tuple(status for status in Status if status != Status.CANCELED)
RENEWING = (Status.TRIALING, Status.ACTIVE)


def is_allowed(before: str, after: str) -> bool:
    return before == after or Status(after) in TABLE[Status(before)]
