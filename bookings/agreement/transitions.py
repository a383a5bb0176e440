"""Changes of a booking's state: checked under the row's lock against the table of states, saved and recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from accounts.signals import counted_changed
from bookings.agreement import notifications, pathway_progress
from bookings.agreement.rules import allowed_verbs, is_due, why_blocked
from bookings.billing.amounts import update_amount, update_payer
from bookings.billing.checkout import follow_up
from bookings.calendar_copies import services as calendar_copies
from bookings.conversations import marks
from bookings.meetings import arranging
from bookings.meetings.rules import concerns_meeting
from bookings.models import Booking, BookingEvent
from bookings.states import Side, State, Verb, step_of, steps_from
from bookings.webhooks import kinds as webhooks
from core import audit, clock
from core.errors import Refusal, Refused


@dataclass(frozen=True)
class Actor:
    """The person who does something with a booking, and the side they do it for."""

    side: Side
    person: User | None = None


SYSTEM = Actor(Side.SYSTEM)


@transaction.atomic
def change(
    booking: Booking,
    verb: Verb,
    target: State | None,
    by: Actor,
    work: Callable[[Booking, datetime], None] | None = None,
    *,
    reason: str = "",
    version: int | None = None,
) -> Booking:
    """Changes the state without moving or freeing the time; without a target only `work` is done. A booking that is in
    the target state already is returned unchanged."""
    current = fresh(booking, version)
    now = clock.now()
    if current.state == target or not is_due(current, verb, by.side, now):
        return current
    check_allowed(current, verb, by, now)
    before = current.state
    current.state = target or current.state
    if work is not None:
        work(current, now)
    save(current)
    record_event(current, verb, by, now, before=before, reason=reason)
    return current


def fresh(booking: Booking, version: int | None) -> Booking:
    """Returns the booking as it is now, locked until the transaction ends. Refuses if `version` is not its version."""
    locked = Booking.objects.select_for_update(no_key=True, of=("self",))
    current = locked.complete().select_related("seat__reservation").get(pk=booking.pk)
    if version is not None and version != current.version:
        raise Refused(Refusal.STALE, version=current.version)
    return current


def check_allowed(booking: Booking, verb: Verb, by: Actor, now: datetime) -> None:
    step = step_of(booking.state, verb)
    if step is None:
        raise Refused(Refusal.INVALID_TRANSITION, allowed=reachable(booking, frozenset({by.side}), now))
    if by.side not in step.sides:
        raise Refused(Refusal.FORBIDDEN)
    if sentence := why_blocked(booking, verb, by.side, now):
        raise Refused(Refusal.INVALID_TRANSITION, sentence, allowed=reachable(booking, frozenset({by.side}), now))


def reachable(booking: Booking, sides: frozenset[Side], now: datetime) -> list[str]:
    """Returns the other states that these sides can bring the booking to now."""
    verbs = allowed_verbs(booking, sides, now)
    targets = [state for step in steps_from(booking.state, sides) if step.verb in verbs for state in step.after]
    return [str(state) for state in dict.fromkeys(targets) if state != booking.state]


def save(booking: Booking) -> None:
    booking.version += 1
    booking.save()


def record_event(
    booking: Booking,
    verb: Verb,
    by: Actor,
    now: datetime,
    *,
    before: str,
    reason: str = "",
    started_at: datetime | None = None,
    fee: Decimal = Decimal(0),
) -> BookingEvent:
    """Saves what has happened to a booking, and announces it."""
    event = new_event(booking, verb, by, now, before=before, reason=reason, started_at=started_at, fee=fee)
    event.save(force_insert=True)
    announce(event)
    return event


def new_event(
    booking: Booking,
    verb: Verb,
    by: Actor,
    now: datetime,
    *,
    before: str,
    reason: str = "",
    started_at: datetime | None = None,
    fee: Decimal = Decimal(0),
) -> BookingEvent:
    """Returns the event to insert."""
    return BookingEvent(
        booking=booking,
        at=now,
        verb=verb,
        before=before,
        after=booking.state,
        side=by.side,
        actor=by.person,
        acting_as_id=audit.acting_as.get(),
        reason=reason[:500],
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        started_at=started_at,
        sequence=booking.sequence,
        fee=fee,
    )


def announce(event: BookingEvent, *, mail_after: timedelta | None = None, is_quiet: bool = False) -> None:
    """Queues the effects of an event: notifications, progress on a pathway, and the builder's metrics.

    Mails wait until `mail_after`. `is_quiet`: nobody is notified, because the event undoes one that they have not heard
    of.
    """
    if event.booking.state == State.CANCELLED and event.before != State.CANCELLED:
        update_amount(event.booking)
    if event.verb in (Verb.PROVE, Verb.JOIN):
        update_payer(event.booking)
    notifications.queue_notifications(event, mail_after=mail_after, is_quiet=is_quiet)
    follow_up.queue_after(event)
    if concerns_meeting(event.booking, Verb(event.verb)):
        arranging.queue(event.booking)
    calendar_copies.queue_after(event)
    marks.queue(event)
    webhooks.queue(event)
    pathway_progress.update(event)
    counted_changed.send(Booking, builder=event.booking.builder_id, at=event.at)


def mark_answered(booking: Booking, verb: Verb, now: datetime) -> None:
    """Notes when the builder has answered the request. A session that was agreed before is no request any more."""
    if verb in (Verb.CONFIRM, Verb.DECLINE) and booking.confirmed_at is None:
        booking.answered_at = now


def mark_cancelled(booking: Booking, by: Actor, reason: str, now: datetime, cause: str = "") -> None:
    booking.cancel_cause = cause
    booking.cancelled_at, booking.cancelled_by, booking.cancel_reason = now, by.side, reason[:500]
    booking.answer_by, booking.decide_at, booking.sequence = None, None, booking.sequence + 1
