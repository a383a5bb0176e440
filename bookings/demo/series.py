"""Demo data for a series of sessions."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import User
from bookings.agreement.requests import BookingRequest, check
from bookings.series import services as series
from coaching.models import SessionType
from core.errors import Refused
from core.ids import uuid7
from core.registry import DemoPlan
from scheduling.claims import Visitor
from scheduling.loading import moment
from scheduling.queries import free_times


def add_series(plan: DemoPlan, ada: User, cleo: User) -> None:
    """Adds a series of three sessions, two weeks apart."""
    session_type = SessionType.objects.complete().filter(builder=ada, title__startswith="Accelerate").first()
    if session_type is None:
        return
    at = int((plan.now + timedelta(days=9)).timestamp())
    visitor = Visitor(f"person:{cleo.pk}", cleo)
    for slot in free_times(session_type, session_type.default_minutes, (at, at + 6 * 86_400), plan.now)[::4]:
        start = moment(slot.start)
        starts = dict(enumerate(series.dates(start, ada.timezone, 3, 2)))
        pathway = session_type.pathways.first()
        booking_request = BookingRequest(
            session_type, start, session_type.default_minutes, cleo.timezone, pathway=pathway
        )
        try:
            series.book(
                priced=check(booking_request, visitor), visitor=visitor, starts=starts, every_weeks=2, key=uuid7()
            )
        except Refused:
            continue  # one of the dates is taken
        return
