"""Checks of subscriptions for `audit_integrity`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F, Q

from payments.models import Subscription, SubscriptionCharge
from payments.plans.states import RENEWING, ChargeState, SubscriptionStatus

LATE = timedelta(days=1)


def charges_that_differ(now: datetime) -> Iterable[str]:
    """Returns charges whose state is not that of their payment."""
    del now
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT charge.id, charge.state, charge.amount, payment.status, payment.amount_paid, payment.amount_refunded
            FROM payments_subscriptioncharge charge
            LEFT JOIN payments_payment payment
                ON payment.subject_kind = 'subscription' AND payment.subject_id = charge.id
            WHERE (charge.state = 'paid' AND charge.amount > 0 AND coalesce(payment.amount_paid, 0) <> charge.amount)
               OR (charge.state = 'open' AND payment.amount_paid > 0)
               OR (charge.state = 'void' AND payment.amount_paid > payment.amount_refunded)
            ORDER BY charge.id
            """
        )
        rows = cursor.fetchall()
    for pk, state, amount, status, paid, refunded in rows:
        yield f"charge {pk}: {state} over {amount}, and its payment is {status}: paid {paid}, refunded {refunded}"


def sessions_that_differ(now: datetime) -> Iterable[str]:
    """Returns paid periods without the credits for their sessions, and credits of periods that were not paid."""
    del now
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT charge.id, charge.state, charge.sessions, coalesce(held.sessions, 0)
            FROM payments_subscriptioncharge charge
            JOIN payments_subscription subscription ON subscription.id = charge.subscription_id
            LEFT JOIN payments_creditgrant held ON held.source_kind = 'subscription' AND held.source_id = charge.id
            WHERE subscription.seller_id IS NOT NULL
              AND coalesce(held.sessions, 0) <> CASE charge.state WHEN 'paid' THEN charge.sessions ELSE 0 END
            ORDER BY charge.id
            """
        )
        rows = cursor.fetchall()
    for pk, state, sessions, credits_ in rows:
        yield f"charge {pk}: {state}, for {sessions} sessions, and it has brought {credits_} credits"


def subscriptions_that_wait(now: datetime) -> Iterable[str]:
    """Returns subscriptions whose period or grace was over a day ago, and active ones without a charge for their period."""
    late = Q(status__in=RENEWING, current_period_end__lt=now - LATE)
    late |= Q(status=SubscriptionStatus.PAST_DUE, grace_until__lt=now - LATE)
    for subscription in Subscription.objects.filter(late):
        yield f"{subscription.reference}: {subscription.status} since its time was over"
    charged = SubscriptionCharge.objects.exclude(state=ChargeState.VOID).filter(
        period_end=F("subscription__current_period_end")
    )
    active = Subscription.objects.filter(status=SubscriptionStatus.ACTIVE)
    for subscription in active.exclude(pk__in=charged.values("subscription")):
        yield f"{subscription.reference}: active, and nothing was charged for its period"
