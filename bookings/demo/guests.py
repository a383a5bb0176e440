"""Demo data for guests: two bookings with Ada by guests who have not confirmed their addresses yet."""

from __future__ import annotations

from datetime import UTC, datetime

from accounts.models import User
from bookings.agreement import services
from bookings.agreement.requests import BookingRequest, Contact, check
from bookings.models import Booking
from core.registry import DemoPlan
from scheduling.claims import Visitor
from scheduling.queries import free_times

DAY = 86_400
GUESTS = (
    (9, Contact("Noor Haddad", "noor@guests.demo.test")),
    (11, Contact("Tomás Reyes", "tomas@guests.demo.test")),
)


def seed(plan: DemoPlan, ada: User) -> None:
    """Adds the bookings, unless Ada has an upcoming booking of a guest."""
    if Booking.objects.filter(builder=ada, client__isnull=True, starts_at__gt=plan.now).exists():
        return
    session_type = ada.session_types.complete().filter(category="FREE", seats=1).first()
    if session_type is None:
        return
    for days, contact in GUESTS:
        at = int(plan.now.timestamp()) + days * DAY
        slots = free_times(session_type, session_type.default_minutes, (at, at + 7 * DAY), plan.now)
        if not slots:
            continue
        booking_request = BookingRequest(
            session_type=session_type,
            start=datetime.fromtimestamp(slots[len(slots) // 5].start, tz=UTC),
            minutes=session_type.default_minutes,
            timezone=ada.timezone,
            answers={question.pk: question.options[0] for question in session_type.questions.all() if question.options},
            guest=contact,
        )
        visitor = Visitor(f"visitor:{contact.email}", None, contact.email)
        services.request(priced=check(booking_request, visitor))
