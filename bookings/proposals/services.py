"""Suggests other times for a booking, accepts one, declines them, and ends those that nobody answered.

A suggested time is not reserved: accepting moves the booking there as rescheduling does, under the builder's lock, so
that of two clients who want the same time one gets it. The order of locks is that of all bookings: the builder's time,
the booking, then the suggestions.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from bookings.agreement.services import answer_by_of, take_other_time
from bookings.agreement.transitions import SYSTEM, Actor, check_allowed, fresh, record_event, save
from bookings.models import Booking, Proposal
from bookings.proposals.queries import free_starts
from bookings.proposals.refusals import ProposalRefusal
from bookings.states import AHEAD, Side, State, Verb
from core import clock
from core.errors import Refusal, Refused
from scheduling.locks import with_time_of
from scheduling.refusals import TimeRefusal

MOST_OPEN = 5
MOST_IN_ALL = 20  # of one booking, since each message mails the client

logger = logging.getLogger(__name__)


@transaction.atomic
def propose(*, booking: Booking, starts: Sequence[datetime], by: Actor, note: str = "") -> list[Proposal]:
    """Suggests available times to the client, beside those that are suggested already. Nothing is reserved.

    A request that waits for the builder gets as much time for an answer as a new one, since now the client has to decide.
    """
    current = fresh(booking, None)
    now = clock.now()
    check_allowed(current, Verb.PROPOSE, by, now)
    known = list(Proposal.objects.filter(booking=current))
    open_starts = {proposal.starts_at for proposal in known if proposal.is_open(current, now)}
    new_starts = sorted({start for start in starts if start not in open_starts})
    if not new_starts:
        return [proposal for proposal in known if proposal.starts_at in starts and proposal.is_open(current, now)]
    if len(open_starts) + len(new_starts) > MOST_OPEN or len(known) + len(new_starts) > MOST_IN_ALL:
        raise Refused(ProposalRefusal.TOO_MANY_PROPOSALS)
    _check_free(current, new_starts, now)
    # Rows that can no longer be accepted still say "open" until the next run of `end_unanswered`.
    _close([proposal for proposal in known if not proposal.is_open(current, now)], Proposal.State.LAPSED, now)
    if current.answer_by is not None:
        current.answer_by = max(current.answer_by, answer_by_of(current.session_type, current.starts_at, now))
        save(current)
    return _record(current, new_starts, by, note, now)


def _check_free(booking: Booking, starts: Sequence[datetime], now: datetime) -> None:
    if booking.starts_at in starts:
        raise Refused(Refusal.INVALID, fields={"start": ["The session is already at this time."]})
    if set(starts) - free_starts(booking, starts, now):
        raise Refused(TimeRefusal.OUTSIDE_AVAILABILITY, "One of these times is no longer available.")


def _record(booking: Booking, starts: Sequence[datetime], by: Actor, note: str, now: datetime) -> list[Proposal]:
    """Writes the event first, because the suggestions point to it; their mail is written when it is delivered."""
    event = record_event(booking, Verb.PROPOSE, by, now, before=booking.state, reason=note.strip())
    length = booking.ends_at - booking.starts_at
    return Proposal.objects.bulk_create(
        [
            Proposal(
                booking=booking,
                event=event,
                starts_at=start,
                ends_at=start + length,
                sequence=booking.sequence,
                booking_state=booking.state,
            )
            for start in starts
        ]
    )


def accept(*, proposal: Proposal, by: Actor) -> Booking:
    """Moves the booking to the suggested time and confirms it, since both sides have agreed. It costs the client nothing.

    Accepting twice changes nothing. A time that was taken meanwhile is refused, and the booking stays where it is.
    """

    def work(now: datetime) -> Booking:
        current = fresh(proposal.booking, None)
        chosen = Proposal.objects.select_for_update().get(pk=proposal.pk)
        _check_client(by)
        if chosen.state == Proposal.State.ACCEPTED and chosen.starts_at == current.starts_at:
            return current
        if not chosen.is_open(current, now):
            raise Refused(ProposalRefusal.PROPOSAL_CLOSED)
        before, old_start = current.state, current.starts_at
        take_other_time(current, chosen.starts_at, now, by_builder=True)
        current.state, current.answer_by = State.CONFIRMED, None
        current.confirmed_at = current.confirmed_at or now
        save(current)
        _close([chosen], Proposal.State.ACCEPTED, now)
        _close(list(Proposal.objects.filter(booking=current)), Proposal.State.LAPSED, now)
        record_event(current, Verb.ACCEPT, by, now, before=before, started_at=old_start)
        return current

    return with_time_of(proposal.booking.builder_id, work)


@transaction.atomic
def decline(*, booking: Booking, by: Actor, reason: str = "", only: Proposal | None = None) -> Booking:
    """Declines what is suggested for the booking, or `only` one of the times. Declining again changes nothing.

    The booking stays as it is: a request still waits for the builder.
    """
    current = fresh(booking, None)
    _check_client(by)
    now = clock.now()
    rows = [row for row in Proposal.objects.filter(booking=current) if only is None or row.pk == only.pk]
    declined = [row for row in rows if row.is_open(current, now)]
    if declined:
        _close(declined, Proposal.State.DECLINED, now)
        record_event(current, Verb.REFUSE, by, now, before=current.state, reason=reason.strip())
    return current


def end_unanswered(now: datetime, limit: int = 500) -> int:
    """Ends the suggestions whose time is over, or whose booking has changed. Returns for how many bookings.

    Two runs at once do no harm, since each checks the locked rows again.
    """
    still_open = Proposal.objects.open(now).values("pk")
    over = Proposal.objects.filter(state=Proposal.State.OPEN).exclude(pk__in=still_open)
    count = 0
    for booking in Booking.objects.filter(pk__in=over.values("booking"))[:limit]:
        try:
            _end_of(booking)
            count += 1
        except Exception:
            logger.exception("ending suggested times failed", extra={"reference": booking.reference})
    return count


@transaction.atomic
def _end_of(booking: Booking) -> None:
    """Ends what can no longer be accepted. Both sides are told if that was by the passing of time and nothing is left;
    for a request that ends unanswered at this moment, its own mail says so."""
    current = fresh(booking, None)
    now = clock.now()
    rows = list(Proposal.objects.filter(booking=current, state=Proposal.State.OPEN))
    ended = [row for row in rows if not row.is_open(current, now)]
    _close(ended, Proposal.State.LAPSED, now)
    was_current = any((row.sequence, row.booking_state) == (current.sequence, current.state) for row in ended)
    is_expiring = current.answer_by is not None and current.answer_by <= now
    if was_current and len(ended) == len(rows) and current.state in AHEAD and not is_expiring:
        record_event(current, Verb.TIME_OUT, SYSTEM, now, before=current.state)


def _check_client(by: Actor) -> None:
    if by.side != Side.CLIENT:
        raise Refused(Refusal.FORBIDDEN)


def _close(proposals: Sequence[Proposal], state: str, now: datetime) -> None:
    rows = Proposal.objects.filter(pk__in=[row.pk for row in proposals], state=Proposal.State.OPEN)
    rows.update(state=state, answered_at=now, changed_at=now)
