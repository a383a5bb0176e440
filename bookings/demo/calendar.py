"""Demo data for Ada's calendar: beside her sessions, a time that somebody is booking, and an afternoon off this week."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from accounts.models import User
from bookings.demo.bookings import demo_clients
from core.errors import Refused
from core.registry import DemoPlan
from scheduling import claims
from scheduling.claims import TimeRequest, Visitor
from scheduling.models import Reservation
from scheduling.queries import free_times

HELD_FOR = timedelta(hours=3)  # longer than on a site, so that whoever looks at the demo sees it


def add_calendar_entries(plan: DemoPlan, ada: User) -> None:
    """Adds what is missing: time off within three days, and a hold."""
    soon = plan.now + timedelta(days=3)
    live = Reservation.objects.live(plan.now).filter(builder=ada, during__overlap=(plan.now, soon))
    if not live.filter(kind=Reservation.Kind.TIME_OFF).exists():
        zone = ZoneInfo(ada.timezone)
        day = plan.now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        claims.block(
            builder=ada.pk, start=day.replace(hour=17), end=day.replace(hour=19), note="At my daughter's concert"
        )
    if not live.filter(kind=Reservation.Kind.HOLD).exists():
        _hold(plan, ada)


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
