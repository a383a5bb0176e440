"""Reads of suggested times."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bookings.models import Booking, Proposal
from bookings.states import AHEAD
from bookings.times import When
from scheduling.loading import moment
from scheduling.queries import free_times


@dataclass(frozen=True)
class SuggestedTime:
    """A suggested time as a page shows it, and whether it is still available."""

    proposal: Proposal
    when: When
    is_free: bool


def open_proposals(booking: Booking, now: datetime) -> list[Proposal]:
    """Returns the times that the client can choose from, the first one first. One query, none if it is not ahead."""
    if booking.state not in AHEAD or booking.starts_at <= now:
        return []
    rows = booking.proposals.filter(state=Proposal.State.OPEN).select_related("event")
    return [proposal for proposal in rows if proposal.is_open(booking, now)]


def free_starts(booking: Booking, starts: Iterable[datetime], now: datetime) -> set[datetime]:
    """Returns those of the times to which the booking can be moved now. Two queries each."""
    moving = (int(booking.starts_at.timestamp()), int(booking.ends_at.timestamp()))
    free = set()
    for start in starts:
        at = int(start.timestamp())
        window = (at, at + 1)
        slots = free_times(booking.session_type, booking.minutes, window, now, booking.seat.holder, moving)
        free |= {moment(slot.start) for slot in slots if moment(slot.start) == start}
    return free


def suggested_times(booking: Booking, proposals: list[Proposal], zone: str, now: datetime) -> list[SuggestedTime]:
    """Returns the times with what the client needs to choose. Two queries for each."""
    free = free_starts(booking, [proposal.starts_at for proposal in proposals], now)
    return [
        SuggestedTime(proposal, When(proposal.starts_at, proposal.ends_at, zone), proposal.starts_at in free)
        for proposal in proposals
    ]
