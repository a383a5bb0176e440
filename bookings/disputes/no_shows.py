"""No-shows: reported by the other side, contested by the absent side, upheld by support, withdrawn by the reporter or by support.

A no-show is kept on the booking. It is not a state, and no other change follows from it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from bookings.agreement.transitions import Actor, change
from bookings.models import Booking
from bookings.states import Side, Verb
from core import audit

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


@transaction.atomic
def uphold(*, booking: Booking, by: Actor, reason: str) -> Booking:
    """Decides that a contested no-show stays as it was reported. Only support can; both sides are notified."""

    def record(locked: Booking, now: datetime) -> None:
        locked.upheld_at = now

    changed = change(booking, Verb.UPHOLD, None, by, record, reason=reason)
    audit.record(actor=by.person, action="no-show upheld", subject=changed, before=None, after={"reason": reason})
    return changed


def excuse(*, booking: Booking, by: Actor, reason: str = "") -> Booking:
    """Withdraws the no-show, by the side that reported it or by support."""

    def record(locked: Booking, now: datetime) -> None:
        locked.no_show_by, locked.no_show_at = "", None
        locked.contested_at = locked.upheld_at = None

    return change(booking, Verb.EXCUSE, None, by, record, reason=reason)
