"""Schedules what builders get of packages that are over: all sessions used, refunded or expired, and none ahead.

The whole payment is paid out at once, so that a refund of unused sessions never has to be taken back from the builder.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Max

from bookings.models import Booking
from bookings.states import State
from coaching.packages.models import PackagePurchase
from coaching.packages.services import KIND
from payments.credits.queries import left_of
from payments.models import CreditGrant, Payment
from payments.payouts.scheduling import PayoutPlan, schedule
from payments.states import Provider

OVER = (State.COMPLETED, State.CANCELLED)
WHOLE = Decimal(100)


def schedule_payouts() -> int:
    """Schedules the transfers of packages that are over; returns how many. Five queries."""
    payments = Payment.objects.filter(
        provider=Provider.STRIPE, shared_at__isnull=True, amount_paid__gt=0, subject_kind=KIND
    )
    paid = {payment.subject_id: payment for payment in payments}
    purchases = PackagePurchase.objects.filter(pk__in=paid, grant__isnull=False).select_related("grant")
    grants = {purchase.pk: purchase.grant for purchase in purchases if purchase.grant is not None}
    ends = _ends_of(grants.values())
    plans = []
    for pk, grant in grants.items():
        over_at, payee_id = ends.get(grant.pk), paid[pk].payee_id
        if over_at is not None and payee_id is not None:
            plans.append(PayoutPlan(paid[pk].pk, over_at, [(payee_id, WHOLE)]))
    return schedule(plans)


def _ends_of(grants: Iterable[CreditGrant]) -> dict[UUID, datetime]:
    """Returns since when these credits are over; those that are not are left out."""
    rows = list(grants)
    left = left_of(rows)
    used_up = [grant for grant in rows if left[grant.pk] == 0]
    bookings = Booking.objects.filter(credit_grant__in=used_up).order_by()
    ahead = set(bookings.exclude(state__in=OVER).values_list("credit_grant", flat=True))
    last = dict(bookings.values_list("credit_grant").annotate(last=Max("ends_at")))
    return {grant.pk: last.get(grant.pk) or grant.changed_at for grant in used_up if grant.pk not in ahead}
