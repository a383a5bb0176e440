"""Demo data for preparing a session."""

from __future__ import annotations

from accounts.models import User
from bookings.agreement.transitions import Actor
from bookings.models import Booking, Preparation
from bookings.preparation import services
from bookings.states import Side, State
from core.registry import DemoPlan

CLEOS = """I would like to leave with a decision about the first screen.

- The three sketches, and which one to keep
- What to cut before the launch
"""
ADAS = f"""{CLEOS}- Who tries it first, and what we ask them

The numbers from last week are at https://example.com/my-app/numbers
"""


def add_preparation(plan: DemoPlan, ada: User, cleo: User) -> None:
    """Adds an agenda that both have written for Cleo's next session with Ada, and what Ada has ticked."""
    ahead = Booking.objects.filter(builder=ada, client=cleo, state=State.CONFIRMED, starts_at__gt=plan.now)
    booking = ahead.order_by("starts_at").first()
    if booking is None or Preparation.objects.filter(booking=booking).exists():
        return
    by_ada = Actor(Side.BUILDER, ada)
    services.save_agenda(booking=booking, by=Actor(Side.CLIENT, cleo), text=CLEOS, version=0)
    services.save_agenda(booking=booking, by=by_ada, text=ADAS, version=1)
    services.save_checks(booking=booking, by=by_ada, checked=[Preparation.Check.NOTES])
