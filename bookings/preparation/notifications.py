"""Notifications that the other side has edited the agenda of a session."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.notifications import NewNotification, notify, was_notified
from bookings.agreement.notifications import name_of, reader
from bookings.models import Booking
from bookings.states import Side

AGENDA_PAUSE = timedelta(hours=1)  # between two notifications about one session, since agendas are written in turns


def agenda_edited(*, booking: Booking, by: Side, now: datetime) -> None:
    """Notifies the other side, in Waymark and by mail as their settings allow, unless they were in the last hour.

    Guests are not mailed: they read the agenda by the link of their booking.
    """
    person = reader(booking, Side.BUILDER if by == Side.CLIENT else Side.CLIENT)
    event = f"agenda:{booking.pk}:"
    if person is None or was_notified(person, event, since=now - AGENDA_PAUSE):
        return
    notify(
        person,
        NewNotification(
            kind="booking",
            event=f"{event}{int(now.timestamp())}",
            title=f"{name_of(booking, by)} has edited the agenda of your session",
            text=f"{booking.title}, booking {booking.reference}.",
            path=f"{booking.get_absolute_url()}#agenda",
            call="Read the agenda",
        ),
    )
