"""What time brings: periods end, failed payments are tried again, and what was never paid ends. The rows are the to-do
list, so nothing is forgotten if this was not run for a while."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from payments.models import Subscription
from payments.plans import cards, changing, charges, closing, collecting
from payments.plans.ending import end, reason_now
from payments.plans.states import RENEWING, EndReason, SubscriptionStatus

logger = logging.getLogger(__name__)

Status = SubscriptionStatus
UNPAID_AFTER = timedelta(hours=25)  # since a subscription was chosen and neither paid nor given a card
BATCH = 1000


def run(now: datetime) -> int:
    """Does all that is due; returns how many subscriptions have changed."""
    rows = Subscription.objects.all()
    ended = rows.filter(current_period_end__lte=now)
    count = _each(rows.filter(status=Status.INCOMPLETE, created_at__lte=now - UNPAID_AFTER), _expire, now)
    count += _each(rows.filter(status=Status.PAST_DUE, grace_until__lte=now), _end_unpaid, now)
    count += _each(ended.filter(status=Status.PAUSED, cancel_requested_at__isnull=False), _end_paused, now)
    count += _each(ended.filter(status__in=RENEWING), _renew, now)
    count += _each(rows.live().filter(closing.of_former_builders(now)), closing.end_and_refund, now)
    collecting.queue_due(now)
    cards.queue_overdue(now)
    return count


def _each(rows: QuerySet[Subscription], work: Callable[[Subscription, datetime], None], now: datetime) -> int:
    """Does the work for each row in a transaction of its own, so that one that fails keeps no other waiting."""
    count = 0
    for row in rows.order_by("current_period_end", "pk")[:BATCH]:
        try:
            with transaction.atomic():
                work(charges.fresh(row), now)
            count += 1
        except Exception:
            logger.exception("subscriptions: %s could not be worked off", row.reference)
    return count


def _expire(current: Subscription, now: datetime) -> None:
    if current.status == Status.INCOMPLETE:
        end(current, EndReason.EXPIRED, now)


def _end_unpaid(current: Subscription, now: datetime) -> None:
    if current.status == Status.PAST_DUE and current.grace_until is not None and current.grace_until <= now:
        end(current, EndReason.UNPAID, now)


def _end_paused(current: Subscription, now: datetime) -> None:
    if current.status == Status.PAUSED and current.cancel_requested_at is not None:
        end(current, reason_now(current), now)


def _renew(current: Subscription, now: datetime) -> None:
    """Begins the next period, or ends a subscription that was cancelled."""
    is_over = current.current_period_end is not None and current.current_period_end <= now
    if current.status not in RENEWING or not is_over:
        return  # it was changed meanwhile
    if current.cancel_requested_at is not None:
        end(current, reason_now(current), now)
    elif charges.open_charge(current) is None:
        changing.begin_period(current, now)
