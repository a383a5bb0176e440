"""Demo data for disputes: one dispute, one no-show, and one that its client contests."""

from __future__ import annotations

from accounts.models import User
from bookings.agreement.rules import DISPUTE_WITHIN
from bookings.agreement.transitions import Actor
from bookings.disputes import no_shows
from bookings.disputes import services as disputes
from bookings.models import Booking
from bookings.states import Side, State
from core.registry import DemoPlan


def add_dispute_and_no_show(plan: DemoPlan, ada: User, cleo: User) -> None:
    """Adds one open dispute, one session that the client did not come to and, if there is a third one, a session where the
    client says that they did."""
    since = plan.now - DISPUTE_WITHIN
    recent = Booking.objects.filter(builder=ada, state=State.COMPLETED, ends_at__gt=since).exclude(client=cleo)
    sessions = list(recent.complete().order_by("-starts_at")[:3])
    if len(sessions) < 2:
        return
    disputed, missed, *others = sessions
    reason = "We had agreed on an hour, and it was over after twenty minutes. I would like my money back."
    disputes.open_(booking=disputed, by=Actor(Side.CLIENT, disputed.client), reason=reason)
    answer = "The line broke after twenty minutes, that is true. I offered another time the same day and heard nothing."
    disputes.add(booking=disputed, by=Actor(Side.BUILDER, ada), text=answer)
    no_shows.say(booking=missed, by=Actor(Side.BUILDER, ada), reason="I waited for a quarter of an hour.")
    for contested in others:
        no_shows.say(booking=contested, by=Actor(Side.BUILDER, ada), reason="Nobody joined the call.")
        no_shows.contest(
            booking=contested, by=Actor(Side.CLIENT, contested.client), reason="I was in the call from ten past on."
        )
