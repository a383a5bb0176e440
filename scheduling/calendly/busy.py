"""Reads when the owner of a Calendly account is busy: as one more outside calendar.

Events of Calendly's own come from one list, 400 days ahead; what other calendars say through Calendly can only be asked
for week by week, so it is read eight weeks ahead and twice an hour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.dispatch import Signal

from connections.busy import BusyTime, Content, Unreadable
from connections.calendly import wire
from connections.calendly.accounts import details_of, keep_webhook
from connections.calendly.client import Calendly, CalendlyFault, calendly_of
from connections.calendly.models import CalendlyAccount
from connections.models import Connection
from connections.oauth.services import AccountBroken
from core.service_calls import ServiceDown
from scheduling.calendly.runs import BROKEN
from scheduling.models import Reservation

BEHIND, AHEAD = timedelta(days=2), timedelta(days=400)
OTHERS_AHEAD = timedelta(days=56)
OTHERS_EVERY = timedelta(minutes=30)
QUICK_SECONDS = 5  # who has less time gets the events only

# Sent outside of a transaction when the events of an account were read: `details`, `calendly`, `events`, `now`.
events_read = Signal()

_own_events: list[Callable[[UUID], set[str]]] = []


def register_own_events(own_events: Callable[[UUID], set[str]]) -> None:
    """Registers `own_events(builder)`: the URIs of events that take the builder's time as bookings already."""
    _own_events.append(own_events)


def read(connection: Connection, *, now: datetime, seconds: float) -> Content:
    """Returns the busy times of a Calendly account. Raises Unreadable."""
    details = CalendlyAccount.objects.filter(calendar=connection).select_related("account__owner").first()
    if details is None or details.account.is_broken:
        raise Unreadable(BROKEN)
    calendly = calendly_of(details.account, seconds=seconds)
    try:
        return Content(_busy(connection, details, calendly, now, is_quick=seconds < QUICK_SECONDS))
    except ServiceDown as down:
        raise Unreadable(str(down), down.wait) from None
    except AccountBroken:
        raise Unreadable(BROKEN) from None
    except CalendlyFault as fault:
        raise Unreadable(fault.sentence) from None


def _busy(
    connection: Connection, details: CalendlyAccount, calendly: Calendly, now: datetime, *, is_quick: bool
) -> list[BusyTime]:
    if not is_quick:
        details_of(details.account, calendly)
        details.refresh_from_db(fields=["organization_uri", "email", "scheduling_url"])
        keep_webhook(details, calendly, now)
    events = list(calendly.events(details.user_uri, details.organization_uri, now - BEHIND, now + AHEAD))
    if not is_quick:
        events_read.send(Calendly, details=details, calendly=calendly, events=events, now=now)
    own = {uri for own_events in _own_events for uri in own_events(connection.owner_id)}
    busy = [
        BusyTime(f"event {wire.identity_of(event.uri)}"[:64], event.start, event.end)
        for event in events
        if event.is_active and event.uri not in own
    ]
    is_due = details.busy_read_at is None or now - details.busy_read_at >= OTHERS_EVERY
    if is_quick or not is_due:
        return busy + _others_as_before(connection)
    others = _others(calendly.busy_times(details.user_uri, now, now + OTHERS_AHEAD))
    CalendlyAccount.objects.filter(pk=details.pk).update(busy_read_at=now)
    return busy + others


def _others(busy: Iterable[wire.BusyPeriod]) -> list[BusyTime]:
    """Returns the busy times of other calendars. One that reaches over the end of a week is in two answers."""
    times = {(row.start, row.end) for row in busy if not row.event and row.start < row.end}
    return [
        BusyTime(f"other {int(start.timestamp())} {int(end.timestamp())}", start, end) for start, end in sorted(times)
    ]


def _others_as_before(connection: Connection) -> list[BusyTime]:
    rows = Reservation.objects.filter(source=connection, released_at__isnull=True, source_key__startswith="other ")
    return [BusyTime(row.source_key, row.during.lower, row.during.upper) for row in rows]
