"""Demo data for Ada's calendar: sessions this week, a time that somebody is booking, and an evening off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.models import User
from bookings.demo.bookings import book_at, demo_clients
from bookings.models import Booking
from bookings.states import AHEAD
from core.errors import Refused
from core.registry import DemoPlan
from scheduling import claims
from scheduling.claims import TimeRequest, Visitor
from scheduling.intervals import instant
from scheduling.loading import moment
from scheduling.models import Reservation
from scheduling.queries import free_times

HELD_FOR = timedelta(hours=3)  # longer than on a site, so that whoever looks at the demo sees it


def add_calendar_entries(plan: DemoPlan, ada: User) -> None:
    """Adds what is missing: time off within three days, sessions this week, and a hold."""
    soon = plan.now + timedelta(days=3)
    live = Reservation.objects.live(plan.now).filter(builder=ada, during__overlap=(plan.now, soon))
    if not live.filter(kind=Reservation.Kind.TIME_OFF).exists():
        zone = ZoneInfo(ada.timezone)
        day = plan.now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        claims.block(
            builder=ada.pk, start=day.replace(hour=17), end=day.replace(hour=19), note="At my daughter's concert"
        )
    _add_sessions_of_this_week(plan, ada)
    if not live.filter(kind=Reservation.Kind.HOLD).exists():
        _hold(plan, ada)


def _add_sessions_of_this_week(plan: DemoPlan, ada: User) -> None:
    """Adds a confirmed session and a request that are still to come this week, where Ada has time for them."""
    zone = ZoneInfo(ada.timezone)
    today = plan.now.astimezone(zone).date()
    window = int(plan.now.timestamp()), instant(today + timedelta(days=7 - today.weekday()), 0, zone)
    session_type = ada.session_types.complete().filter(title__startswith="App", is_active=True).first()
    coming = Booking.objects.filter(builder=ada, state__in=AHEAD, starts_at__gt=plan.now)
    if session_type is None or coming.filter(starts_at__lt=moment(window[1])).exists():
        return
    for person, is_answered in zip(demo_clients(plan, 9)[7:], (True, False), strict=True):
        slots = free_times(session_type, session_type.default_minutes, window, plan.now)
        if slots:
            book_at(plan, session_type, person, slots[0].start, "", is_answered=is_answered)


def _hold(plan: DemoPlan, ada: User) -> None:
    session_type = ada.session_types.filter(is_active=True, category="FREE").order_by("position").first()
    if session_type is None:
        return
    at, person = int(plan.now.timestamp()), demo_clients(plan, 6)[5]
    slots = free_times(session_type, session_type.default_minutes, (at, at + 4 * 86_400), plan.now)
    if not slots:
        return
    start = datetime.fromtimestamp(slots[len(slots) // 3].start, UTC)
    ask = TimeRequest(session_type, start, session_type.default_minutes, Visitor(f"person:{person.pk}", person))
    try:
        claims.hold(ask, lasts=HELD_FOR)
    except Refused:  # a start of the demo that goes on while somebody books
        return
