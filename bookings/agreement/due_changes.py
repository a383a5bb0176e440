"""Changes of bookings that become due as time passes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bookings.agreement.rules import COMPLETE_AFTER
from bookings.agreement.services import complete, decide, expire, lapse, start
from bookings.agreement.transitions import SYSTEM
from bookings.models import Booking
from bookings.states import AHEAD, State
from core.errors import Refused

logger = logging.getLogger(__name__)


def apply_due_changes(now: datetime, limit: int = 500) -> int:
    """Ends requests that were not confirmed or answered in time, decides about groups, starts and completes sessions.

    Returns how many bookings were handled. Two runs at once do no harm, since each change checks the locked row again.
    """
    due: list[tuple[Any, Callable[[Booking], object]]] = [
        (
            Booking.objects.filter(state=State.PENDING, proof_due_at__lte=now),
            lambda booking: lapse(booking=booking),
        ),
        (
            Booking.objects.counting().filter(state=State.PENDING, answer_by__lte=now),
            lambda booking: expire(booking=booking),
        ),
        (Booking.objects.filter(state__in=AHEAD, decide_at__lte=now), lambda booking: decide(booking=booking)),
        (
            Booking.objects.filter(state=State.CONFIRMED, starts_at__lte=now),
            lambda booking: start(booking=booking, by=SYSTEM),
        ),
        (
            Booking.objects.filter(state=State.IN_PROGRESS, ends_at__lte=now - COMPLETE_AFTER),
            lambda booking: complete(booking=booking, by=SYSTEM),
        ),
    ]
    count = 0
    for bookings, act in due:
        for booking in bookings.order_by("starts_at")[:limit]:
            try:
                act(booking)
                count += 1
            except Refused:
                continue  # changed by somebody else, or the builder's time is locked: the next run tries again
            except Exception:
                logger.exception("a due change of a booking failed", extra={"reference": booking.reference})
    return count
