"""The free times to which one session of a plan can be moved, or at which one can be added."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from accounts.models import User
from bookings.models import PlannedSession, SessionPlan
from bookings.session_plans.loading import load, picked_from
from core import clock
from scheduling.intervals import DAY_MINUTES, Stretch, instant
from scheduling.loading import moment, zone_named
from scheduling.slots import free_slots

AHEAD_SECONDS = 7 * 86_400  # after the last day of the plan, to which a session can be moved as well


def free_starts(*, plan: SessionPlan, client: User, session_type: UUID, without: UUID | None = None) -> list[datetime]:
    """Returns when a session of this type can begin beside the others of the plan and the client's own bookings, until a
    week after the last day. `without`: the session that is moved. As many queries as loading the plan takes, and one."""
    now = clock.now()
    rows: Sequence[PlannedSession] = list(plan.sessions.select_related("session_type"))
    zone = zone_named(plan.timezone)
    last = max((int(row.starts_at.timestamp()) for row in rows), default=0)
    until = max(last, instant(plan.last_day, DAY_MINUTES, zone)) + AHEAD_SECONDS
    types = [session_type, *(row.session_type_id for row in rows)]
    loaded = load(client=client, plan=plan, now=now, more_types=types, times=[now, moment(until)])
    offer = loaded.offer_for(session_type)
    if offer is None:
        return []
    others = [session for session in picked_from(rows, loaded) if session.key != without]
    mine = [session.offer.as_taken(session.start) for session in others if session.offer.builder == offer.builder]
    busy = sorted([*loaded.own, *((session.start, session.end) for session in others)])
    window = (loaded.at, max(loaded.at, until))
    slots = free_slots(offer.calendar, [*offer.taken, *mine], offer.wanted, window, loaded.at)
    return [moment(slot.start) for slot in slots if not _is_busy(slot.start, slot.end, busy)]


def _is_busy(start: int, end: int, busy: Sequence[Stretch]) -> bool:
    """Whether one of the stretches, which are in order and may overlap, is at the same time."""
    return any(begins < end and start < finishes for begins, finishes in busy[: bisect_left(busy, (end, 0))])
