"""The sessions that a period brings, as credits of its subscriber. Those that are not used by its end lapse with it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from core.money import Money, rounded
from payments.credits import queries
from payments.credits import services as credit_services
from payments.credits.models import OF_PLAN
from payments.credits.services import NewCredits
from payments.models import CreditGrant, Payment, Subscription, SubscriptionCharge
from payments.plans.states import ChargeState


@dataclass(frozen=True)
class PeriodSessions:
    """How many sessions the present period has brought, with what a larger plan has added, and how many are left."""

    total: int
    left: int


def grant_sessions(subscription: Subscription, period: SubscriptionCharge) -> None:
    """Gives the subscriber the sessions of a period that was paid or is on trial, until it ends. Once for each charge."""
    if not period.sessions or subscription.seller_id is None:
        return
    credit_services.issue(
        NewCredits(
            source_kind=OF_PLAN, source_id=period.pk, holder=subscription.subscriber, builder_id=subscription.seller_id,
            title=period.plan.name, sessions=period.sessions, minutes=None, usable_for=[],
            price=Money(rounded(period.amount, period.currency), period.currency), expires_at=period.period_end,
        )
    )  # fmt: skip


def take_back(payment: Payment, key: UUID, *, is_lost: bool = False) -> None:
    """Takes the unused sessions back for which the money was given back: all of them once it is all gone, as after a lost
    dispute, or as many as the part that was refunded has paid for. `key` names the cause."""
    grant = CreditGrant.objects.filter(source_kind=OF_PLAN, source_id=payment.subject_id).first()
    if grant is None or not payment.amount_paid:
        return
    total = grant.sessions if is_lost else int(grant.sessions * payment.amount_refunded / payment.amount_paid)
    credit_services.take_back(grant_id=grant.pk, key=key, total=total)


def of_present_period(subscription: Subscription) -> PeriodSessions:
    """Returns the sessions of the present period. Three queries."""
    ends_at = subscription.current_period_end
    if ends_at is None:
        return PeriodSessions(0, 0)
    charges = SubscriptionCharge.objects.filter(subscription=subscription, state=ChargeState.PAID, period_end=ends_at)
    rows = queries.held(CreditGrant.objects.filter(source_kind=OF_PLAN, source_id__in=charges.values("pk")))
    return PeriodSessions(sum(row.grant.sessions for row in rows), queries.total_left(rows))
