"""One step in the life of a booking: looked at under the row's lock, checked against the table, written down, told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from accounts.signals import counted_changed
from bookings.agreement import notifications, pathway_progress
from bookings.agreement.rules import allowed_verbs, blocked, is_due
from bookings.models import Booking, BookingEvent
from bookings.states import Side, State, Verb, step_of, steps_from
from core import clock
from core.errors import Refusal, Refused


@dataclass(frozen=True)
class Actor:
    """Who does something to a booking, and on whose behalf."""

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
    """A step that leaves the time alone; without a target, the state as well. Being there already is no error."""
    found = fresh(booking, version)
    now = clock.now()
    if found.state == target or not is_due(found, verb, by.side, now):
        return found
    check_allowed(found, verb, by, now)
    before = found.state
    found.state = target or found.state
    if work is not None:
        work(found, now)
    save(found)
    happened(found, verb, by, now, before=before, reason=reason)
    return found


def fresh(booking: Booking, version: int | None) -> Booking:
    """The row as it is now, locked until the transaction ends."""
    found = Booking.objects.select_for_update(no_key=True, of=("self",)).complete().get(pk=booking.pk)
    if version is not None and version != found.version:
        raise Refused(Refusal.STALE, version=found.version)
    return found


def check_allowed(booking: Booking, verb: Verb, by: Actor, now: datetime) -> None:
    step = step_of(booking.state, verb)
    if step is None:
        raise Refused(Refusal.INVALID_TRANSITION, allowed=reachable(booking, frozenset({by.side}), now))
    if by.side not in step.sides:
        raise Refused(Refusal.FORBIDDEN)
    if sentence := blocked(booking, verb, by.side, now):
        raise Refused(Refusal.INVALID_TRANSITION, sentence, allowed=reachable(booking, frozenset({by.side}), now))


def reachable(booking: Booking, sides: frozenset[Side], now: datetime) -> list[str]:
    """The states that somebody on these sides can bring it to from here."""
    verbs = allowed_verbs(booking, sides, now)
    targets = [state for step in steps_from(booking.state, sides) if step.verb in verbs for state in step.after]
    return [str(state) for state in dict.fromkeys(targets) if state != booking.state]


def save(found: Booking) -> None:
    found.version += 1
    found.save()


def happened(
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
    event = BookingEvent.objects.create(
        booking=booking,
        at=now,
        verb=verb,
        before=before,
        after=booking.state,
        side=by.side,
        actor=by.person,
        reason=reason[:500],
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        started_at=started_at,
        sequence=booking.sequence,
        fee=fee,
    )
    notifications.spread(event)
    pathway_progress.update(event)
    counted_changed.send(Booking, builder=booking.builder_id)
    return event


def mark_cancelled(found: Booking, by: Actor, reason: str, now: datetime, cause: str = "") -> None:
    found.cancel_cause = cause
    found.cancelled_at, found.cancelled_by, found.cancel_reason = now, by.side, reason[:500]
    found.answer_by, found.decide_at, found.sequence = None, None, found.sequence + 1
