"""Limits how many times one visitor, and one network, may hold at once."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from core.errors import Refused
from scheduling.models import Seat
from scheduling.refusals import TimeRefusal
from scheduling.time_requests import Visitor


def check_hold_limits(visitor: Visitor, now: datetime) -> None:
    """Refuses one hold too many. The times of a plan do not count: each person can have one plan held, of 60 sessions at
    most, which `bookings.session_plans` makes sure of. Two queries."""
    if visitor.plan_id is not None:
        return
    live = Seat.objects.filter(released_at__isnull=True, expires_at__gt=now, plan_id__isnull=True)
    mine = live.filter(holder=visitor.key).count()
    if settings.LIMIT_HOLDS_PER_VISITOR and mine >= settings.LIMIT_HOLDS_PER_VISITOR:
        raise Refused(TimeRefusal.TOO_MANY_HOLDS, retry_after=60)
    near = live.filter(address=visitor.address).count() if visitor.address else 0
    if settings.LIMIT_HOLDS_PER_ADDRESS and near >= settings.LIMIT_HOLDS_PER_ADDRESS:
        raise Refused(TimeRefusal.TOO_MANY_HOLDS, retry_after=60)
