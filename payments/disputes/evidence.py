"""Evidence for a payment: collected by the app that knows its subject, and cut to the lengths that the bank accepts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from payments.disputes.models import PaymentDispute

# The texts that we fill in, by Stripe's field names, the most important ones first.
TEXTS: dict[str, str] = {
    "customer_name": "Name of the client",
    "customer_email_address": "Email address of the client",
    "service_date": "Date of the session",
    "product_description": "What was paid for",
    "uncategorized_text": "What the builder says",
    "cancellation_policy_disclosure": "When the cancellation terms were accepted",
    "refund_refusal_explanation": "What was given back, and why not more",
    "access_activity_log": "Who was in the meeting, and the history of the booking",
}
LONGEST_TEXT = 20_000  # the most characters that Stripe accepts for one text
MOST_CHARACTERS = 150_000  # of all texts together


@dataclass(frozen=True)
class Section:
    """A part of the document: a title, and lines of text."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class GatheredEvidence:
    """The texts by Stripe's names, and the sections of the document."""

    texts: dict[str, str] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()


Gather = Callable[[PaymentDispute], GatheredEvidence]
_gatherers: dict[str, Gather] = {}


def register_evidence(kind: str, gather: Gather) -> None:
    """Registers the function that gathers evidence for payments of a kind of subject, such as bookings."""
    _gatherers[kind] = gather


def gathered(dispute: PaymentDispute) -> GatheredEvidence:
    """Returns the evidence for a dispute, with what its builder says."""
    gather = _gatherers.get(dispute.payment.subject_kind)
    evidence = gather(dispute) if gather else GatheredEvidence()
    statement = dispute.statement.strip()
    texts = evidence.texts | ({"uncategorized_text": statement} if statement else {})
    said = (Section("What the builder says", tuple(statement.splitlines())),) if statement else ()
    return GatheredEvidence(cut(texts), said + evidence.sections)


def cut(texts: dict[str, str]) -> dict[str, str]:
    """Returns the texts, each as long as Stripe takes it, and all together too; the less important ones are cut first."""
    result: dict[str, str] = {}
    left = MOST_CHARACTERS
    for name in TEXTS:
        text = texts.get(name, "").strip()[: min(LONGEST_TEXT, left)]
        if text:
            result[name] = text
            left -= len(text)
    return result
