"""Schemas of balances and payouts in the API."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from pydantic import Field

from core.api import Out, SuccessBody
from core.openapi import InstantText
from payments.payouts.queries import Balance, ShownPayout
from payments.schemas import SubjectOut


class BalanceOut(Out):
    currency: str
    funds: str = Field(alias="held")
    payable: str
    paid_out: str
    debt: str

    @classmethod
    def of(cls, balance: Balance) -> BalanceOut:
        values = {
            "currency": balance.currency,
            "held": balance.funds.on_the_wire(),
            "payable": balance.payable.on_the_wire(),
            "paid_out": balance.paid_out.on_the_wire(),
            "debt": balance.debt.on_the_wire(),
        }
        return cls.model_validate(values)


class BalancesAnswer(SuccessBody):
    balances: list[BalanceOut]


class PayoutOut(Out):
    id: UUID
    payment_id: UUID
    subject: SubjectOut
    status: str
    percent: str
    amount: str | None
    fee: str | None
    currency: str
    due_at: InstantText
    paid_at: InstantText | None
    reason: str | None

    @classmethod
    def of(cls, payout: ShownPayout) -> PayoutOut:
        """The amounts are null until it is due, because a refund may still change them."""
        transfer, payment = payout.transfer, payout.transfer.payment
        is_fixed = transfer.state != transfer.State.SCHEDULED
        subject = SubjectOut(kind=payment.subject_kind, id=payment.subject_id, reference=payment.subject_reference)
        return cls(
            id=transfer.pk,
            payment_id=payment.pk,
            subject=subject,
            status=transfer.state,
            percent=f"{transfer.percent.normalize():f}",
            amount=transfer.share.on_the_wire() if is_fixed else None,
            fee=transfer.kept_fee.on_the_wire() if is_fixed else None,
            currency=payment.currency,
            due_at=_instant(transfer.due_at),
            paid_at=_instant(transfer.paid_at) if transfer.paid_at else None,
            reason=payout.reason or None,
        )


class PayoutsAnswer(SuccessBody):
    payouts: list[PayoutOut]
    next_cursor: str | None


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
