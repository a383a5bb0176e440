"""Moves a session in the calendar, and undoes the move."""

from __future__ import annotations

from datetime import datetime, timedelta

from bookings.agreement import notifications
from bookings.agreement.services import answer_by_of, reschedule, take_other_time
from bookings.agreement.transitions import Actor, announce, check_allowed, fresh, new_event, save
from bookings.models import Booking, BookingEvent
from bookings.states import Side, State, Verb
from core.errors import Refusal, Refused
from scheduling.locks import with_time_of

UNDO_WITHIN = timedelta(seconds=10)  # as the button is shown
LATEST = timedelta(seconds=20)  # the server accepts it a little longer, because page and click take time to arrive
MAIL_AFTER = timedelta(seconds=25)
MOVED_BACK = "Moved back."  # the reason of the event that undoes a move, and which cannot itself be undone


def move(*, booking: Booking, start: datetime, by: Actor, reason: str = "") -> Booking:
    """Moves the booking like `services.reschedule`, but the mails wait until the move can no longer be undone."""
    return reschedule(booking=booking, start=start, by=by, reason=reason, mail_after=MAIL_AFTER)


def undo_move(*, booking: Booking, by: Actor) -> Booking:
    """Moves the booking back to the time that it had until a moment ago, also where nobody could book that time now. If
    the mails about the move have not been sent, neither those nor others are."""

    def work(now: datetime) -> Booking:
        current = fresh(booking, None)
        check_allowed(current, Verb.RESCHEDULE, by, now)
        former = undoable(current, by, now)
        if former is None or former.started_at is None or former.is_other_length:
            raise Refused(Refusal.INVALID_TRANSITION, "This move can no longer be undone.", allowed=[])
        before, moved_to = current.state, current.starts_at
        take_other_time(current, former.started_at, now, by_builder=True, anywhere=True)
        if current.state == State.PENDING:
            current.answer_by = answer_by_of(current.session_type, current.starts_at, now)
        save(current)
        is_untold = notifications.withdraw(former)
        event = new_event(current, Verb.RESCHEDULE, by, now, before=before, started_at=moved_to, reason=MOVED_BACK)
        event.save(force_insert=True)
        announce(event, is_quiet=is_untold)
        return current

    return with_time_of(booking.builder_id, work)


def undoable(booking: Booking, by: Actor, now: datetime) -> BookingEvent | None:
    """Returns the move by the builder that can be taken back, if it is the last that has happened. One query."""
    event = BookingEvent.objects.filter(booking=booking).order_by("-at", "-id").first()
    if event is None or event.started_at is None or now - event.at > LATEST:
        return None
    is_own_move = event.verb == Verb.RESCHEDULE and event.side == by.side == Side.BUILDER
    return event if is_own_move and event.reason != MOVED_BACK else None
