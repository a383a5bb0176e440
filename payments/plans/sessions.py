"""The sessions that a paid period brings. Those that are not used by its end lapse with it."""

from __future__ import annotations

from django.db.models import Sum

from payments.models import Subscription, SubscriptionCharge
from payments.plans.states import ChargeState


def grant_sessions(subscription: Subscription, period: SubscriptionCharge) -> None:
    """Gives the subscriber the sessions of a period that was paid, until it ends. Called once for each paid charge.

    The charge itself says how many they are, so there is nothing to write while no session can be booked with them.
    """
    del subscription, period


def brought(subscription: Subscription) -> int:
    """Returns how many sessions the present period brings, with what a larger plan has added. One query."""
    ends_at = subscription.current_period_end
    if ends_at is None:
        return 0
    rows = SubscriptionCharge.objects.filter(subscription=subscription, state=ChargeState.PAID, period_end=ends_at)
    return int(rows.aggregate(total=Sum("sessions", default=0))["total"])
