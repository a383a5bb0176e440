"""Demo data for plans of sessions."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import User
from bookings.models import SessionPlan
from bookings.session_plans import booking, services
from bookings.session_plans.loading import suggested_types
from bookings.session_plans.services import PlanFor
from core.errors import Refused
from core.registry import DemoPlan
from pathways.models import Pathway


def add_session_plans(plan: DemoPlan, cleo: User) -> None:
    """Adds a booked plan of a few sessions on Accelerate, and one that is only proposed, unless Cleo has plans."""
    pathway = Pathway.objects.filter(slug="accelerate").first()
    if pathway is None or SessionPlan.objects.filter(client=cleo).exists():
        return
    session_types = [row.pk for row in suggested_types(cleo, pathway)]
    if not session_types:
        return
    first = plan.now.date() + timedelta(days=21)
    asked = PlanFor(
        pathway=pathway,
        timezone=cleo.timezone,
        weekdays=[0, 1, 2, 3, 4],
        earliest=8 * 60,
        latest=22 * 60,
        per_week=1,
        session_types=session_types,
        first_day=first,
        sessions=3,
    )
    booked = services.propose(client=cleo, asked=asked)
    try:
        booking.book(plan=booked, by=cleo, details={})
    except Refused:
        services.delete(plan=booked, by=cleo)  # one of the session types asks for more than a plan of the demo says
    services.propose(
        client=cleo,
        asked=PlanFor(
            pathway=pathway,
            timezone=cleo.timezone,
            weekdays=[0, 1, 2, 3, 4],
            earliest=8 * 60,
            latest=22 * 60,
            per_week=2,
            session_types=session_types,
            first_day=plan.now.date() + timedelta(days=2),
            last_day=plan.now.date() + timedelta(days=44),
        ),
    )
