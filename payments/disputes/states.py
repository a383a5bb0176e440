"""The statuses of a bank's dispute, and the reasons that banks give, in plain words."""

from __future__ import annotations

from django.db import models


class DisputeStatus(models.TextChoices):
    """The values are Stripe's. An inquiry is a question of the bank's that moves no money yet."""

    INQUIRY = "warning_needs_response", "The bank asks for an explanation"
    INQUIRY_REVIEW = "warning_under_review", "The bank is reading the explanation"
    INQUIRY_CLOSED = "warning_closed", "Closed without a dispute"
    NEEDS_RESPONSE = "needs_response", "Evidence is needed"
    UNDER_REVIEW = "under_review", "The bank is deciding"
    PREVENTED = "prevented", "Prevented"
    WON = "won", "Won"
    LOST = "lost", "Lost"


ANSWERABLE = frozenset({DisputeStatus.INQUIRY, DisputeStatus.NEEDS_RESPONSE})
OPEN = ANSWERABLE | {DisputeStatus.INQUIRY_REVIEW, DisputeStatus.UNDER_REVIEW}
CLOSED = frozenset({DisputeStatus.INQUIRY_CLOSED, DisputeStatus.PREVENTED, DisputeStatus.WON, DisputeStatus.LOST})

REASONS = {
    "bank_cannot_process": "The bank could not process the payment",
    "credit_not_processed": "The client says that a refund they were promised has not come",
    "customer_initiated": "The client asked their bank for the money back",
    "debit_not_authorized": "The client says that they did not allow the payment",
    "duplicate": "The client says that they were charged twice",
    "fraudulent": "The client says that they did not make the payment",
    "general": "The client asked their bank for the money back",
    "incorrect_account_details": "The account details were wrong",
    "insufficient_funds": "The account did not have enough money",
    "noncompliant": "The bank says that the payment broke its rules",
    "product_not_received": "The client says that the session did not take place",
    "product_unacceptable": "The client says that the session was not as described",
    "subscription_canceled": "The client says that they had cancelled",
    "unrecognized": "The client does not recognise the payment",
}
OTHER_REASON = "The client asked their bank for the money back"


def status_of(word: str) -> DisputeStatus:
    """Returns the status for Stripe's word; one that is not known, such as of an appeal, counts as being decided."""
    return DisputeStatus(word) if word in DisputeStatus.values else DisputeStatus.UNDER_REVIEW


def reason_in_words(reason: str) -> str:
    return REASONS.get(reason, OTHER_REASON)
