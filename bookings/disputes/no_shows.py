"""No-shows: reported by the other side, contested by the absent side, withdrawn by the reporter or by support.

A no-show is kept on the booking. It is not a state, and no other change follows from it.
"""

from __future__ import annotations

from datetime import datetime

from bookings.agreement.transitions import Actor, change
from bookings.models import Booking
from bookings.states import Side, Verb

OTHER_SIDE = {Side.CLIENT: Side.BUILDER, Side.BUILDER: Side.CLIENT}


def say(*, booking: Booking, by: Actor, reason: str = "") -> Booking:
    """Records that the other side did not come."""

    def record(locked: Booking, now: datetime) -> None:
        locked.no_show_by, locked.no_show_at = OTHER_SIDE[by.side], now

    return change(booking, Verb.NO_SHOW, None, by, record, reason=reason)


def contest(*, booking: Booking, by: Actor, reason: str) -> Booking:
    """Records that the side reported as absent contests it. Support is notified."""

    def record(locked: Booking, now: datetime) -> None:
        locked.contested_at = now

    return change(booking, Verb.CONTEST, None, by, record, reason=reason)


def excuse(*, booking: Booking, by: Actor, reason: str = "") -> Booking:
    """Withdraws the no-show, by the side that reported it or by support."""

    def record(locked: Booking, now: datetime) -> None:
        locked.no_show_by, locked.no_show_at, locked.contested_at = "", None, None

    return change(booking, Verb.EXCUSE, None, by, record, reason=reason)
