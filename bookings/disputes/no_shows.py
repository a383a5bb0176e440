"""Somebody did not come: said by the other side, denied by them, cleared by support or by who said it. It is a fact
on the booking and no state; nothing follows from it by itself."""

from __future__ import annotations

from datetime import datetime

from bookings.agreement.transitions import Actor, change
from bookings.models import Booking
from bookings.states import Side, Verb

OTHER = {Side.CLIENT: Side.BUILDER, Side.BUILDER: Side.CLIENT}


def say(*, booking: Booking, by: Actor, reason: str = "") -> Booking:
    """One side says that the other one stayed away."""

    def work(found: Booking, now: datetime) -> None:
        found.no_show_by, found.no_show_at = OTHER[by.side], now

    return change(booking, Verb.NO_SHOW, None, by, work, reason=reason)


def contest(*, booking: Booking, by: Actor, reason: str) -> Booking:
    """Whoever is said to have stayed away says that it is not so; support hears of it."""

    def work(found: Booking, now: datetime) -> None:
        found.contested_at = now

    return change(booking, Verb.CONTEST, None, by, work, reason=reason)


def excuse(*, booking: Booking, by: Actor, reason: str = "") -> Booking:
    """Taken back by who said it, or cleared by support."""

    def work(found: Booking, now: datetime) -> None:
        found.no_show_by, found.no_show_at, found.contested_at = "", None, None

    return change(booking, Verb.EXCUSE, None, by, work, reason=reason)
