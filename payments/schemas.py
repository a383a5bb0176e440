"""Schemas of payments in the API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from core.api import Amount, In, Out, SuccessBody, Truth
from core.openapi import InstantText, enum_of
from payments.models import LedgerEntry, Payment, Refund
from payments.queries import moved
from payments.states import RefundStatus, Status

StatusText = Annotated[str, enum_of(Status.values)]


def instant_text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class SubjectOut(Out):
    kind: str
    id: UUID
    reference: str


class PaymentListed(Out):
    id: UUID
    subject: SubjectOut
    status: StatusText
    amount: str
    paid: str
    refunded: str
    currency: str
    method: str | None
    created_at: InstantText
    captured_at: InstantText | None

    @classmethod
    def values_of(cls, payment: Payment) -> dict[str, object]:
        sums = {"amount": payment.amount, "paid": payment.amount_paid, "refunded": payment.amount_refunded}
        return {
            "id": payment.pk,
            "subject": SubjectOut(
                kind=payment.subject_kind, id=payment.subject_id, reference=payment.subject_reference
            ),
            "status": payment.status,
            **{name: payment.money(amount).on_the_wire() for name, amount in sums.items()},
            "currency": payment.currency,
            "method": payment.method or None,
            "created_at": instant_text(payment.created_at),
            "captured_at": instant_text(payment.paid_at) if payment.paid_at else None,
        }

    @classmethod
    def of(cls, payment: Payment) -> PaymentListed:
        return cls.model_validate(cls.values_of(payment))


class RefundOut(Out):
    id: UUID
    amount: str
    status: Annotated[str, enum_of(RefundStatus.values)]
    reason: str
    as_credit: bool
    consent: str
    created_at: InstantText

    @classmethod
    def of(cls, refund: Refund) -> RefundOut:
        return cls(
            id=refund.pk,
            amount=refund.money.on_the_wire(),
            status=refund.status,
            reason=refund.reason,
            as_credit=refund.as_credit,
            consent=refund.consent,
            created_at=instant_text(refund.created_at),
        )


class EntryOut(Out):
    """What an entry has moved in one currency."""

    kind: Annotated[str, enum_of(LedgerEntry.Kind.values)]
    amount: str
    currency: str
    occurred_at: InstantText

    @classmethod
    def all_of(cls, entry: LedgerEntry) -> list[EntryOut]:
        at = instant_text(entry.occurred_at)
        return [
            cls(kind=entry.kind, amount=money.on_the_wire(), currency=money.currency, occurred_at=at)
            for money in moved(entry)
        ]


class PaymentWhole(PaymentListed):
    refunds: list[RefundOut]
    entries: list[EntryOut]


class PaymentsAnswer(SuccessBody):
    payments: list[PaymentListed]
    next_cursor: str | None


class PaymentAnswer(SuccessBody):
    payment: PaymentWhole


class RefundAnswer(SuccessBody):
    refund: RefundOut


class RefundIn(In):
    """With `as_credit` the client gets credit; `consent` then says how they agreed to that."""

    as_credit: Truth = False
    consent: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""
    amount: Amount | None = None
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
