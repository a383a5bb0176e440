"""What the clock does to bookings: each row says itself when its time has come."""

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


def apply_due_changes(now: datetime, most: int = 500) -> int:
    """Ends requests that nobody confirmed or answered in time, begins and completes sessions whose time has come. Harmless from two beats."""
    due: list[tuple[Any, Callable[[Booking], object]]] = [
        (
            Booking.objects.filter(state=State.PENDING, proof_due_at__lte=now),
            lambda booking: lapse(booking=booking),
        ),
        (
            Booking.objects.counting().filter(state=State.PENDING, answer_by__lte=now),
            lambda booking: expire(booking=booking),
        ),
        (Booking.objects.filter(state__in=AHEAD, decide_at__lte=now), lambda each: decide(booking=each)),
        (
            Booking.objects.filter(state=State.CONFIRMED, starts_at__lte=now),
            lambda each: start(booking=each, by=SYSTEM),
        ),
        (
            Booking.objects.filter(state=State.IN_PROGRESS, ends_at__lte=now - COMPLETE_AFTER),
            lambda each: complete(booking=each, by=SYSTEM),
        ),
    ]
    count = 0
    for found, act in due:
        for booking in found.order_by("starts_at")[:most]:
            try:
                act(booking)
                count += 1
            except Refused:
                continue  # somebody else was quicker, or their time is busy: the next round looks again
            except Exception:
                logger.exception("the clock stumbled over a booking", extra={"reference": booking.reference})
    return count
